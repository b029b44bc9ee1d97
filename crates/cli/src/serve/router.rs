use std::sync::Arc;

use axum::Router;
use axum::response::IntoResponse;
use realm::App;
use server::ApiError;

/// What apps, people and the API's callers reach: the authorization server and the sandbox of
/// every realm.
pub fn public(app: &Arc<App>) -> Router {
    server::router(Arc::clone(app)).merge(sandbox::router(app, || {
        ApiError::unknown_realm().into_response()
    }))
}
