//! The files of a provider's look: their mark, and what stands over our stylesheet.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, X_CONTENT_TYPE_OPTIONS,
};
use axum::response::{IntoResponse, Response};
use realm::App;

use super::missing;
use crate::in_realm::InRealm;

/// A picture that somebody opens by itself does nothing, whatever it holds.
const POLICY: &str = "default-src 'none'; frame-ancestors 'none'; sandbox";

/// `GET /{realm}/look/{file}`
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    InRealm(realm): InRealm,
    request: Request,
) -> Response {
    // Compared as it is written: no name has anything to escape.
    let name = request.uri().path().rsplit('/').next().unwrap_or_default();
    let Some(file) = realm.look().file(name) else {
        return missing::answer(State(app), request).await;
    };
    let about = [
        (CONTENT_TYPE, file.media_type),
        (CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (CONTENT_SECURITY_POLICY, POLICY),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ),
    ];
    (about, file.content.clone()).into_response()
}
