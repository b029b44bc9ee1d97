//! Token revocation (RFC 7009): which token is meant. `token_type_hint` is not needed: a
//! token's own form says what it is, so a wrong hint cannot hide it.

use crate::model::{Client, TokenHash};
use crate::secret::{self, SecretKind};
use crate::token::{AccessTokenClaims, RealmKeys, TokenClient, TokenError};

/// A token given for revocation or introspection, by its form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PresentedToken {
    /// A refresh token to look up.
    RefreshToken(TokenHash),
    /// An access token of this realm; it may have expired or been revoked.
    AccessToken(Box<AccessTokenClaims>),
    /// Nothing this realm ever issued.
    Unknown,
}

impl PresentedToken {
    /// Reads it; `None` where the realm's numbers of scopes have to be read again before.
    #[must_use]
    pub fn read(keys: &RealmKeys, issuer: &str, token: &str) -> Option<Self> {
        if let Some(hash) = secret::hash(SecretKind::RefreshToken, token) {
            return Some(Self::RefreshToken(hash));
        }
        match keys.access_token(issuer, token) {
            Ok(claims) => Some(Self::AccessToken(Box::new(claims))),
            Err(TokenError::Invalid) => Some(Self::Unknown),
            Err(TokenError::UnknownScopeNumber) => None,
        }
    }
}

/// May this client revoke a token that was issued to `owner`? Only its own; for others the
/// answer is the same 200 as for unknown tokens (RFC 7009 section 2.2), and nothing happens.
#[must_use]
pub fn may_revoke(client: &Client, owner: &TokenClient) -> bool {
    owner.is(client)
}
