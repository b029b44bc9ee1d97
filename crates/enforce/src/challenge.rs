use std::borrow::Cow;

use http::HeaderValue;

/// A `WWW-Authenticate: Bearer` challenge (RFC 6750 section 3, RFC 9728 section 5.1).
///
/// ```
/// use enforce::{Challenge, ChallengeError};
/// let challenge = Challenge::new("https://login.example/bexio")
///     .error(ChallengeError::InsufficientScope, "This call needs contact_edit.")
///     .scope("contact_edit");
/// assert_eq!(
///     challenge.to_string(),
///     "Bearer realm=\"https://login.example/bexio\", error=\"insufficient_scope\", \
///      error_description=\"This call needs contact_edit.\", scope=\"contact_edit\""
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Challenge<'a> {
    realm: &'a str,
    resource_metadata: Option<&'a str>,
    error: Option<(ChallengeError, &'a str)>,
    max_age: Option<u64>,
    acr_values: Option<&'a str>,
    scope: Option<&'a str>,
}

/// The error codes of RFC 6750 section 3.1, and that of RFC 9470 section 3.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ChallengeError {
    /// The request is malformed: 400.
    InvalidRequest,
    /// The token is not (or no longer) good: 401.
    InvalidToken,
    /// The token is good and opens too little: 403.
    InsufficientScope,
    /// The token is good, and its person has to sign in again: 401.
    InsufficientUserAuthentication,
}

impl ChallengeError {
    /// The code as it is written.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::InvalidToken => "invalid_token",
            Self::InsufficientScope => "insufficient_scope",
            Self::InsufficientUserAuthentication => "insufficient_user_authentication",
        }
    }
}

impl<'a> Challenge<'a> {
    /// A challenge without an error, for a request that presents no credentials.
    #[must_use]
    pub fn new(realm: &'a str) -> Self {
        Self {
            realm,
            resource_metadata: None,
            error: None,
            max_age: None,
            acr_values: None,
            scope: None,
        }
    }

    /// Where the API's metadata is (RFC 9728 section 5.1).
    #[must_use]
    pub fn resource_metadata(mut self, url: Option<&'a str>) -> Self {
        self.resource_metadata = url;
        self
    }

    /// The error, with a description for developers.
    #[must_use]
    pub fn error(mut self, error: ChallengeError, description: &'a str) -> Self {
        self.error = Some((error, description));
        self
    }

    /// How many seconds ago the person may have signed in at most (RFC 9470 section 3).
    #[must_use]
    pub fn max_age(mut self, max_age: Option<u64>) -> Self {
        self.max_age = max_age;
        self
    }

    /// By which classes the person may sign in, the best first (RFC 9470 section 3).
    #[must_use]
    pub fn acr_values(mut self, acr_values: Option<&'a str>) -> Self {
        self.acr_values = acr_values;
        self
    }

    /// Everything this call needs, as a scope string.
    #[must_use]
    pub fn scope(mut self, scope: &'a str) -> Self {
        self.scope = (!scope.is_empty()).then_some(scope);
        self
    }

    /// The header's value. Whatever went in, this is a legal header.
    #[must_use]
    pub fn to_header(&self) -> HeaderValue {
        HeaderValue::from_str(&self.to_string())
            .unwrap_or_else(|_| HeaderValue::from_static("Bearer"))
    }
}

impl std::fmt::Display for Challenge<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Bearer realm=\"{}\"", quoted(self.realm))?;
        if let Some(url) = self.resource_metadata {
            write!(f, ", resource_metadata=\"{}\"", quoted(url))?;
        }
        if let Some((error, description)) = self.error {
            write!(f, ", error=\"{}\"", error.as_str())?;
            write!(f, ", error_description=\"{}\"", described(description))?;
        }
        if let Some(seconds) = self.max_age {
            write!(f, ", max_age=\"{seconds}\"")?;
        }
        if let Some(classes) = self.acr_values {
            write!(f, ", acr_values=\"{}\"", quoted(classes))?;
        }
        if let Some(scope) = self.scope {
            write!(f, ", scope=\"{}\"", quoted(scope))?;
        }
        Ok(())
    }
}

/// The inside of a quoted-string (RFC 9110 section 5.6.4): quote and backslash escaped,
/// everything that is not visible ASCII or a space replaced.
fn quoted(text: &str) -> Cow<'_, str> {
    if is_plain(text) {
        return text.into();
    }
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '"' | '\\' => out.extend(['\\', character]),
            ' '..='~' => out.push(character),
            _ => out.push('?'),
        }
    }
    out.into()
}

/// Visible ASCII and spaces, without quotes and backslashes: most texts, so they are looked at as a
/// whole, without a branch for each byte.
fn is_plain(text: &str) -> bool {
    let plain = |byte: u8| (b' '..=b'~').contains(&byte) & (byte != b'"') & (byte != b'\\');
    text.bytes().fold(true, |all, byte| all & plain(byte))
}

/// `error_description` may not hold a quote or a backslash at all (RFC 6750 section 3).
fn described(text: &str) -> Cow<'_, str> {
    if is_plain(text) {
        return text.into();
    }
    let described: String = text
        .chars()
        .map(|character| match character {
            '"' | '\\' => '\'',
            ' '..='~' => character,
            _ => '?',
        })
        .collect();
    described.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_credentials_there_is_no_error_code() {
        let challenge = Challenge::new("https://login.example/bexio");
        assert_eq!(
            challenge.to_string(),
            "Bearer realm=\"https://login.example/bexio\""
        );
    }

    #[test]
    fn hostile_text_stays_inside_its_quotes() {
        let challenge = Challenge::new("a\"b\\c\r\nX: y")
            .error(
                ChallengeError::InvalidToken,
                "say \"no\" \\ \u{0}\u{e9}\r\n",
            )
            .scope("a\"b");
        assert_eq!(
            challenge.to_string(),
            "Bearer realm=\"a\\\"b\\\\c??X: y\", error=\"invalid_token\", \
             error_description=\"say 'no' ' ????\", scope=\"a\\\"b\""
        );
        assert_ne!(challenge.to_header(), "Bearer");
    }

    #[test]
    fn a_sign_in_is_asked_for_in_the_words_of_its_rfc() {
        let challenge = Challenge::new("r")
            .error(ChallengeError::InsufficientUserAuthentication, "again")
            .max_age(Some(28_800))
            .acr_values(Some("mfa"));
        assert_eq!(
            challenge.to_string(),
            "Bearer realm=\"r\", error=\"insufficient_user_authentication\", \
             error_description=\"again\", max_age=\"28800\", acr_values=\"mfa\""
        );
    }

    #[test]
    fn an_empty_scope_is_left_out() {
        let challenge = Challenge::new("r").scope("");
        assert_eq!(challenge.to_string(), "Bearer realm=\"r\"");
    }
}
