//! How large access tokens may be: proxies refuse headers of more than 8 KB by default.

use scope::Scope;

use super::claims::{AccessTokenClaims, SubjectKind, TokenClient};
use super::jwt;
use crate::model::{Authentication, AuthenticationContext, Client, Position, Timestamp, Uuid};

/// The most bytes of a sealed token of the second format.
pub(super) const SEALED: usize = 1_024;
/// The most bytes of a sealed token of the first format, which names scopes by their names, and
/// which is written only until an upgrade is finished.
pub(super) const SEALED_BY_NAME: usize = 32_768;
/// The most bytes of a JWT.
pub(super) const JWT: usize = 8_192;

/// A token that would not be accepted everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenTooLarge {
    /// It has too many bytes.
    #[error(
        "an access token with {scopes} scopes would have {bytes} bytes, and the most is {most}; ask for fewer scopes"
    )]
    Bytes {
        /// How many scopes it would hold.
        scopes: usize,
        /// How large it would be.
        bytes: usize,
        /// How large it may be.
        most: usize,
    },
    /// It would hold too many scopes.
    #[error("an access token holds at most {most} scopes, not {scopes}; ask for fewer scopes")]
    Scopes {
        /// How many it would hold.
        scopes: usize,
        /// How many it may hold.
        most: usize,
    },
}

/// May a token with this scope have so many bytes?
pub(super) fn check(scope: &Scope, bytes: usize, most: usize) -> Result<(), TokenTooLarge> {
    let scopes = scope.len();
    if scopes > Scope::MAX_TOKENS {
        return Err(TokenTooLarge::Scopes {
            scopes,
            most: Scope::MAX_TOKENS,
        });
    }
    if bytes > most {
        return Err(TokenTooLarge::Bytes {
            scopes,
            bytes,
            most,
        });
    }
    Ok(())
}

/// May a client get JWTs for all of this scope? Said before anybody knows the issuer, so a token
/// can still be larger where that has a long name, or signs RS256.
///
/// # Errors
/// How large it would be.
pub fn check_jwt_of(client: &Client, scope: &Scope) -> Result<(), TokenTooLarge> {
    let issuer = "https://login.example/realm";
    let audience = format!("{issuer}/api");
    let claims = AccessTokenClaims::of_any_person(client, scope, &audience);
    check(
        scope,
        jwt::bytes(issuer, &claims, jwt::SHORT_SIGNATURE),
        JWT,
    )
}

impl AccessTokenClaims {
    /// As large as claims get for this client and scope.
    #[must_use]
    pub fn of_any_person(client: &Client, scope: &Scope, audience: &str) -> Self {
        Self {
            id: Uuid::nil(),
            realm: client.realm.clone(),
            client: TokenClient::Both {
                id: client.id.clone(),
                uuid: client.uuid,
            },
            subject_kind: SubjectKind::Person,
            grant: Some(Uuid::nil()),
            family: Some(Uuid::nil()),
            user: Some(Uuid::nil()),
            organisation: Some(Uuid::nil()),
            scope: scope.clone(),
            audience: audience.to_owned(),
            issued_at: client.created_at,
            expires_at: Timestamp::MAX,
            for_sandbox: false,
            position: Some(Position(i64::MAX)),
            authentication: Some(AuthenticationContext {
                at: Timestamp::MAX,
                class: Some(String::from(Authentication::SECOND_FACTOR)),
            }),
        }
    }
}
