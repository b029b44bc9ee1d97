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

#[cfg(test)]
mod tests {
    use realm::look::GROUNDS;

    use crate::pages::static_files::STYLESHEET;

    /// Accents are held against these; and what they stand over is in the stylesheet under these names.
    #[test]
    fn the_grounds_are_those_of_the_stylesheet() {
        let [light, dark] =
            GROUNDS.map(|[paper, sheet]| format!("--paper: {paper}; --sheet: {sheet};"));
        let (_, rest) = STYLESHEET.split_once(&light).unwrap();
        let (between, _) = rest.split_once(&dark).unwrap();
        assert!(between.contains("prefers-color-scheme: dark"));
        for property in ["--accent: ", "--on-accent: ", "--wash: "] {
            assert_eq!(STYLESHEET.matches(property).count(), 2, "{property}");
        }
    }
}
