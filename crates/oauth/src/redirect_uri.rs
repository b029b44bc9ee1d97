//! Redirect URIs (RFC 6749 section 3.1.2, RFC 8252 section 7, RFC 9700 section 4.1): strict when
//! they are registered, compared character by character when they are used.

use std::fmt;

use url::Url;

/// A redirect URI that passed registration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RedirectUri(String);

/// Why a text cannot be registered as a redirect URI, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct RedirectUriError(String);

impl RedirectUri {
    /// The longest that can be registered, in bytes.
    pub const MAX_BYTES: usize = 2_000;

    /// Checks a redirect URI for registration: `https`; `http` on this machine only; or a
    /// private-use scheme with a dot and one slash (`com.example.app:/callback`). It must be
    /// written as browsers write it, since it is compared as text ever after.
    ///
    /// # Errors
    /// Says what is wrong and what to write instead.
    pub fn register(text: &str) -> Result<Self, RedirectUriError> {
        let refuse = |why: &str| Err(RedirectUriError(format!("{why}: {}", shown(text))));
        if text.len() > Self::MAX_BYTES {
            return refuse("a redirect URI has at most 2000 bytes");
        }
        if let Some(forbidden) = text.chars().find(|character| !is_allowed(*character)) {
            return refuse(&format!(
                "a redirect URI is printable ASCII without spaces, quotes, brackets and backslashes, found {forbidden:?}"
            ));
        }
        if text.contains('#') {
            return refuse("a redirect URI has no fragment, not even an empty one");
        }
        if text.contains('*') {
            return refuse("a redirect URI has no wildcard; register each address");
        }
        let Ok(url) = Url::parse(text) else {
            return refuse("a redirect URI is absolute, such as https://app.example/callback");
        };
        if let Some((name, _)) = url
            .query_pairs()
            .find(|(name, _)| OF_THE_RESPONSE.contains(&name.as_ref()))
        {
            return refuse(&format!(
                "the query of a redirect URI cannot hold '{name}', the answer brings its own"
            ));
        }
        match url.scheme() {
            "https" => {}
            "http" if is_this_machine(url.host_str()) => {}
            "http" => return refuse("http is for 127.0.0.1, [::1] and localhost only; use https"),
            scheme if !scheme.contains('.') => {
                return refuse(
                    "the scheme must be https, or one of your own with a dot, such as com.example.app:/callback",
                );
            }
            scheme => return private_use(text, scheme),
        }
        let after_scheme = text.split_once("://").map_or("", |(_, rest)| rest);
        let authority = after_scheme.split(['/', '?']).next().unwrap_or_default();
        if authority.contains('@') {
            return refuse("a redirect URI has no user name or password");
        }
        let written_well = url.as_str() == text
            || (url.path() == "/"
                && url.query().is_none()
                && url.as_str().strip_suffix('/') == Some(text));
        if !written_well {
            return Err(RedirectUriError(format!(
                "write the redirect URI as browsers do, {} instead of {}",
                shown(url.as_str()),
                shown(text)
            )));
        }
        Ok(Self(text.to_owned()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RedirectUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Does a presented redirect URI count as this registered one? Character by character; only
/// the port of `http://127.0.0.1` and `http://[::1]` is free (RFC 8252 section 7.3), that of
/// `localhost` is not.
#[must_use]
pub fn matches(registered: &str, presented: &str) -> bool {
    if registered == presented {
        return true;
    }
    LOOPBACK.iter().any(|origin| {
        let registered = registered.strip_prefix(origin).and_then(without_port);
        let presented = presented.strip_prefix(origin).and_then(without_port);
        registered.is_some() && registered == presented
    })
}

/// Could any program on the device take this address? Then an earlier consent says nothing
/// about who asks now, and the person is always asked (RFC 8252 section 8.6).
#[must_use]
pub fn is_open_to_impersonation(redirect_uri: &str) -> bool {
    match redirect_uri.strip_prefix("http://") {
        Some(_) => true,
        None => !redirect_uri.starts_with("https://"),
    }
}

const LOOPBACK: [&str; 2] = ["http://127.0.0.1", "http://[::1]"];

/// Parameters of an authorization response, which a registered query must not hold.
const OF_THE_RESPONSE: [&str; 7] = [
    "code",
    "state",
    "iss",
    "error",
    "error_description",
    "error_uri",
    "response",
];

/// The rest behind an optional port, if it is a path, a query or nothing.
fn without_port(after_host: &str) -> Option<&str> {
    let rest = match after_host.strip_prefix(':') {
        None => after_host,
        Some(from_port) => {
            let end = from_port
                .find(|character: char| !character.is_ascii_digit())
                .unwrap_or(from_port.len());
            let (port, rest) = from_port.split_at_checked(end)?;
            let number: u16 = port.parse().ok()?;
            if number == 0 || port.starts_with('0') {
                return None;
            }
            rest
        }
    };
    (rest.is_empty() || rest.starts_with(['/', '?'])).then_some(rest)
}

fn private_use(text: &str, scheme: &str) -> Result<RedirectUri, RedirectUriError> {
    let rest = text
        .strip_prefix(scheme)
        .and_then(|rest| rest.strip_prefix(':'));
    match rest {
        Some(rest) if rest.starts_with('/') && !rest.starts_with("//") => {
            Ok(RedirectUri(text.to_owned()))
        }
        _ => Err(RedirectUriError(format!(
            "a private-use scheme is in lower case and followed by one slash, such as com.example.app:/callback: {}",
            shown(text)
        ))),
    }
}

fn is_this_machine(host: Option<&str>) -> bool {
    matches!(host, Some("127.0.0.1" | "[::1]" | "localhost"))
}

/// RFC 3986 characters, without those some parsers repair.
fn is_allowed(character: char) -> bool {
    character.is_ascii_graphic()
        && !matches!(
            character,
            '"' | '<' | '>' | '\\' | '^' | '`' | '{' | '|' | '}'
        )
}

/// A text for an error: without control characters, not too long.
fn shown(text: &str) -> String {
    let short: String = text.chars().take(100).collect();
    short.escape_debug().to_string()
}
