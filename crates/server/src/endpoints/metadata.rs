//! Metadata of the authorization server (RFC 8414) and of its API (RFC 9728).

use axum::response::Response;
use oauth::metadata::{Paths, authorization_server, protected_resource};

use super::json::public_json;
use crate::in_realm::InRealm;

/// What clients need to know of this realm.
pub(crate) async fn metadata(InRealm(realm): InRealm) -> Response {
    public_json(&authorization_server(
        realm.issuer(),
        realm.catalog(),
        &Paths::default(),
    ))
}

/// What clients need to know of this realm's API before they have a token for it.
pub(crate) async fn resource(InRealm(realm): InRealm) -> Response {
    public_json(&protected_resource(
        realm.audience(),
        realm.issuer(),
        realm.catalog(),
    ))
}
