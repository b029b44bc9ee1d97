//! `POST /{realm}/oauth/token` (RFC 6749 section 3.2): one file per grant type.

mod authorization_code;
mod client_credentials;
mod issue;
mod refresh_token;

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::response::Response;
use oauth::OAuthError;
use oauth::client_authentication::AuthenticatedClient;
use oauth::grant::{GrantError, allowed, grant_type};
use oauth::model::{GrantType, Position, RevocationReason, Uuid};
use oauth::parameters::Parameters;
use scope::ScopeSet;

use super::caller::Call;
use crate::error::ApiError;
use realm::App;
use realm::Realm;

use crate::in_realm::InRealm;
use realm::cache::KnownClient;

/// Exchanges a code, a refresh token or a client's own credentials for an access token.
///
/// # Errors
///
/// RFC 6749 section 5.2; 5xx when the store fails, never a token that was not stored.
pub async fn token(
    State(app): State<Arc<App>>,
    InRealm(realm): InRealm,
    request: Request,
) -> Result<Response, ApiError> {
    // Before anything is looked up: what is cut off meanwhile ends what is issued here.
    let position = realm.cache().position();
    let call = Call::read(&realm, request).await?;
    let (client, known) = call.authenticated()?;
    let exchange = Exchange {
        app: &app,
        realm: &realm,
        client,
        known,
        parameters: &call.parameters,
        position,
    };
    let grant_type = grant_type(&call.parameters)?;
    // Before any look-up: the answer must not depend on whether a code or token exists.
    allowed(realm.catalog(), &exchange.client, grant_type)?;
    match grant_type {
        GrantType::AuthorizationCode => authorization_code::redeem(&exchange).await,
        GrantType::RefreshToken => refresh_token::rotate(&exchange).await,
        GrantType::ClientCredentials => client_credentials::issue(&exchange).await,
    }
}

/// What every grant type starts from.
struct Exchange<'a> {
    app: &'a App,
    realm: &'a Realm,
    client: AuthenticatedClient<'a>,
    known: &'a KnownClient,
    parameters: &'a Parameters,
    /// How far the changes were known when the request came.
    position: Position,
}

impl Exchange<'_> {
    /// What the client is told. After reuse the grant ends first: if that cannot be done, the
    /// answer is the store's failure, so that nobody takes a stolen grant for ended.
    async fn refused(&self, error: GrantError, reason: RevocationReason) -> ApiError {
        if let GrantError::Reused { grant } = &error {
            tracing::warn!(realm = self.realm.id(), client = self.client.id, %grant, "reuse; ending the grant");
            let ended =
                self.app
                    .store()
                    .revoke_grant(self.realm.id(), *grant, reason, self.app.now());
            if let Err(failure) = ended.await {
                return ApiError::from(failure);
            }
        }
        ApiError::from(error.into_error())
    }

    /// What the person may do now where the token will count; `None` where the organisation
    /// is named per call. A person who has left has no rights at all.
    async fn rights(
        &self,
        user: Uuid,
        organisation: Option<Uuid>,
    ) -> Result<Option<Arc<ScopeSet>>, ApiError> {
        let standing = self.realm.cache();
        let is_there = standing
            .user(user)
            .await?
            .is_some_and(|user| user.disabled_at.is_none());
        match organisation {
            _ if !is_there => Ok(Some(Arc::default())),
            Some(organisation) => {
                let rights = standing.rights(user, organisation).await?;
                Ok(Some(rights.unwrap_or_default()))
            }
            None => Ok(None),
        }
    }
}

/// A code or refresh token that was good, of a person or client whose rights are all gone.
fn nothing_left() -> ApiError {
    ApiError::from(OAuthError::new(
        oauth::ErrorCode::InvalidGrant,
        "nothing of what was granted counts any more; ask the person again",
    ))
}
