//! Where a realm answers. The server routes every request by one form of its address, `/{realm}/…`. A
//! deployment with one realm may be seen elsewhere by browsers and apps: [`Layout`] says where each address is seen, and
//! what a seen address means. Nothing else builds or takes apart an address of a realm.

use std::borrow::Cow;
use std::collections::BTreeMap;

/// An endpoint whose address apps have in their settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Endpoint {
    /// RFC 6749 section 3.1.
    Authorize,
    /// RFC 6749 section 3.2.
    Token,
    /// RFC 7662.
    Introspect,
    /// RFC 7009.
    Revoke,
    /// RFC 7517 section 5.
    Jwks,
}

impl Endpoint {
    /// Every one.
    pub const ALL: [Self; 5] = [
        Self::Authorize,
        Self::Token,
        Self::Introspect,
        Self::Revoke,
        Self::Jwks,
    ];

    /// What the configuration calls it.
    #[must_use]
    pub fn key(self) -> &'static str {
        let name = self.name();
        name.strip_prefix(ENDPOINTS).unwrap_or(name)
    }

    /// Its path within a realm, where nothing else is configured.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Authorize => "oauth/authorize",
            Self::Token => "oauth/token",
            Self::Introspect => "oauth/introspect",
            Self::Revoke => "oauth/revoke",
            Self::Jwks => "oauth/jwks",
        }
    }
}

const ENDPOINTS: &str = "oauth/";

/// First segments that belong to the server, whatever its realms are.
pub const RESERVED_OF_SERVER: [&str; 4] = [".well-known", "healthz", "metrics", "readyz"];

/// First segments behind an issuer that belong to the realm: no endpoint is named so.
pub const RESERVED_OF_REALM: [&str; 22] = [
    ".well-known",
    "account",
    "admin",
    "api",
    "apis",
    "authzen",
    "consent",
    "decide",
    "errors",
    "forgotten",
    "invitations",
    "link",
    "login",
    "logout",
    "look",
    "mcp",
    "organisation",
    "password",
    "scopes",
    "sign-in",
    "sign-ins",
    "static",
];

/// The longest configured path, in bytes.
const LONGEST: usize = 200;

/// Where the only realm of a deployment is asked to be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Placement {
    /// The issuer's path: empty at the root; without it, the realm's name.
    base: Option<String>,
    named: BTreeMap<Endpoint, String>,
}

impl Placement {
    /// With the issuer at this path; `/` is the root.
    ///
    /// # Errors
    ///
    /// What is wrong with the path, and what to write.
    pub fn at(self, issuer_path: &str) -> Result<Self, String> {
        let base = match issuer_path {
            "/" => "",
            path => plain(path)?,
        };
        not_of_the_server(base)?;
        Ok(Self {
            base: Some(base.to_owned()),
            ..self
        })
    }

    /// With this endpoint at this path of the host.
    ///
    /// # Errors
    ///
    /// What is wrong with the path, and what to write.
    pub fn naming(mut self, endpoint: Endpoint, path: &str) -> Result<Self, String> {
        not_of_the_server(plain(path)?)?;
        self.named.insert(endpoint, path.to_owned());
        Ok(self)
    }

    /// Is the issuer neither at the root nor below the realm's name?
    #[must_use]
    pub fn is_below_a_path(&self) -> bool {
        self.base.as_ref().is_some_and(|base| !base.is_empty())
    }

    /// Is the realm where every realm is?
    #[must_use]
    pub fn is_usual(&self) -> bool {
        *self == Self::default()
    }
}

/// Where one realm's addresses are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    id: String,
    base_url: String,
    /// The issuer's path, such as `/bexio`; empty at the root.
    base: String,
    issuer: String,
    /// The endpoints' paths on the host.
    endpoints: [(Endpoint, String); Endpoint::ALL.len()],
    is_sole: bool,
}

impl Layout {
    /// That of a realm beside others: everything is below its name.
    #[must_use]
    pub fn usual(base_url: &str, id: &str) -> Self {
        let base = format!("/{id}");
        Self {
            id: id.to_owned(),
            base_url: base_url.to_owned(),
            issuer: format!("{base_url}{base}"),
            endpoints: Endpoint::ALL.map(|each| (each, format!("{base}/{}", each.name()))),
            base,
            is_sole: false,
        }
    }

