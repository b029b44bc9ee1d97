//! Back to the app.

use axum::http::header::{LOCATION, REFRESH, SET_COOKIE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use oauth::authorization::{AuthorizationRequest, Outcome, response_url};
use oauth::{OAuthError, Secret};

use crate::pages::respond;
use crate::pages::views::{Onward, OnwardPage};
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

/// An answer of one of our pages, behind whose form the browser may be: where it is a redirect
/// to the app, a page that leads there by a step of its own, so that no form's policy is held
/// against the app's address, nor against those it goes on to.
pub(super) fn from_a_page(visit: &Visit, answer: Response) -> Response {
    let target = answer.headers().get(LOCATION);
    let target = target.and_then(|target| target.to_str().ok());
    let Some(target) = target.filter(|target| !target.starts_with('/')) else {
        return answer;
    };
    let mut onward = onward(visit, target, Onward::BackToApp);
    for cookie in answer.headers().get_all(SET_COOKIE) {
        onward.headers_mut().append(SET_COOKIE, cookie.clone());
    }
    *onward.extensions_mut() = answer.extensions().clone();
    onward
}

/// To where people sign in, by a page of its own where the browser comes from one of ours: a form of it
/// may be behind. Browsers that do not say come from one, too.
pub(crate) fn onward_to_sign_in(visit: &Visit, target: &str) -> Response {
    let site = visit.headers.get("sec-fetch-site");
    match site.is_none_or(|site| site == "same-origin") {
        true => onward(visit, target, Onward::ToSignIn),
        false => respond::see_other(target),
    }
}

fn onward(visit: &Visit, target: &str, to: Onward) -> Response {
    let page = OnwardPage {
        frame: visit.frame(None),
        target: target.to_owned(),
        to,
    };
    let mut onward = respond::page(StatusCode::OK, &page);
    if let Ok(refresh) = HeaderValue::from_str(&format!("0; url={target}")) {
        onward.headers_mut().insert(REFRESH, refresh);
    }
    onward
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
