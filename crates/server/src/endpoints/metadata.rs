//! Metadata of the authorization server (RFC 8414) and of its API (RFC 9728).

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::HOST;
use axum::response::{IntoResponse, Response};
use oauth::metadata::{Endpoints, authorization_server, protected_resource};
use oauth::model::Authentication;

use super::json::public_json;
use crate::error::ApiError;
use crate::in_realm::InRealm;
use realm::sign_in::SignInKind;
use realm::{Api, App, Endpoint, Layout, Realm};

/// Where the metadata of a protected resource begins (RFC 9728 section 3).
const PROTECTED_RESOURCE: &str = "/.well-known/oauth-protected-resource";
const KNOWN_AS: &str = "oauth-protected-resource";

/// What clients need to know of this realm.
pub(crate) async fn metadata(InRealm(realm): InRealm) -> Response {
    public_json(&authorization_server(
        realm.issuer(),
        realm.catalog(),
        &endpoints(realm.layout()),
        &realm.keys().algorithms(),
        classes(&realm.sign_in().kind),
    ))
}

/// How people can prove who they are, as far as it is known here: of signing in elsewhere it is not.
fn classes(kind: &SignInKind) -> &'static [&'static str] {
    match kind {
        SignInKind::Accounts => &[Authentication::PASSWORD, Authentication::SECOND_FACTOR],
        SignInKind::External(_) | SignInKind::OpenIdConnect(_) => &[],
    }
}

fn endpoints(layout: &Layout) -> Endpoints {
    let at = |endpoint: Endpoint| layout.url(endpoint.name());
    Endpoints {
        authorize: at(Endpoint::Authorize),
        token: at(Endpoint::Token),
        introspect: at(Endpoint::Introspect),
        revoke: at(Endpoint::Revoke),
        jwks: at(Endpoint::Jwks),
        documentation: layout.url("scopes"),
    }
}

/// What clients need to know of an API before they have a token for it: where they look that know its own
/// address only (RFC 9728 section 3.1), if it is at this server's host or its host passes these requests
/// on; and under the address that challenges name, wherever it is.
pub(crate) async fn resource(State(app): State<Arc<App>>, request: Request) -> Response {
    let path = request.uri().path();
    let behind = path.strip_prefix(PROTECTED_RESOURCE).unwrap_or_default();
    let host = request.headers().get(HOST);
    let host = host.and_then(|host| host.to_str().ok()).unwrap_or_default();
    if let Some((realm, api)) = app.api_at(host, behind) {
        return about(&realm, api.url());
    }
    let realms = app.realms();
    let of_realm = realms.iter().find_map(|realm| {
        let is_here = |within: &str| realm.layout().well_known(KNOWN_AS, within) == path;
        let sandbox = realm.sandbox().filter(|_| is_here("api"));
        let mut apis = realm.apis().iter();
        let mut api = || apis.find(|api| is_here(&format!("apis/{}", api.name())));
        let resource = sandbox.or_else(|| api().map(Api::url))?;
        Some((realm, resource))
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
