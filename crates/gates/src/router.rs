use std::sync::Arc;

use axum::Router;
use axum::routing::any;

use crate::ext_authz::{self, Sight};
use crate::forward_auth::{self, Proxy};
use crate::front::Fronts;

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
        .with_state(fronts)
}
