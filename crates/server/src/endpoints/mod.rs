//! The endpoints programs call: parse, authenticate, decide (in `oauth`), store, answer.

pub mod authorize;
mod caller;
mod form;
pub mod introspect;
pub mod jwks;
pub mod metadata;
mod presented_token;
pub mod revoke;
pub mod token;

use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_MAX_AGE, CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::error::ApiError;

/// Answers a browser that asks whether a page of another origin may call. Any may: these
/// endpoints know callers by what they present, never by cookies.
pub(crate) async fn preflight() -> Response {
    (
        StatusCode::NO_CONTENT,
        [
            (ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
            (ACCESS_CONTROL_ALLOW_METHODS, "GET, POST"),
            (ACCESS_CONTROL_ALLOW_HEADERS, "Authorization, Content-Type"),
            (ACCESS_CONTROL_MAX_AGE, "86400"),
        ],
    )
        .into_response()
}

pub(crate) async fn method_not_allowed() -> ApiError {
    ApiError::method_not_allowed()
}

/// JSON that nobody may keep.
fn fresh_json(body: &impl Serialize) -> Response {
    json(body, "no-store")
}

/// As text; without a formatter or a map in between, which would be twice the cost.
fn written(body: &impl Serialize) -> Vec<u8> {
    /// Most answers are smaller.
    const USUAL: usize = 512;
    let mut text = Vec::with_capacity(USUAL);
    #[expect(
        clippy::expect_used,
        reason = "the names are texts and memory takes every byte"
    )]
    serde_json::to_writer(&mut text, body).expect("JSON can be written to memory");
    text
}

/// Done; there is nothing to say.
fn empty() -> Response {
    (
        StatusCode::OK,
        [
            (CACHE_CONTROL, "no-store"),
            (ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        ],
    )
        .into_response()
}

/// JSON that does not change for a while and is meant for everyone.
fn public_json(body: &impl Serialize) -> Response {
    json(body, "public, max-age=300")
}

fn json(body: &impl Serialize, cache_control: &'static str) -> Response {
    let mut response = Response::new(axum::body::Body::from(written(body)));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(cache_control));
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}
