//! Token revocation (RFC 7009): which token is meant. `token_type_hint` is not needed: a
//! token's own form says what it is, so a wrong hint cannot hide it.

use crate::model::{Client, TokenHash};
use crate::secret::{self, SecretKind};
use crate::token::{AccessTokenClaims, RealmKeys};

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
    /// Reads it.
    #[must_use]
    pub fn read(keys: &RealmKeys, issuer: &str, token: &str) -> Self {
        if let Some(hash) = secret::hash(SecretKind::RefreshToken, token) {
            return Self::RefreshToken(hash);
        }
        match keys.access_token(issuer, token) {
            Some(claims) => Self::AccessToken(Box::new(claims)),
            None => Self::Unknown,
        }
    }
}

/// May this client revoke a token that was issued to `owner`? Only its own; for others the
/// answer is the same 200 as for unknown tokens (RFC 7009 section 2.2), and nothing happens.
#[must_use]
pub fn may_revoke(client: &Client, owner: &str) -> bool {
    client.id == owner
}
