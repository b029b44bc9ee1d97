//! Metadata of the authorization server (RFC 8414) and of its API (RFC 9728).

use axum::response::{IntoResponse, Response};
use oauth::metadata::{Paths, authorization_server, protected_resource};

use super::json::public_json;
use crate::error::ApiError;
use crate::in_realm::InRealm;

/// What clients need to know of this realm.
pub(crate) async fn metadata(InRealm(realm): InRealm) -> Response {
    public_json(&authorization_server(
        realm.issuer(),
        realm.catalog(),
        &Paths::default(),
        &realm.keys().algorithms(),
    ))
}

/// What clients need to know of this realm's sandbox before they have a token for it.
pub(crate) async fn resource(InRealm(realm): InRealm) -> Response {
    match realm.sandbox() {
        Some(sandbox) => public_json(&protected_resource(
            sandbox,
            realm.issuer(),
            realm.catalog(),
        )),
        None => ApiError::not_found().into_response(),
    }
}
