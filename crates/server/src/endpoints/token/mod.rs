//! `POST /{realm}/oauth/token` (RFC 6749 section 3.2): one file per grant type.

mod authorization_code;
mod client_credentials;
mod exchange;
mod issue;
mod refresh_token;

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::response::Response;
use oauth::grant::{allowed, grant_type};
use oauth::model::GrantType;
use realm::App;
use realm::endpoint_limits::{EndpointLimits, TooOften};

use super::caller::Call;
use super::json::fresh_json;
use crate::error::ApiError;
use crate::in_realm::InRealm;
use crate::operations::client_address::client_address;
use exchange::Exchange;

/// Exchanges a code, a refresh token or a client's own credentials for an access token.
///
/// # Errors
///
/// RFC 6749 section 5.2; 5xx when the store fails, never a token that was not stored.
pub(crate) async fn token(
    State(app): State<Arc<App>>,
    InRealm(realm): InRealm,
    request: Request,
) -> Result<Response, ApiError> {
    // Before anything is looked up: what is cut off meanwhile ends what is issued here.
    let (position, came) = (realm.cache().position(), app.now());
    let address = client_address(request.extensions());
    within_limits(&app, |limits| limits.token_from(address, app.monotonic()))?;
    let call = Call::read(&realm, request).await?;
    let (client, known) = call.authenticated()?;
    // Only now: nobody uses up what another one may.
    within_limits(&app, |limits| {
        limits.token_by(&known.client, address, app.monotonic())
    })?;
    let exchange = Exchange {
        app: &app,
        realm: &realm,
        client,
        known,
        parameters: &call.parameters,
        address: call.address,
        came,
        position,
    };
    let grant_type = grant_type(&call.parameters)?;
    // Before any look-up: the answer must not depend on whether a code or token exists.
    allowed(realm.catalog(), &exchange.client, grant_type)?;
    // The two that ask the store are large: in a box each, the common one is not moved with room
    // for them.
    let issued = match grant_type {
        GrantType::AuthorizationCode => Box::pin(authorization_code::redeem(&exchange)).await?,
        GrantType::RefreshToken => Box::pin(refresh_token::rotate(&exchange)).await?,
        GrantType::ClientCredentials => client_credentials::issue(&exchange).await?,
    };
    let context = issued.context();
    Ok(fresh_json(issued.response.json(realm.catalog(), &context)))
}

fn within_limits(
    app: &App,
    look: impl FnOnce(&EndpointLimits) -> Result<(), TooOften>,
) -> Result<(), ApiError> {
    look(app.endpoint_limits()).map_err(|too_often| {
        app.metrics().limited_request(too_often);
        ApiError::too_often(too_often)
    })
}
