use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::header::ACCESS_CONTROL_REQUEST_METHOD;
use axum::http::{Method, Request, Response};
use axum::routing::any;
use enforce::limits::{CallCounts, Limits};
use enforce::{AccessSource, Denied, RequireScopeLayer};
use realm::cache::{ApiKeyVerifier, InProcessVerifier, KeySource, PerEdition, TokensAndKeys};
use realm::metrics::Decisions;
use realm::{App, Realm};
use tower::Service;

use super::refusal;
use super::sandbox::{Records, Sandbox};

/// Where a sandbox answers, by any method.
pub const PATHS: [&str; 3] = ["/{realm}/api", "/{realm}/api/", "/{realm}/api/{*path}"];

/// The sandbox of every realm that has one.
pub fn router(app: &Arc<App>) -> Router {
    app.realms().iter().fold(Router::new(), |router, realm| {
        let Some(gate) = gate_of(app, realm) else {
            return router;
        };
        let call = any(async move |request: Request<Body>| gate.pass(request).await);
        // A realm's name is never percent-encoded.
        PATHS.into_iter().fold(router, |router, path| {
            router.route(&path.replace("{realm}", realm.id()), call.clone())
        })
    })
}

fn gate_of(app: &Arc<App>, realm: &Realm) -> Option<Arc<Gate>> {
    let gate = Gate {
        app: Arc::clone(app),
        realm: realm.id().to_owned(),
        service: PerEdition::default(),
        records: Arc::default(),
        counts: Arc::default(),
        decisions: Arc::clone(app.metrics().decisions(realm.id())?),
    };
    // The first call finds it made.
    let _made = gate.service()?;
    Some(Arc::new(gate))
}

/// What stands before a realm's sandbox, and where its decisions are counted.
struct Gate {
    app: Arc<App>,
    realm: String,
    service: PerEdition<Router>,
    records: Arc<Records>,
    /// For limits; they do not depend on the catalog.
    counts: Arc<CallCounts>,
    decisions: Arc<Decisions>,
}

impl Gate {
    async fn pass(&self, request: Request<Body>) -> Response<Body> {
        // A browser's question is no call, and no decision.
        let is_question = request.method() == Method::OPTIONS
            && request
                .headers()
                .contains_key(ACCESS_CONTROL_REQUEST_METHOD);
        let Some(mut service) = self.service() else {
            return refusal::not_permitted().into_response(&self.realm, None, None);
        };
        let response = match service.call(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        };
        if is_question {
            return response;
        }
        if response.extensions().get::<LetThrough>().is_some() {
            self.decisions.permit();
        } else {
            let denied = response.extensions().get::<Denied>();
            self.decisions
                .deny(denied.map_or("other", |denied| denied.reason));
            let limit = denied.and_then(|denied| denied.limit);
            limit.into_iter().for_each(|by| self.decisions.limit(by));
        }
        response
    }

    /// By the catalog that the realm has now; decided and answered by the same.
    fn service(&self) -> Option<Router> {
        let realm = self.app.realm(&self.realm)?;
        let resource = realm.sandbox()?;
        let made = self.service.of(realm.edition(), || {
            before_sandbox(&self.app, &realm, resource, &self.records, &self.counts)
        });
        Some(Router::clone(&made))
    }
}

/// One realm's sandbox with the decision before it.
fn before_sandbox(
    app: &Arc<App>,
    realm: &Arc<Realm>,
    resource: &str,
    records: &Arc<Records>,
    counts: &Arc<CallCounts>,
) -> Router {
    let cache = realm.cache();
    let verifier = InProcessVerifier::new(
        Arc::clone(realm.catalog()),
        realm.id(),
        realm.issuer(),
        resource,
        Arc::clone(cache) as Arc<dyn KeySource>,
    )
    .of_sandbox(realm.has_beside(resource));
    let takes = realm.sandbox_takes_keys();
    let api = realm.sandbox_key_api();
    let keys = || ApiKeyVerifier::new(Arc::clone(cache), resource, api);
    let layer = RequireScopeLayer::new(
        Arc::clone(realm.catalog()),
        TokensAndKeys::bearer(verifier, keys(), &takes),
        Arc::clone(cache) as Arc<dyn AccessSource>,
        realm.issuer(),
    )
    .strip_prefix(format!("/{}/api", realm.id()))
    .explanations(explanations(realm))
    .resource_metadata(realm.resource_metadata())
    .limits(Limits::new(
        realm.catalog().limits(),
        realm.catalog(),
        Arc::clone(counts),
        app.limits_clock(),
    ))
    .open_to_browsers();
    let layer = match takes.header {
        Some(name) => layer.key_header(name, Arc::new(keys())),
        None => layer,
    };
    let sandbox = Sandbox::new(app, realm, records);
    Router::new()
        .fallback(answer)
        .with_state(Arc::new(sandbox))
        .layer(layer)
}

/// Response extension: the decision was a permit, whatever the sandbox then said.
#[derive(Clone, Copy)]
struct LetThrough;

/// Answers a call that the layer has let through.
async fn answer(State(sandbox): State<Arc<Sandbox>>, request: Request<Body>) -> Response<Body> {
    let mut response = match sandbox.perform(request).await {
        Ok(response) => response,
        Err(problem) => problem.into_response(
            sandbox.realm.issuer(),
            None,
            Some(&explanations(&sandbox.realm)),
        ),
    };
    response.extensions_mut().insert(LetThrough);
    response
}

/// Where the server's pages explain problems.
fn explanations(realm: &Realm) -> String {
    format!("{}/errors", realm.issuer())
}
