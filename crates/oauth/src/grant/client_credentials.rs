//! A client's own token (RFC 6749 section 4.4). Nothing is written: the token is the grant.

use scope::{Catalog, ClientCredentialsBinding, ClientState, Limits, Scope, ScopeStatus};

use super::allowed;
use crate::authorization::requested;
use crate::client_authentication::AuthenticatedClient;
use crate::error::OAuthError;
use crate::model::{ClientType, GrantType, Timestamp, Uuid, Withheld};
use crate::parameters::Parameters;
use crate::quote::quote;
use crate::scope_list::separated;

/// What a client's own credentials give.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct MachineGrant {
    /// The scope, expanded, with the defaults of every grant.
    pub scope: Scope,
    /// What was asked and is not given.
    pub withheld: Vec<Withheld>,
    /// The organisation the token is bound to, where the client's kind says so.
    pub organisation: Option<Uuid>,
}

/// Decides what a client's own credentials give. Without `scope`, the defaults the client is
/// registered for are asked; where there are none, as with Stora, `scope` has to be sent.
///
/// # Errors
/// `unauthorized_client` for a public client, one not registered for this, and one whose kind
/// binds the token to an organisation it does not have; `invalid_scope` when `scope` is
/// malformed, needed and missing, or nothing of it can be given.
pub fn decide(
    catalog: &Catalog,
    client: &AuthenticatedClient<'_>,
    client_state: &ClientState,
    params: &Parameters,
    now: Timestamp,
) -> Result<MachineGrant, OAuthError> {
    if client.client_type == ClientType::Public {
        return Err(OAuthError::unauthorized_client(
            "client_credentials is for clients that can keep a secret",
        ));
    }
    allowed(catalog, client, GrantType::ClientCredentials)?;
    let organisation = bound_to(catalog, client)?;
    let requested = requested(catalog, client, params)?;
    let limits = Limits::new(catalog, client_state, None, now.into());
    let withheld = limits.withheld(&requested);
    let works = |id: &scope::ScopeId| {
        catalog
            .scope(*id)
            .is_some_and(|definition| definition.status != ScopeStatus::Retired)
    };
    let asked = catalog.expand(&requested.known().iter().filter(works).collect());
    let (given, _) = limits.split(&asked);
    if given.is_empty() {
        return Err(OAuthError::invalid_scope(format!(
            "nothing of the requested scope can be given to this client: {}",
            reasons(&withheld)
        )));
    }
    let (defaults, _) = limits.split(catalog.every_grant());
    Ok(MachineGrant {
        scope: catalog.scope_of(&given.union(&defaults)),
        withheld,
        organisation,
    })
}

/// What a client is told whose organisation was deleted since it was registered.
#[must_use]
pub fn organisation_is_gone() -> OAuthError {
    OAuthError::unauthorized_client(
        "the organisation this client acts for was deleted; its registration has to name another",
    )
}

fn bound_to(
    catalog: &Catalog,
    client: &AuthenticatedClient<'_>,
) -> Result<Option<Uuid>, OAuthError> {
    let binding = catalog
        .client_kind(&client.kind)
        .map(|kind| kind.client_credentials);
    match (binding, client.organisation) {
        (Some(ClientCredentialsBinding::Organisation), None) => {
            Err(OAuthError::unauthorized_client(
                "this kind of client acts for an organisation, but its registration names none",
            ))
        }
        (Some(ClientCredentialsBinding::Organisation), organisation) => Ok(organisation),
        _ => Ok(None),
    }
}

/// `name (reason), …` for a description.
pub(crate) fn reasons<'a>(withheld: impl IntoIterator<Item = &'a Withheld>) -> String {
    let withheld: Vec<&Withheld> = withheld.into_iter().collect();
    let each: Vec<String> = withheld
        .iter()
        .map(|withheld| format!("{} ({})", withheld.scope, withheld.reason.as_str()))
        .collect();
    let names = withheld.iter().map(|withheld| &withheld.scope);
    format!("{}{}", quote(&each.join(", ")), separated(names))
}
