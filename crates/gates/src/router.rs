use std::sync::Arc;

use axum::Router;
use axum::routing::{any, get, post};

use crate::authzen;
use crate::decide;
use crate::ext_authz::grpc;
use crate::ext_authz::http::{self as ext_authz, Sight};
use crate::forward_auth::{self, Proxy};
use crate::front::Fronts;
use crate::service::Services;

/// Every gate that proxies ask: for a listener that nobody else reaches.
#[rustfmt::skip] // one line each
pub fn router(fronts: Arc<dyn Fronts>) -> Router {
    Router::new()
        .route("/{realm}/{api}/forward-auth/nginx", any(|s, p, r| forward_auth::ask(Proxy::Nginx, s, p, r)))
        .route("/{realm}/{api}/forward-auth/nginx/answer", any(forward_auth::answer))
        .route("/{realm}/{api}/forward-auth/caddy", any(|s, p, r| forward_auth::ask(Proxy::Caddy, s, p, r)))
        .route("/{realm}/{api}/forward-auth/traefik", any(|s, p, r| forward_auth::ask(Proxy::Traefik, s, p, r)))
        .route("/{realm}/{api}/ext-authz/", any(|s, p, r| ext_authz::check(Sight::Head, s, p, r)))
        .route("/{realm}/{api}/ext-authz/{*path}", any(|s, p, r| ext_authz::check(Sight::Head, s, p, r)))
        .route("/{realm}/{api}/ext-authz-with-body/", any(|s, p, r| ext_authz::check(Sight::Body, s, p, r)))
        .route("/{realm}/{api}/ext-authz-with-body/{*path}", any(|s, p, r| ext_authz::check(Sight::Body, s, p, r)))
        .route(grpc::PATH, post(grpc::check))
        .with_state(fronts)
}

/// Every gate that services ask with credentials of their own: wherever they reach it.
pub fn for_services(services: Arc<dyn Services>) -> Router {
    let [decide, evaluation, evaluations, metadata] = PATHS_OF_SERVICES.map(|(_, path)| path);
    Router::new()
        .route(decide, post(decide::decide))
        .route(evaluation, post(authzen::evaluation))
        .route(evaluations, post(authzen::evaluations))
        .route(metadata, get(authzen::metadata))
        .with_state(services)
}

/// Method and path of each route of [`for_services`].
#[rustfmt::skip] // one line each
pub const PATHS_OF_SERVICES: [(&str, &str); 4] = [
    ("POST", "/{realm}/decide"),
    ("POST", "/{realm}/authzen/{api}/access/v1/evaluation"),
    ("POST", "/{realm}/authzen/{api}/access/v1/evaluations"),
    ("GET", "/.well-known/authzen-configuration/{realm}/authzen/{api}"),
];
