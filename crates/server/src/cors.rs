//! Endpoints that pages of other origins may call.

use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS, VARY,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::MethodRouter;

use crate::error::ApiError;

/// For programs, also in browsers of other origins: preflights are answered, and other
/// methods get 405 as JSON. The router adds `Allow`.
pub(crate) fn open<S: Clone + Send + Sync + 'static>(methods: MethodRouter<S>) -> MethodRouter<S> {
    methods.options(preflight).fallback(method_not_allowed)
}

/// Answers a browser that asks whether a page of another origin may call. Any may, with any
/// headers: these endpoints know callers by what they present, never by cookies.
async fn preflight(headers: HeaderMap) -> Response {
    let mut answer = StatusCode::NO_CONTENT.into_response();
    let own = answer.headers_mut();
    own.insert(ACCESS_CONTROL_ALLOW_ORIGIN, ANY);
    own.insert(ACCESS_CONTROL_ALLOW_METHODS, METHODS);
    own.insert(ACCESS_CONTROL_MAX_AGE, A_DAY);
    // `*` would not mean `Authorization`.
    if let Some(asked) = headers.get(ACCESS_CONTROL_REQUEST_HEADERS) {
        own.insert(ACCESS_CONTROL_ALLOW_HEADERS, asked.clone());
        own.insert(VARY, ASKED);
    }
    answer
}

const ANY: HeaderValue = HeaderValue::from_static("*");
const METHODS: HeaderValue = HeaderValue::from_static("GET, POST");
const A_DAY: HeaderValue = HeaderValue::from_static("86400");
const ASKED: HeaderValue = HeaderValue::from_static("Access-Control-Request-Headers");
/// What pages of other origins may read of an answer beside its body.
pub(crate) const EXPOSED: HeaderValue =
    HeaderValue::from_static("WWW-Authenticate, Retry-After, X-Request-Id");

async fn method_not_allowed() -> ApiError {
    ApiError::method_not_allowed()
}
