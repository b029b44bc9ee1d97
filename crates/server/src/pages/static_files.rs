//! Files compiled in: the stylesheet.

use std::sync::LazyLock;

use axum::http::HeaderMap;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, VARY, X_CONTENT_TYPE_OPTIONS,
};
use axum::response::{IntoResponse, Response};

use super::compressed;

/// The one stylesheet of every page.
pub(crate) const STYLESHEET: &str = include_str!("../../static/style.css");

/// Its address, which changes with its content, so that browsers may keep it.
#[must_use]
pub fn stylesheet_path() -> &'static str {
    static PATH: LazyLock<String> = LazyLock::new(|| {
        format!(
            "/static/style.css?v={:08x}",
            crc32fast::hash(STYLESHEET.as_bytes())
        )
    });
    &PATH
}

/// `GET /static/style.css`
pub(crate) async fn stylesheet(headers: HeaderMap) -> Response {
    static COMPRESSED: LazyLock<Option<Vec<u8>>> =
        LazyLock::new(|| compressed::whole(STYLESHEET).ok());
    let about = [
        (CONTENT_TYPE, "text/css; charset=utf-8"),
        (CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (VARY, "Accept-Encoding"),
    ];
    match COMPRESSED.as_deref() {
        Some(compressed) if compressed::is_taken(&headers) => {
            (about, [(CONTENT_ENCODING, "gzip")], compressed).into_response()
        }
        _ => (about, STYLESHEET).into_response(),
    }
}
