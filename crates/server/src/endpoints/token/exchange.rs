use std::net::IpAddr;
use std::sync::Arc;

use oauth::OAuthError;
use oauth::audit::Actor;
use oauth::client_authentication::AuthenticatedClient;
use oauth::grant::GrantError;
use oauth::model::{Position, RevocationReason, Timestamp, Uuid};
use oauth::parameters::Parameters;
use oauth::status::Worth;
use realm::cache::KnownClient;
use realm::{App, Realm, families};
use scope::ScopeSet;

use crate::error::ApiError;
use crate::operations::client_address::origin;

/// What every grant type starts from.
pub(super) struct Exchange<'a> {
    pub(super) app: &'a App,
    pub(super) realm: &'a Realm,
    pub(super) client: AuthenticatedClient<'a>,
    pub(super) known: &'a KnownClient,
    pub(super) parameters: &'a Parameters,
    /// Where the client is.
    pub(super) address: Option<IpAddr>,
    /// When the request came.
    pub(super) came: Timestamp,
    /// How far the changes were known when the request came.
    pub(super) position: Position,
}

impl Exchange<'_> {
    /// What the client is told. After reuse the family ends first: if that cannot be done, the
    /// answer is the store's failure, so that nobody takes what was stolen for ended.
    pub(super) async fn refused(&self, error: GrantError, reason: RevocationReason) -> ApiError {
        if let GrantError::Reused { grant, family } = error {
            let realm = self.realm;
            tracing::warn!(realm = realm.id(), client = self.client.id, %grant, ?family, "reuse; ending the family");
            let by = self.actor();
            let ended = families::end(self.app, realm, &by, (grant, family), reason);
            if let Err(fault) = ended.await {
                return ApiError::from(fault);
            }
        }
        ApiError::from(error.into_error())
    }

    /// The client, for the audit record.
    pub(super) fn actor(&self) -> Actor {
        Actor::client(&self.client.id, origin(self.address))
    }

    /// What the person may do where the token will count. A person who has left has no rights at
    /// all; what has run out since they signed in counts here, as a connection outlasts it, and opens
    /// nothing until they sign in again.
    pub(super) async fn rights(
        &self,
        user: Uuid,
        organisation: Option<Uuid>,
        issued: Option<Position>,
    ) -> Result<Arc<ScopeSet>, ApiError> {
        let rights = self.realm.cache().rights_within(user, organisation, issued);
        Ok(rights.await?.unwrap_or_default().of_connection())
    }

    /// What something that was issued at this place is worth by who stands behind it.
    pub(super) async fn worth(
        &self,
        user: Uuid,
        issued: Option<Position>,
    ) -> Result<Worth, ApiError> {
        let worth = self.realm.cache().worth(&self.client, Some(user), issued);
        Ok(worth.await?)
    }
}

/// A code or refresh token that was good, of a person or client whose rights are all gone.
pub(super) fn nothing_left() -> ApiError {
    ApiError::from(OAuthError::new(
        oauth::ErrorCode::InvalidGrant,
        "nothing of what was granted counts any more; ask the person again",
    ))
}
