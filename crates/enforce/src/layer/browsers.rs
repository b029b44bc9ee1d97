//! Calls by pages of other origins, as the Fetch standard has them.

use axum_core::body::Body;
use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS,
    ACCESS_CONTROL_REQUEST_METHOD, ORIGIN, VARY,
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode};

/// Does a browser ask whether a page may call?
pub(super) fn is_preflight<B>(request: &Request<B>) -> bool {
    let headers = request.headers();
    request.method() == Method::OPTIONS
        && headers.contains_key(ORIGIN)
        && headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD)
}

/// It may, with whatever method and headers it asks for: nothing but a token opens anything.
pub(super) fn preflight(asked: &HeaderMap) -> Response<Body> {
    let mut answer = Response::new(Body::empty());
    *answer.status_mut() = StatusCode::NO_CONTENT;
    let headers = answer.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("86400"));
    for (allow, asks) in [
        (ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_REQUEST_METHOD),
        (ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_REQUEST_HEADERS),
    ] {
        // `*` would not mean `Authorization`.
        if let Some(value) = asked.get(asks) {
            headers.insert(allow, value.clone());
        }
    }
    let vary = "Access-Control-Request-Method, Access-Control-Request-Headers";
    headers.insert(VARY, HeaderValue::from_static(vary));
    answer
}

/// Lets a page read the answer, and what says why it was refused and when to come again.
pub(super) fn readable<'n>(
    headers: &mut HeaderMap,
    of_limits: impl Iterator<Item = &'n HeaderName>,
) {
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    let exposed = HeaderValue::from_static("WWW-Authenticate, Retry-After, X-Request-Id");
    headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, exposed);
    for name in of_limits {
        headers.append(ACCESS_CONTROL_EXPOSE_HEADERS, name.clone().into());
    }
}
