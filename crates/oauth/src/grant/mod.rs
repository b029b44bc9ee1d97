//! The token endpoint's decisions, one file per grant type (RFC 6749 sections 4.1.3, 4.4, 6),
//! and what taking scopes off a standing grant means.

pub mod authorization_code;
pub mod client_credentials;
pub mod reduce;
pub mod refresh_token;

use scope::Catalog;

use crate::error::{ErrorCode, OAuthError};
use crate::model::{Client, GrantType, Uuid};
use crate::parameters::Parameters;

/// Why a code or refresh token gives nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GrantError {
    /// To be told to the client.
    Refused(OAuthError),
    /// It was used before: what was issued on it has to be ended (RFC 6749 section 4.1.2, RFC 9700
    /// section 4.14.2), and the client is told `invalid_grant`.
    Reused {
        /// The grant it hangs from.
        grant: Uuid,
        /// The family to end; the grant, if it belongs to none.
        family: Option<Uuid>,
    },
}

impl GrantError {
    /// What the client is told.
    #[must_use]
    pub fn into_error(self) -> OAuthError {
        match self {
            Self::Refused(error) => error,
            Self::Reused { .. } => OAuthError::invalid_grant(
                "it was used before; what was issued on it has been ended, ask the person again",
            ),
        }
    }
}

impl From<OAuthError> for GrantError {
    fn from(error: OAuthError) -> Self {
        Self::Refused(error)
    }
}

/// The request's `grant_type`.
///
/// # Errors
/// `invalid_request` without one, `unsupported_grant_type` for any other than the three.
pub fn grant_type(parameters: &Parameters) -> Result<GrantType, OAuthError> {
    let given = parameters.require("grant_type")?;
    GrantType::ALL
        .into_iter()
        .find(|known| known.as_str() == given)
        .ok_or_else(|| {
            OAuthError::new(
                ErrorCode::UnsupportedGrantType,
                "grant_type must be authorization_code, refresh_token or client_credentials",
            )
        })
}

/// May the client use the grant type: by its registration, and by its kind in the catalog?
///
/// # Errors
/// `unauthorized_client`.
pub fn allowed(
    catalog: &Catalog,
    client: &Client,
    grant_type: GrantType,
) -> Result<(), OAuthError> {
    let by_kind = catalog.client_kind(&client.kind).is_some_and(|kind| {
        kind.grant_types
            .iter()
            .any(|name| name == grant_type.as_str())
    });
    if by_kind && client.grant_types.contains(&grant_type) {
        Ok(())
    } else {
        Err(OAuthError::unauthorized_client(format!(
            "this app is not registered for the grant type {}",
            grant_type.as_str()
        )))
    }
}

impl GrantType {
    /// The three grant types there are.
    pub const ALL: [Self; 3] = [
        Self::AuthorizationCode,
        Self::ClientCredentials,
        Self::RefreshToken,
    ];

    /// The value of `grant_type`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AuthorizationCode => "authorization_code",
            Self::ClientCredentials => "client_credentials",
            Self::RefreshToken => "refresh_token",
        }
    }
}
