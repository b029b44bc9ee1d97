//! `POST /{realm}/oauth/revoke` (RFC 7009).

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::response::Response;
use oauth::audit::Actor;
use oauth::client_authentication::AuthenticatedClient;
use oauth::model::{RevocationReason, RevokedAccessToken};
use oauth::revocation::{PresentedToken, may_revoke};
use oauth::token::{AccessTokenClaims, TokenClient};

use super::caller::Call;
use super::json::empty;
use crate::error::ApiError;
use crate::operations::client_address::origin;
use realm::{App, Fault, Realm, tokens};

use crate::in_realm::InRealm;

/// Ends a token of the caller's own. An access token ends alone; a refresh token ends its
/// grant, and so every token that hangs from it. For a token that is unknown, dead already or
/// another client's the answer is the same (section 2.2), and nothing happens.
///
/// # Errors
///
/// RFC 6749 section 5.2; 5xx when the token could not be ended.
pub(crate) async fn revoke(
    State(app): State<Arc<App>>,
    InRealm(realm): InRealm,
    request: Request,
) -> Result<Response, ApiError> {
    let call = Call::read(&realm, request).await?;
    let (client, _) = call.authenticated()?;
    let token = call.parameters.require("token")?;
    match realm.cache().presented(realm.issuer(), token).await? {
        PresentedToken::RefreshToken(hash) => {
            let found = tokens::refresh_token(&app, &realm, &hash).await?;
            if let Some(token) =
                found.filter(|token| may_revoke(&client, &TokenClient::Id(token.client.clone())))
            {
                let by = Actor::client(&client.id, origin(call.address));
                let reason = RevocationReason::ByClient;
                let desk = app.desk(&realm);
                let ended = desk.revoke_grant(&by, token.grant, reason).await;
                ended.map_err(Fault::from)?;
            }
        }
        PresentedToken::AccessToken(claims) => {
            end_access_token(&app, &realm, &client, &claims).await?
        }
        PresentedToken::Unknown => {}
    }
    Ok(empty())
}

async fn end_access_token(
    app: &App,
    realm: &Realm,
    client: &AuthenticatedClient<'_>,
    claims: &AccessTokenClaims,
) -> Result<(), ApiError> {
    let is_dead = app.now() >= claims.expires_at;
    if is_dead || claims.realm != realm.id() || !may_revoke(client, &claims.client) {
        return Ok(());
    }
    let token = RevokedAccessToken {
        realm: claims.realm.clone(),
        id: claims.id,
        expires_at: claims.expires_at,
    };
    Ok(tokens::revoke(app, &token).await?)
}
