//! `POST /{realm}/oauth/revoke` (RFC 7009).

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::response::Response;
use oauth::audit::Actor;
use oauth::model::RevocationReason;
use oauth::revocation::{PresentedToken, may_revoke};
use oauth::token::TokenClient;

use super::caller::Call;
use super::json::empty;
use crate::error::ApiError;
use crate::operations::client_address::origin;
use realm::{App, Fault, families, tokens};

use crate::in_realm::InRealm;

/// Ends a token of the caller's own. An access token ends alone; a refresh token ends its
/// family, and so every token of that connection, and no other. For a token that is unknown, dead already or
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
    let by = Actor::client(&client.id, origin(call.address));
    match realm.cache().presented(realm.issuer(), token).await? {
        PresentedToken::RefreshToken(hash) => {
            let found = tokens::refresh_token(&app, &realm, &hash).await?;
            if let Some(token) =
                found.filter(|token| may_revoke(&client, &TokenClient::Id(token.client.clone())))
            {
                let reason = RevocationReason::ByClient;
                let belongs = (token.grant, token.family);
                families::end(&app, &realm, &by, belongs, reason).await?;
            }
        }
        PresentedToken::AccessToken(claims) => {
            let is_dead = app.now() >= claims.expires_at;
            let is_own = claims.realm == realm.id() && may_revoke(&client, &claims.client);
            if is_own && !is_dead {
                let ended = app.desk(&realm).revoke_access_token(&by, &claims).await;
                ended.map_err(Fault::from)?;
            }
        }
        PresentedToken::Unknown => {}
    }
    Ok(empty())
}
