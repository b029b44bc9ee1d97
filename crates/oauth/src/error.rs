//! The one table from OAuth error code to HTTP status.

use std::fmt;

use serde_json::{Value, json};

/// An error code of RFC 6749 and the documents around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ErrorCode {
    /// RFC 6749 sections 4.1.2.1 and 5.2, RFC 6750 section 3.1.
    InvalidRequest,
    /// RFC 6749 section 5.2.
    InvalidClient,
    /// RFC 6749 section 5.2.
    InvalidGrant,
    /// RFC 6749 sections 4.1.2.1 and 5.2.
    UnauthorizedClient,
    /// RFC 6749 section 5.2.
    UnsupportedGrantType,
    /// RFC 6749 section 4.1.2.1.
    UnsupportedResponseType,
    /// RFC 6749 sections 4.1.2.1 and 5.2.
    InvalidScope,
    /// RFC 6749 section 4.1.2.1.
    AccessDenied,
    /// RFC 6749 section 4.1.2.1.
    ServerError,
    /// RFC 6749 section 4.1.2.1.
    TemporarilyUnavailable,
    /// RFC 8707 section 2.
    InvalidTarget,
    /// RFC 6750 section 3.1.
    InvalidToken,
    /// RFC 6750 section 3.1.
    InsufficientScope,
    /// OpenID Connect Core section 3.1.2.6.
    LoginRequired,
    /// OpenID Connect Core section 3.1.2.6.
    ConsentRequired,
    /// OpenID Connect Core section 3.1.2.6.
    InteractionRequired,
    /// OpenID Connect Core Error Code unmet_authentication_requirements 1.0, RFC 9470 section 5.
    UnmetAuthenticationRequirements,
    /// OpenID Connect Core section 3.1.2.6: the `request` parameter.
    RequestNotSupported,
    /// OpenID Connect Core section 3.1.2.6: the `request_uri` parameter.
    RequestUriNotSupported,
}

impl ErrorCode {
    /// Every code, in the order of the table.
    pub const ALL: [Self; 19] = [
        Self::InvalidRequest,
        Self::InvalidClient,
        Self::InvalidGrant,
        Self::UnauthorizedClient,
        Self::UnsupportedGrantType,
        Self::UnsupportedResponseType,
        Self::InvalidScope,
        Self::AccessDenied,
        Self::ServerError,
        Self::TemporarilyUnavailable,
        Self::InvalidTarget,
        Self::InvalidToken,
        Self::InsufficientScope,
        Self::LoginRequired,
        Self::ConsentRequired,
        Self::InteractionRequired,
        Self::UnmetAuthenticationRequirements,
        Self::RequestNotSupported,
        Self::RequestUriNotSupported,
    ];

