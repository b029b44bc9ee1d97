//! Answers to programs.

use axum::http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

/// JSON that nobody may keep.
pub(super) fn fresh_json(body: &impl Serialize) -> Response {
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
pub(super) fn empty() -> Response {
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
pub(super) fn public_json(body: &impl Serialize) -> Response {
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
