//! Refreshing (RFC 6749 section 6): the scope may narrow, never widen, and is held against
//! grant, client and rights anew each time.

use scope::{Catalog, ClientState, Limits, Scope, ScopeSet};

use super::{GrantError, allowed};
use crate::client_authentication::AuthenticatedClient;
use crate::error::OAuthError;
use crate::model::{
    Grant, GrantStatus, GrantType, Position, RefreshToken, Timestamp, Uuid, Withheld,
};
use crate::parameters::Parameters;

/// What a refresh token gives, if the store finds that it is the first to use it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RefreshGrant {
    /// The grant the tokens hang from.
    pub grant: Uuid,
    /// The connection they belong to.
    pub family: Option<Uuid>,
    /// The person.
    pub user: Uuid,
    /// The organisation, where grants are bound to one.
    pub organisation: Option<Uuid>,
    /// How far the changes had come when the connection began: its tokens never get back what
    /// was taken off since.
    pub position: Option<Position>,
    /// The scope of the new access token.
    pub scope: Scope,
    /// The scope of the next refresh token: that of this one, whatever was asked now.
    pub refresh_scope: Scope,
    /// What of the asked scope does not count now.
    pub withheld: Vec<Withheld>,
    /// What of the authorization's scope the person has refused or taken back since.
    pub refused: Scope,
}

/// Decides what a refresh token gives.
///
/// # Errors
/// [`GrantError::Reused`] when the token was rotated; else `unauthorized_client`,
/// `invalid_grant` (foreign, revoked, expired, the grant ended, nothing of it counts) or
/// `invalid_scope` (malformed, or more than the authorization gave).
#[expect(
    clippy::too_many_arguments,
    reason = "everything the decision rests on, loaded by the caller"
)]
pub fn decide(
    catalog: &Catalog,
    client: &AuthenticatedClient<'_>,
    token: &RefreshToken,
    grant: &Grant,
    client_state: &ClientState,
    rights: Option<&ScopeSet>,
    params: &Parameters,
    now: Timestamp,
) -> Result<RefreshGrant, GrantError> {
    allowed(catalog, client, GrantType::RefreshToken)?;
    let belongs = token.client == client.id
        && token.realm == client.realm
        && grant.id == token.grant
        && grant.client == client.id;
    if !belongs {
        return Err(unknown().into());
    }
    if token.revoked_at.is_some() || grant.status != GrantStatus::Live {
        return Err(
            OAuthError::invalid_grant("the app's access was ended; ask the person again").into(),
        );
    }
    if token.rotated_at.is_some() {
        return Err(GrantError::Reused { grant: token.grant });
    }
    if token.expires_at.is_some_and(|expiry| now >= expiry) {
        return Err(OAuthError::invalid_grant(
            "the refresh token has expired; ask the person again",
        )
        .into());
    }
    let original = catalog.set_of(token.scope.iter()).0;
    let asked = asked(catalog, &original, &token.scope, params)?;
    let standing = catalog.set_of(grant.allows(token.position).iter()).0;
    let limits = Limits::new(catalog, client_state, rights, now.into());
    let (scope, withheld) = limits.split(&asked.intersection(&standing));
    if scope.is_empty() {
        return Err(OAuthError::invalid_grant(
            "nothing of what was granted counts any more; ask the person again",
        )
        .into());
    }
    Ok(RefreshGrant {
        grant: token.grant,
        family: token.family,
        user: token.user,
        organisation: token.organisation,
        position: token.position,
        scope: catalog.scope_of(&scope),
        refresh_scope: token.scope.clone(),
        withheld,
        refused: catalog.scope_of(&asked.difference(&standing)),
    })
}

/// What is said of a refresh token nobody knows, so that a foreign one looks the same.
#[must_use]
pub fn unknown() -> OAuthError {
    OAuthError::invalid_grant("the refresh token is unknown, or was issued to another app")
}

/// The part of the authorization's scope that is asked now: all of it without `scope`; else the
/// named ones, with what they bring and the defaults, as far as the authorization gave them.
fn asked(
    catalog: &Catalog,
    original: &ScopeSet,
    original_scope: &Scope,
    params: &Parameters,
) -> Result<ScopeSet, OAuthError> {
    let Some(text) = params.get("scope") else {
        return Ok(original.clone());
    };
    let scope = Scope::parse(text).map_err(|error| OAuthError::invalid_scope(error.to_string()))?;
    if let Some(wider) = scope.iter().find(|name| !original_scope.contains(name)) {
        return Err(OAuthError::invalid_scope(format!(
            "'{wider}' was not granted; a refresh can narrow the scope, to widen it ask the person again"
        )));
    }
    if scope.is_empty() {
        return Ok(original.clone());
    }
    let named = catalog.set_of(scope.iter()).0;
    Ok(catalog
        .expand(&named)
        .union(catalog.every_grant())
        .intersection(original))
}
