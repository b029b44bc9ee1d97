//! Whether the body of a request is a form.

use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;

/// Does the head say that the body is a form?
pub(crate) fn is_form(headers: &HeaderMap) -> bool {
    const FORM: &str = "application/x-www-form-urlencoded";
    headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|media_type| media_type.trim().eq_ignore_ascii_case(FORM))
}