    /// That of a deployment's only realm, where it is asked to be.
    ///
    /// # Errors
    ///
    /// Endpoints that are at one address, or where something else of the server is.
    pub fn new(base_url: &str, id: &str, placement: &Placement) -> Result<Self, String> {
        let usual = Self::usual(base_url, id);
        if placement.is_usual() {
            return Ok(usual);
        }
        let base = placement.base.clone().unwrap_or(usual.base);
        let at = |each: Endpoint| {
            let named = placement.named.get(&each).cloned();
            (
                each,
                named.unwrap_or_else(|| format!("{base}/{}", each.name())),
            )
        };
        let layout = Self {
            issuer: format!("{base_url}{base}"),
            endpoints: Endpoint::ALL.map(at),
            base,
            is_sole: true,
            ..usual
        };
        layout.check()?;
        Ok(layout)
    }

    fn check(&self) -> Result<(), String> {
        for (at, (endpoint, path)) in self.endpoints.iter().enumerate() {
            let wrong = |what: String| Err(format!("the endpoint `{}`: {what}", endpoint.key()));
            let before = self.endpoints.get(..at).unwrap_or_default();
            if let Some((other, _)) = before.iter().find(|(_, other)| other == path) {
                let what = format!("{path:?} is where `{}` is; give each its own", other.key());
                return wrong(what);
            }
            match self.behind_issuer(path) {
                Some("" | "/") => {
                    return wrong(format!(
                        "{path:?} is the issuer itself, where the realm's own page is; choose another path"
                    ));
                }
                Some(rest) if RESERVED_OF_REALM.contains(&first_segment(rest)) => {
                    return wrong(format!(
                        "{path:?} begins as other addresses of the realm do; behind the issuer, no \
                         endpoint begins with {}",
                        RESERVED_OF_REALM.join(", ")
                    ));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// The issuer's identifier (RFC 8414 section 2), without a slash at its end.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Is this a deployment's only realm, with an issuer or endpoints of its own choice?
    #[must_use]
    pub fn is_sole(&self) -> bool {
        self.is_sole
    }

    /// The path where browsers and apps see a path within the realm, such as `login`; of nothing, the issuer's own.
    #[must_use]
    pub fn at(&self, path: &str) -> String {
        let named = self.endpoints.iter().find(|(each, _)| each.name() == path);
        match (named, path) {
            (Some((_, own)), _) => own.clone(),
            (None, "") if self.base.is_empty() => "/".to_owned(),
            (None, "") => self.base.clone(),
            (None, path) => format!("{}/{path}", self.base),
        }
    }

    /// The same with scheme and host.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("{}{}", self.base_url, self.at(path))
    }

    /// Where something is known of the issuer, or of what is at this path within the realm, by a registered name (RFC
    /// 8615, RFC 8414 section 3.1, RFC 9728 section 3.1).
    #[must_use]
    pub fn well_known(&self, name: &str, path: &str) -> String {
        let behind = match path {
            "" => self.base.clone(),
            path => format!("{}/{path}", self.base),
        };
        format!("/.well-known/{name}{behind}")
    }

    /// The same with scheme and host.
    #[must_use]
    pub fn known_url(&self, name: &str, path: &str) -> String {
        format!("{}{}", self.base_url, self.well_known(name, path))
    }

    /// Where a file is that all realms share, such as `/static/style.css`.
    #[must_use]
    pub fn shared(&self, path: &str) -> String {
        let base = if self.is_sole { &self.base } else { "" };
        format!("{base}{path}")
    }

    /// The `Path` of cookies that every page of the realm has to be sent (RFC 6265 section 5.1.4).
    #[must_use]
    pub fn cookie_path(&self) -> &str {
        let is_inside = |path: &str| self.behind_issuer(path).is_some();
        let asks = self
            .endpoints
            .iter()
            .find(|(each, _)| *each == Endpoint::Authorize);
        match asks {
            Some((_, path)) if is_inside(path) && !self.base.is_empty() => &self.base,
            _ => "/",
        }
    }

    /// What a path that a browser or app sees means to the server: `/{realm}/…`, or a path that is the same for all.
    /// Nothing, where nothing is.
    #[must_use]
    pub fn inward<'p>(&self, path: &'p str) -> Option<Cow<'p, str>> {
        if !self.is_sole {
            return Some(Cow::Borrowed(path));
        }
        let id = &self.id;
        let endpoint = self.endpoints.iter().find(|(_, own)| own == path);
        if let Some((endpoint, _)) = endpoint {
            return Some(Cow::Owned(format!("/{id}/{}", endpoint.name())));
        }
        if let Some(known) = path.strip_prefix("/.well-known/") {
            return self.known(known, path);
        }
        if RESERVED_OF_SERVER.contains(&first_segment(path)) {
            return Some(Cow::Borrowed(path));
        }
        let rest = self.behind_issuer(path)?;
        match rest.strip_prefix('/') {
            None => Some(Cow::Owned(format!("/{id}"))),
            Some("") if self.base.is_empty() => Some(Cow::Owned(format!("/{id}"))),
            // Seen under another name.
            Some(within) if Endpoint::ALL.iter().any(|each| each.name() == within) => None,
            Some(within) if within.starts_with("static/") => Some(Cow::Owned(rest.to_owned())),
            Some(_) => Some(Cow::Owned(format!("/{id}{rest}"))),
        }
    }

    /// What the server knows by a registered name.
    fn known<'p>(&self, known: &str, path: &'p str) -> Option<Cow<'p, str>> {
        let (name, behind) = known.split_at(known.find('/').unwrap_or(known.len()));
        // APIs are anywhere on the host.
        if name == "oauth-protected-resource" {
            return Some(Cow::Borrowed(path));
        }
        let rest = self.behind_issuer(behind)?;
        Some(Cow::Owned(format!("/.well-known/{name}/{}{rest}", self.id)))
    }

    /// Where the path is seen that means this to the server: what [`Layout::inward`] undoes.
    #[must_use]
    pub fn outward(&self, path: &str) -> String {
        let within = path
            .strip_prefix('/')
            .and_then(|path| path.strip_prefix(&*self.id));
        match within {
            Some("") => self.at(""),
            Some(within) if within.starts_with('/') => {
                self.at(within.strip_prefix('/').unwrap_or_default())
            }
            _ => path.to_owned(),
        }
    }

    /// The same with scheme and host.
    #[must_use]
    pub fn outward_url(&self, path: &str) -> String {
        format!("{}{}", self.base_url, self.outward(path))
    }

    /// What a path that a browser or app sees is within the realm, such as `login`; nothing, where it is outside.
    #[must_use]
    pub fn within<'p>(&self, path: &'p str) -> Option<Cow<'p, str>> {
        let own = |path: &str| {
            path.strip_prefix('/')?
                .strip_prefix(&*self.id)?
                .strip_prefix('/')
                .map(str::len)
        };
        let inward = self.inward(path)?;
        let from = inward.len().checked_sub(own(&inward)?)?;
        match inward {
            Cow::Borrowed(path) => path.get(from..).map(Cow::Borrowed),
            Cow::Owned(path) => path.get(from..).map(|path| Cow::Owned(path.to_owned())),
        }
    }

    /// What of a path is behind the issuer's: nothing, or from a slash on.
    fn behind_issuer<'p>(&self, path: &'p str) -> Option<&'p str> {
        let rest = path.strip_prefix(&*self.base)?;
        (rest.is_empty() || rest.starts_with('/')).then_some(rest)
    }
}

