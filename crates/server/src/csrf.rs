//! Forms that other sites send are refused (cross-site request forgery).

use axum::http::HeaderMap;
use axum::http::header::ORIGIN;
use realm::App;

/// Did one of our own pages send this form? `Origin` must be ours; a browser that sends none
/// must say `Sec-Fetch-Site: same-origin`. Anything else, also nothing, is refused.
#[must_use]
pub fn is_own_form(app: &App, headers: &HeaderMap) -> bool {
    match headers.get(ORIGIN) {
        Some(origin) => origin.as_bytes() == own_origin(app).as_bytes(),
        None => headers
            .get("sec-fetch-site")
            .is_some_and(|site| site == "same-origin"),
    }
}

/// Does the request say where it comes from? Every browser of today does; what does not is a
/// program.
#[must_use]
pub(crate) fn tells_origin(headers: &HeaderMap) -> bool {
    headers.contains_key(ORIGIN) || headers.contains_key("sec-fetch-site")
}

/// What the `Origin` of our own forms is.
#[must_use]
pub(crate) fn own_origin(app: &App) -> String {
    url::Url::parse(app.base_url())
        .map(|url| url.origin().ascii_serialization())
        .unwrap_or_default()
}
