//! How pages are answered: as HTML or by a redirect, with the headers every page carries.

use std::io;

use askama::Template;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName,
    REFERRER_POLICY, SET_COOKIE, VARY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use super::compressed;

/// A page with the headers every page carries.
#[must_use]
pub fn page(status: StatusCode, template: &impl Template) -> Response {
    match template.render() {
        Ok(html) => (status, page_headers(), html).into_response(),
        Err(error) => {
            tracing::error!(%error, "a page could not be rendered");
            (StatusCode::INTERNAL_SERVER_ERROR, page_headers()).into_response()
        }
    }
}

/// [`page`], with the marked parts compressed where the browser takes that
/// ([`compressed`](super::compressed)).
#[must_use]
pub(crate) fn large_page(status: StatusCode, template: &impl Template, taken: bool) -> Response {
    let sent = template.render().map_err(io::Error::other);
    let sent = sent.and_then(|html| match taken {
        true => compressed::gzip(&html),
        false => Ok(compressed::plain(&html).into_bytes()),
    });
    match sent {
        Ok(sent) => {
            let mut headers = page_headers();
            if taken {
                headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            }
            headers.append(VARY, HeaderValue::from_static("Accept-Encoding"));
            (status, headers, sent).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "a page could not be rendered");
            (StatusCode::INTERNAL_SERVER_ERROR, page_headers()).into_response()
        }
    }
}

/// [`page`], with a script from a file of our own: for the demo's pages, never for those where
/// people sign in and decide.
#[must_use]
pub fn page_with_script(status: StatusCode, template: &impl Template) -> Response {
    let mut response = page(status, template);
    let policy = HeaderValue::from_static(POLICY_WITH_SCRIPT);
    response
        .headers_mut()
        .insert(CONTENT_SECURITY_POLICY, policy);
    response
}

/// To another page or to the app, by GET.
#[must_use]
pub fn see_other(location: &str) -> Response {
    let Ok(location) = HeaderValue::from_str(location) else {
        tracing::error!("a redirect to a location that is no header value");
        return (StatusCode::INTERNAL_SERVER_ERROR, page_headers()).into_response();
    };
    let mut headers = page_headers();
    headers.remove(CONTENT_TYPE);
    headers.insert(axum::http::header::LOCATION, location);
    (StatusCode::SEE_OTHER, headers).into_response()
}

/// [`see_other`], with a cookie.
#[must_use]
pub fn see_other_with_cookie(location: &str, cookie: HeaderValue) -> Response {
    let mut response = see_other(location);
    response.headers_mut().insert(SET_COOKIE, cookie);
    response
}

/// Forms end at our own pages alone. Chromium holds every redirect after a form's post against
/// `form-action`, also those that an app adds, and stops without a word when the code is spent:
/// where a form leads to an app, a page of ours stands between (`onward`).
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; \
                      form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
const POLICY_WITH_SCRIPT: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
                                  img-src 'self' data:; form-action 'self'; \
                                  frame-ancestors 'none'; base-uri 'none'";

pub(super) fn page_headers() -> HeaderMap {
    let fixed: [(HeaderName, &str); 7] = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CONTENT_SECURITY_POLICY, POLICY),
        (CACHE_CONTROL, "no-store"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (X_FRAME_OPTIONS, "DENY"),
        // Not `no-referrer`: browsers then send `Origin: null` with our own forms.
        (REFERRER_POLICY, "same-origin"),
        (HeaderName::from_static("vary"), "Accept-Language, Cookie"),
    ];
    fixed
        .into_iter()
        .map(|(name, value)| (name, HeaderValue::from_static(value)))
        .collect()
}
