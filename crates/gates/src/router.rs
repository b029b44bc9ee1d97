use std::sync::Arc;

use ::http::Response;
use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::routing::{any, get, post};
use tower_service::Service;

use crate::authzen;
use crate::decide;
use crate::ext_authz::grpc;
use crate::ext_authz::http::{self as ext_authz, Sight};
use crate::forward_auth::{self, Proxy};
use crate::front::Fronts;
use crate::service::Services;

/// Every gate that proxies ask: for a listener that nobody else reaches.
///
/// Whoever uses forward auth asks at each call of the API, and at four addresses. These are looked at
/// first, and cost less than a router.
#[derive(Clone)]
pub struct Gates {
    fronts: Arc<dyn Fronts>,
    /// What else is here.
    others: Router,
}

/// Who asks by forward auth, and for what.
enum ForwardAuth {
    /// `/{realm}/{api}/forward-auth/{proxy}`: may the call go on?
    Ask(Proxy),
    /// `/{realm}/{api}/forward-auth/nginx/answer`: what is its caller told?
    Answer,
}

impl ForwardAuth {
    /// By what follows on realm and API.
    fn at(path: &str) -> Option<Self> {
        Some(match path.strip_prefix("forward-auth/")? {
            "nginx" => Self::Ask(Proxy::Nginx),
            "nginx/answer" => Self::Answer,
            "caddy" => Self::Ask(Proxy::Caddy),
            "traefik" => Self::Ask(Proxy::Traefik),
            _ => return None,
        })
    }
}

impl Gates {
    /// For these APIs.
    #[must_use]
    #[rustfmt::skip] // one line each
    pub fn new(fronts: Arc<dyn Fronts>) -> Self {
        let others = Router::new()
            .route("/{realm}/{api}/ext-authz/", any(|s, p, r| ext_authz::check(Sight::Head, s, p, r)))
            .route("/{realm}/{api}/ext-authz/{*path}", any(|s, p, r| ext_authz::check(Sight::Head, s, p, r)))
            .route("/{realm}/{api}/ext-authz-with-body/", any(|s, p, r| ext_authz::check(Sight::Body, s, p, r)))
            .route("/{realm}/{api}/ext-authz-with-body/{*path}", any(|s, p, r| ext_authz::check(Sight::Body, s, p, r)))
            .route(grpc::PATH, post(grpc::check))
            .with_state(Arc::clone(&fronts));
        Self { fronts, others }
    }

    /// The same with what else is on the listener.
    #[must_use]
    pub fn and(self, others: Router) -> Self {
        let others = self.others.merge(others);
        Self { others, ..self }
    }

    /// Answers whoever asks.
    pub async fn answer(&self, request: Request) -> Response<Body> {
        let mut parts = request.uri().path().splitn(4, '/').skip(1);
        let names = (parts.next(), parts.next());
        let what = parts.next().and_then(ForwardAuth::at);
        let ((Some(realm), Some(api)), Some(what)) = (names, what) else {
            // A router is always ready.
            let Ok(response) = self.others.clone().call(request).await;
            return response;
        };
        let Some(front) = self.fronts.front(realm, api) else {
            return forward_auth::no_such_api(realm, api);
        };
        match what {
            ForwardAuth::Ask(proxy) => forward_auth::ask(proxy, &front, request).await,
            ForwardAuth::Answer => forward_auth::answer(&front, request).await,
        }
    }
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
