//! Back to the app.

use axum::response::Response;
use oauth::authorization::{AuthorizationRequest, Outcome, response_url};
use oauth::{OAuthError, Secret};

use crate::pages::respond;
use crate::pages::visit::Visit;

/// Gives the app its code.
pub(super) fn redirect_code(
    visit: &Visit,
    request: &AuthorizationRequest,
    code: &Secret,
) -> Response {
    let outcome = Outcome::Code(code.expose());
    respond::see_other(&response_url(
        &request.redirect_uri,
        visit.realm.issuer(),
        request.state.as_deref(),
        outcome,
    ))
}

/// Tells the app why there is no code.
pub(super) fn redirect_error(
    visit: &Visit,
    request: &AuthorizationRequest,
    error: &OAuthError,
) -> Response {
    redirect_error_to(
        visit,
        &request.redirect_uri,
        request.state.as_deref(),
        error,
    )
}

/// The same before the whole request is known to be good; its redirect URI is.
pub(super) fn redirect_error_to(
    visit: &Visit,
    redirect_uri: &str,
    state: Option<&str>,
    error: &OAuthError,
) -> Response {
    let url = response_url(
        redirect_uri,
        visit.realm.issuer(),
        state,
        Outcome::Error(error),
    );
    let mut response = respond::see_other(&url);
    // To be counted.
    response.extensions_mut().insert(error.code);
    response
}
