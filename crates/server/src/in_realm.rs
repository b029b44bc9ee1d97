use std::sync::Arc;

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use realm::{App, Realm};

use crate::error::ApiError;

/// The realm named by the path's `{realm}`; 404 when there is none.
pub struct InRealm(pub Arc<Realm>);

impl FromRequestParts<Arc<App>> for InRealm {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        let parameters = RawPathParams::from_request_parts(parts, app)
            .await
            .map_err(|_| ApiError::unknown_realm())?;
        parameters
            .iter()
            .find(|(name, _)| *name == "realm")
            .and_then(|(_, id)| app.realm(id))
            .map(Self)
            .ok_or_else(ApiError::unknown_realm)
    }
}
