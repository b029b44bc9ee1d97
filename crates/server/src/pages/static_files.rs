//! Files compiled in: the stylesheet.

use std::sync::LazyLock;

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::response::IntoResponse;

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
pub(crate) async fn stylesheet() -> impl IntoResponse {
    (
        [
            (CONTENT_TYPE, "text/css; charset=utf-8"),
            (CACHE_CONTROL, "public, max-age=31536000, immutable"),
            (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        ],
        STYLESHEET,
    )
}
