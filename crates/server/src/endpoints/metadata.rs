//! Metadata of the authorization server (RFC 8414) and of its API (RFC 9728).

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::HOST;
use axum::response::{IntoResponse, Response};
use oauth::metadata::{Paths, authorization_server, protected_resource};

use super::json::public_json;
use crate::error::ApiError;
use crate::in_realm::InRealm;
use realm::{App, Realm};

/// Where the metadata of a protected resource begins (RFC 9728 section 3).
pub(crate) const PROTECTED_RESOURCE: &str = "/.well-known/oauth-protected-resource";

/// What clients need to know of this realm.
pub(crate) async fn metadata(InRealm(realm): InRealm) -> Response {
    public_json(&authorization_server(
        realm.issuer(),
        realm.catalog(),
        &Paths::default(),
        &realm.keys().algorithms(),
    ))
}

/// What clients need to know of an API before they have a token for it: where they look that know its own
/// address only (RFC 9728 section 3.1), if it is at this server's host or its host passes these requests
/// on; and under the address that challenges name, wherever it is.
pub(crate) async fn resource(State(app): State<Arc<App>>, request: Request) -> Response {
    let path = request.uri().path();
    let path = path.strip_prefix(PROTECTED_RESOURCE).unwrap_or_default();
    let host = request.headers().get(HOST);
    let host = host.and_then(|host| host.to_str().ok()).unwrap_or_default();
    if let Some((realm, api)) = app.api_at(host, path) {
        return about(&realm, api.url());
    }
    let mut parts = path.split('/').skip(1);
    let (realm, kind, name) = (parts.next(), parts.next(), parts.next());
    let realm = realm.and_then(|id| app.realm(id));
    let of_realm = realm.as_deref().and_then(|realm| match (kind, name) {
        (Some("api"), None) => Some((realm, realm.sandbox()?)),
        (Some("apis"), Some(name)) if parts.next().is_none() => {
            Some((realm, realm.api(name)?.url()))
        }
        _ => None,
    });
    match of_realm {
        Some((realm, resource)) => about(realm, resource),
        None => ApiError::not_found().into_response(),
    }
}

fn about(realm: &Realm, resource: &str) -> Response {
    public_json(&protected_resource(
        resource,
        realm.issuer(),
        realm.catalog(),
    ))
}
