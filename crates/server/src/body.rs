//! Whether the body of a request is a form.

use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;

/// Does the head say that the body is a form?
pub(crate) fn is_form(headers: &HeaderMap) -> bool {
    const FORM: &[u8] = b"application/x-www-form-urlencoded";
    headers.get(CONTENT_TYPE).is_some_and(|value| {
        // As nearly everybody writes it.
        if value.as_bytes() == FORM {
            return true;
        }
        let mut parts = value.as_bytes().split(|byte| *byte == b';');
        let media_type = parts.next().unwrap_or_default().trim_ascii();
        media_type.eq_ignore_ascii_case(FORM)
    })
}
