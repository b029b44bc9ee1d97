//! Authorization server metadata (RFC 8414).

use axum::response::Response;
use oauth::metadata::{Paths, authorization_server};

use super::public_json;
use crate::realm::InRealm;

/// What clients need to know of this realm.
pub async fn metadata(InRealm(realm): InRealm) -> Response {
    public_json(&authorization_server(
        realm.issuer(),
        realm.catalog(),
        &Paths::default(),
    ))
}
