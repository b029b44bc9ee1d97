//! Redeeming an authorization code (RFC 6749 section 4.1.3). `scope` in the request is not
//! looked at: it was fixed when the person decided.

use scope::{Catalog, ClientState, Limits, Scope, ScopeSet};

use super::{GrantError, allowed};
use crate::client_authentication::AuthenticatedClient;
use crate::error::OAuthError;
use crate::model::{
    AuthenticationContext, AuthorizationCode, Grant, GrantType, Position, Timestamp, Uuid, Withheld,
};
use crate::parameters::Parameters;
use crate::pkce::{self, CodeChallenge, VerifiedCodeVerifier};

/// What a code gives, if the store finds that it is the first to redeem it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CodeGrant {
    /// The grant the tokens hang from.
    pub grant: Uuid,
    /// The connection they belong to.
    pub family: Option<Uuid>,
    /// The person.
    pub user: Uuid,
    /// The organisation, where grants are bound to one.
    pub organisation: Option<Uuid>,
    /// How far the changes had come when the person decided: what was taken off or ended since
    /// does not count for what follows from it.
    pub position: Option<Position>,
    /// How and when the person had proved who they are, if that was kept.
    pub authentication: Option<AuthenticationContext>,
    /// The scope, as frozen at consent.
    pub scope: Scope,
    /// What the consent withheld.
    pub withheld: Vec<Withheld>,
    /// What the person struck.
    pub refused: Scope,
    /// Does a refresh token go with it?
    pub with_refresh_token: bool,
    /// Proof that PKCE was checked.
    pub code_verifier: VerifiedCodeVerifier,
}

/// Decides what a code gives. The order matters: whoever is not the client it was issued to, or
/// cannot prove to have asked for it, learns nothing, and ends nothing either.
///
/// # Errors
/// [`GrantError::Reused`] when the code was consumed; else `unauthorized_client`,
/// `invalid_grant` (foreign, expired, other `redirect_uri`, PKCE) or `invalid_request`.
pub fn decide(
    catalog: &Catalog,
    client: &AuthenticatedClient<'_>,
    code: &AuthorizationCode,
    params: &Parameters,
    now: Timestamp,
) -> Result<CodeGrant, GrantError> {
    allowed(catalog, client, GrantType::AuthorizationCode)?;
    if code.client != client.id || code.realm != client.realm {
        return Err(unknown().into());
    }
    same_redirect_uri(
        client,
        code.redirect_uri.as_deref(),
        params.get("redirect_uri"),
    )?;
    let challenge = code.code_challenge.map(CodeChallenge::from_stored);
    let code_verifier = pkce::verify(params.get("code_verifier"), challenge.as_ref())?;
    if code.consumed_at.is_some() {
        let (grant, family) = (code.grant, code.family);
        return Err(GrantError::Reused { grant, family });
    }
    if now >= code.expires_at {
        return Err(OAuthError::invalid_grant("the code has expired; ask the person again").into());
    }
    Ok(CodeGrant {
        grant: code.grant,
        family: code.family,
        user: code.user,
        organisation: code.organisation,
        position: code.position,
        authentication: code.authentication.clone(),
        scope: code.scope.clone(),
        withheld: code.withheld.clone(),
        refused: code.refused.clone(),
        with_refresh_token: allowed(catalog, client, GrantType::RefreshToken).is_ok(),
        code_verifier,
    })
}

impl CodeGrant {
    /// The same within what the grant, the client and the rights allow now, should they have
    /// changed since the consent. What the person took back joins `refused`, what else falls
    /// away joins `withheld`; nothing is ever added.
    #[must_use]
    pub fn within(
        mut self,
        catalog: &Catalog,
        grant: &Grant,
        client: &ClientState,
        rights: Option<&ScopeSet>,
        now: Timestamp,
    ) -> Self {
        let known = |scope: &Scope| catalog.set_of(scope.iter()).0;
        let (frozen, standing) = (known(&self.scope), known(&grant.allows(self.position)));
        let taken_back = frozen.difference(&standing).union(&known(&self.refused));
        self.refused = catalog.scope_of(&taken_back);
        let (left, fallen) =
            Limits::new(catalog, client, rights, now.into()).split(&frozen.intersection(&standing));
        self.scope = catalog.scope_of(&left);
        self.withheld.extend(fallen);
        self
    }
}

/// What is said of a code nobody knows, so that a foreign one looks the same.
#[must_use]
pub fn unknown() -> OAuthError {
    OAuthError::invalid_grant("the code is unknown, or was issued to another app")
}

/// The parameter has to come again as it came (RFC 6749 section 4.1.3). Where it was left out,
/// the only registered one may be named.
fn same_redirect_uri(
    client: &AuthenticatedClient<'_>,
    then: Option<&str>,
    now: Option<&str>,
) -> Result<(), OAuthError> {
    let same = match (then, now) {
        (Some(then), Some(now)) => then == now,
        (Some(_), None) => {
            return Err(OAuthError::invalid_grant(
                "redirect_uri is missing; send it as in the authorization request",
            ));
        }
        (None, None) => true,
        (None, Some(now)) => matches!(client.redirect_uris.as_slice(), [only] if only == now),
    };
    if same {
        Ok(())
    } else {
        Err(OAuthError::invalid_grant(
            "redirect_uri is not the one of the authorization request",
        ))
    }
}
