//! Answers to programs.

use axum::http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, CACHE_CONTROL, CONTENT_TYPE,
    PRAGMA, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::cors::EXPOSED;

/// JSON that nobody may keep.
pub(super) fn fresh_json(body: Vec<u8>) -> Response {
    let mut response = with_headers(body, "no-store");
    // RFC 6749 section 5.1.
    let headers = response.headers_mut();
    headers.insert(PRAGMA, HeaderValue::from_static("no-cache"));
    response
}

/// The same of what can be written as JSON.
pub(crate) fn fresh_json_of(body: &impl Serialize) -> Response {
    fresh_json(written(body))
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
pub(super) fn empty() -> Response {
    (
        StatusCode::OK,
        [
            (CACHE_CONTROL, "no-store"),
            (PRAGMA, "no-cache"),
            (ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        ],
    )
        .into_response()
}

/// JSON that does not change for a while and is meant for everyone.
pub(super) fn public_json(body: &impl Serialize) -> Response {
    json(body, "public, max-age=300")
}

fn json(body: &impl Serialize, cache_control: &'static str) -> Response {
    with_headers(written(body), cache_control)
}

fn with_headers(body: Vec<u8>, cache_control: &'static str) -> Response {
    /// With those that are added on the way out, so that the map need not grow.
    const USUAL: usize = 8;
    let mut response = Response::new(axum::body::Body::from(body));
    let headers = response.headers_mut();
    headers.reserve(USUAL);
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(cache_control));
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
    response
}
