use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::CACHE_CONTROL;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use oauth::audit::Actor;
use oauth::{ErrorCode, OAuthError};
use realm::openid::NoLogout;
use realm::{App, Fault};

use crate::endpoints::form::Form;
use crate::error::ApiError;
use crate::in_realm::InRealm;

/// `POST /{realm}/sign-in/backchannel-logout`: the provider says that somebody signed out there (OpenID
/// Connect Back-Channel Logout section 2.5). Ends the sessions that rest on that one, and no others.
///
/// # Errors
///
/// `invalid_request` for a logout token that does not count, or comes again; 5xx where that could not be
/// told or done, and it may be sent again.
pub(crate) async fn end_sessions(
    State(app): State<Arc<App>>,
    InRealm(realm): InRealm,
    request: Request,
) -> Result<Response, ApiError> {
    let sign_in = realm.sign_in();
    let provider = sign_in.kind.openid_connect();
    let provider = provider.ok_or_else(|| {
        ApiError::invalid_request("people of this realm do not sign in at an OpenID provider")
            .with_status(StatusCode::NOT_FOUND)
    })?;
    let parameters = Form::read(request).await?.parameters;
    let token = parameters.require("logout_token")?;
    let told = match provider.logout(token).await {
        Ok(told) => told,
        Err(NoLogout::NotCounted(why)) => {
            let realm = realm.id();
            tracing::warn!(realm, %why, "a logout token does not count");
            let what = format!("the logout token does not count: {why}");
            return Err(ApiError::invalid_request(&what));
        }
        Err(NoLogout::Unreachable(why)) => {
            let realm = realm.id();
            tracing::warn!(realm, %why, "a logout token could not be verified");
            let what = "whether the logout token counts cannot be told right now; send it again";
            let error = OAuthError::new(ErrorCode::TemporarilyUnavailable, what);
            return Err(ApiError::from(error));
        }
    };
    let source = &provider.settings().source;
    let by = Actor::system();
    let ended = app.desk(&realm).end_upstream(&by, source, &told).await;
    let ended = ended.map_err(Fault::from)?;
    let Some(ended) = ended else {
        return Err(ApiError::invalid_request(
            "this logout token was used before",
        ));
    };
    tracing::info!(
        realm = realm.id(),
        ended,
        "somebody signed out at the OpenID provider"
    );
    let mut done = StatusCode::OK.into_response();
    let no_store = HeaderValue::from_static("no-store");
    done.headers_mut().insert(CACHE_CONTROL, no_store);
    Ok(done)
}