    /// The code as it is written in responses.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.row().0
    }

    /// The HTTP status of a direct answer with this code. Errors of the authorization
    /// endpoint usually travel in a redirect instead.
    #[must_use]
    pub fn status(self) -> u16 {
        self.row().1
    }

    fn row(self) -> (&'static str, u16) {
        match self {
            Self::InvalidRequest => ("invalid_request", 400),
            Self::InvalidClient => ("invalid_client", 401),
            Self::InvalidGrant => ("invalid_grant", 400),
            Self::UnauthorizedClient => ("unauthorized_client", 400),
            Self::UnsupportedGrantType => ("unsupported_grant_type", 400),
            Self::UnsupportedResponseType => ("unsupported_response_type", 400),
            Self::InvalidScope => ("invalid_scope", 400),
            Self::AccessDenied => ("access_denied", 400),
            Self::ServerError => ("server_error", 500),
            Self::TemporarilyUnavailable => ("temporarily_unavailable", 503),
            Self::InvalidTarget => ("invalid_target", 400),
            Self::InvalidToken => ("invalid_token", 401),
            Self::InsufficientScope => ("insufficient_scope", 403),
            Self::LoginRequired => ("login_required", 400),
            Self::ConsentRequired => ("consent_required", 400),
            Self::InteractionRequired => ("interaction_required", 400),
            Self::UnmetAuthenticationRequirements => ("unmet_authentication_requirements", 400),
            Self::RequestNotSupported => ("request_not_supported", 400),
            Self::RequestUriNotSupported => ("request_uri_not_supported", 400),
        }
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// An error as the client is told it (RFC 6749 section 5.2).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {description}")]
pub struct OAuthError {
    /// What kind.
    pub code: ErrorCode,
    /// What was wrong and what to do. Only the characters RFC 6749 section 5.2 allows.
    pub description: String,
    /// In how many seconds trying again may help, where more is known of it than that it may.
    pub retry_after: Option<u32>,
}

impl OAuthError {
    /// The longest description that is kept, in bytes.
    pub const MAX_DESCRIPTION_BYTES: usize = 500;

    /// An error. Characters that `error_description` may not hold (`"`, `\`, control
    /// characters, anything outside ASCII) become `'` or `?`.
    #[must_use]
    pub fn new(code: ErrorCode, description: impl AsRef<str>) -> Self {
        let description = description
            .as_ref()
            .chars()
            .map(|character| match character {
                ' '..='!' | '#'..='[' | ']'..='~' => character,
                '"' => '\'',
                _ => '?',
            })
            .take(Self::MAX_DESCRIPTION_BYTES)
            .collect();
        Self {
            code,
            description,
            retry_after: None,
        }
    }

    /// The body of a direct answer (RFC 6749 section 5.2).
    #[must_use]
    pub fn body(&self) -> Value {
        json!({ "error": self.code.as_str(), "error_description": self.description })
    }

    /// Somebody who may act again later is stopped now: a passing answer, since apps throw away
    /// what they are told is invalid. Providers lift it by hand, so nobody has to hurry.
    pub(crate) fn suspended(description: impl AsRef<str>) -> Self {
        Self {
            retry_after: Some(60),
            ..Self::new(ErrorCode::TemporarilyUnavailable, description)
        }
    }

    pub(crate) fn invalid_request(description: impl AsRef<str>) -> Self {
        Self::new(ErrorCode::InvalidRequest, description)
    }

    pub(crate) fn invalid_client(description: impl AsRef<str>) -> Self {
        Self::new(ErrorCode::InvalidClient, description)
    }

    pub(crate) fn invalid_grant(description: impl AsRef<str>) -> Self {
        Self::new(ErrorCode::InvalidGrant, description)
    }

    pub(crate) fn invalid_scope(description: impl AsRef<str>) -> Self {
        Self::new(ErrorCode::InvalidScope, description)
    }

    pub(crate) fn unauthorized_client(description: impl AsRef<str>) -> Self {
        Self::new(ErrorCode::UnauthorizedClient, description)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_has_the_status_its_document_names() {
        let table: String = ErrorCode::ALL
            .iter()
            .map(|code| format!("{} {}\n", code.status(), code))
            .collect();
        insta::assert_snapshot!(table, @r"
        400 invalid_request
        401 invalid_client
        400 invalid_grant
        400 unauthorized_client
        400 unsupported_grant_type
        400 unsupported_response_type
        400 invalid_scope
        400 access_denied
        500 server_error
        503 temporarily_unavailable
        400 invalid_target
        401 invalid_token
        403 insufficient_scope
        400 login_required
        400 consent_required
        400 interaction_required
        400 unmet_authentication_requirements
        400 request_not_supported
        400 request_uri_not_supported
        ");
    }

    #[test]
    fn descriptions_hold_only_what_the_rfc_allows() {
        let error = OAuthError::invalid_request("a \"b\" \\ \u{e9}\r\nSet-Cookie: x");
        assert_eq!(error.description, "a 'b' ? ???Set-Cookie: x");
        let long = OAuthError::invalid_request("x".repeat(9_000));
        assert_eq!(long.description.len(), OAuthError::MAX_DESCRIPTION_BYTES);
    }
}