fn first_segment(path: &str) -> &str {
    let path = path.strip_prefix('/').unwrap_or(path);
    path.split('/').next().unwrap_or_default()
}

fn not_of_the_server(path: &str) -> Result<(), String> {
    if RESERVED_OF_SERVER.contains(&first_segment(path)) {
        return Err(format!(
            "{path:?} begins as addresses of the server itself do; no path begins with {}",
            RESERVED_OF_SERVER.join(", ")
        ));
    }
    Ok(())
}

/// A path that every program writes and reads in one way.
fn plain(path: &str) -> Result<&str, String> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._~".contains(c);
    if path.contains("://") {
        return Err(format!(
            "{path:?} is a whole address; write what follows the host, as `base_url` says the rest"
        ));
    }
    if path.len() > LONGEST {
        return Err(format!("it has more than {LONGEST} bytes"));
    }
    let Some(segments) = path.strip_prefix('/') else {
        return Err(format!(
            "{path:?} does not begin with a slash; write \"/{path}\""
        ));
    };
    if let Some(without) = path.strip_suffix('/') {
        return Err(match without {
            "" => "\"/\" is the root, where no endpoint can be; write one such as \"/oauth/token\""
                .to_owned(),
            without => format!(
                "{path:?} ends in a slash, and apps compare addresses character by character; write {without:?}"
            ),
        });
    }
    for segment in segments.split('/') {
        match segment {
            "" => {
                return Err(format!(
                    "{path:?} has two slashes that follow each other; write one"
                ));
            }
            "." | ".." => {
                return Err(format!(
                    "{path:?} has a segment {segment:?}, which browsers resolve; write the path that is left"
                ));
            }
            _ => {}
        }
    }
    if path.contains('%') {
        return Err(format!(
            "{path:?} is percent-encoded, which programs write in several ways; choose a path without that"
        ));
    }
    if let Some(other) = segments.chars().find(|c| *c != '/' && !is_plain(*c)) {
        return Err(format!(
            "{path:?} has {other:?}; a path is made of ASCII letters, digits and - . _ ~ between slashes"
        ));
    }
    Ok(path)
}

#[cfg(test)]
mod tests;
