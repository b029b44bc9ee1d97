//! `GET /{realm}/oauth/jwks` (RFC 7517 section 5).

use axum::response::Response;

use super::json::public_json;
use crate::in_realm::InRealm;

/// The public keys that sign this realm's JWT access tokens.
pub(crate) async fn jwks(InRealm(realm): InRealm) -> Response {
    public_json(&realm.keys().jwks())
}
