//! The sandbox: every endpoint of a realm's catalog answers at `/{realm}/api/…`, behind the
//! decision, with records of its own for each organisation.
//!
//! Nothing here knows a provider. What a call does follows from its path template and the
//! catalog's sample records.

mod body;
mod call;
mod change;
mod document;
mod expand;
mod ids;
mod me;
mod naming;
mod query;
mod reading;
mod refusal;
mod search;
mod seed;
mod shape;
mod show;

use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{Request, Response};
use axum::response::IntoResponse;
use axum::routing::any;
use enforce::{
    AccessSource, Denied, InProcessVerifier, KeySource, Permitted, Problem, RequireScopeLayer,
};
use oauth::model::Uuid;
use storage::Store;
use tower::Service;

use crate::error::ApiError;
use realm::App;
use realm::Realm;
use realm::metrics::Decisions;

pub use seed::seed;

use call::Call;
use shape::Shapes;

/// The sandbox of every realm.
pub fn router(app: &Arc<App>) -> Router<Arc<App>> {
    let doors: BTreeMap<String, Doorway> = app
        .realms()
        .filter_map(|realm| {
            let doorway = Doorway {
                door: door(app, realm),
                decisions: Arc::clone(app.metrics().decisions(realm.id())?),
            };
            Some((realm.id().to_owned(), doorway))
        })
        .collect();
    let doors = Arc::new(doors);
    let enter = any(async move |request: Request<Body>| enter(&doors, request).await);
    Router::new()
        .route("/{realm}/api", enter.clone())
        .route("/{realm}/api/", enter.clone())
        .route("/{realm}/api/{*path}", enter)
}

/// Hands a call to its realm's door. The path is read as it came: a realm's name is never
/// percent-encoded.
async fn enter(doors: &BTreeMap<String, Doorway>, request: Request<Body>) -> Response<Body> {
    let realm = request.uri().path().split('/').nth(1);
    match realm.and_then(|id| doors.get(id)) {
        Some(doorway) => doorway.pass(request).await,
        None => ApiError::unknown_realm().into_response(),
    }
}

/// A realm's door, and where its decisions are counted.
struct Doorway {
    door: Router,
    decisions: Arc<Decisions>,
}

/// Response extension: the decision was a permit, whatever the sandbox then said.
#[derive(Clone, Copy)]
struct LetThrough;

impl Doorway {
    async fn pass(&self, request: Request<Body>) -> Response<Body> {
        let response = match self.door.clone().call(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        };
        if response.extensions().get::<LetThrough>().is_some() {
            self.decisions.permit();
        } else {
            let denied = response.extensions().get::<Denied>();
            self.decisions
                .deny(denied.map_or("other", |denied| denied.reason));
        }
        response
    }
}

/// One realm's sandbox with the decision before it.
fn door(app: &Arc<App>, realm: &Arc<Realm>) -> Router {
    let standing = realm.cache();
    let verifier = InProcessVerifier::new(
        Arc::clone(realm.catalog()),
        realm.id(),
        realm.issuer(),
        realm.audience(),
        Arc::clone(standing) as Arc<dyn KeySource>,
    );
    let layer = RequireScopeLayer::new(
        Arc::clone(realm.catalog()),
        Arc::new(verifier),
        Arc::clone(standing) as Arc<dyn AccessSource>,
        realm.issuer(),
    )
    .strip_prefix(format!("/{}/api", realm.id()))
    .reference(reference(realm))
    .resource_metadata(realm.resource_metadata());
    let sandbox = Sandbox {
        app: Arc::clone(app),
        realm: Arc::clone(realm),
        shapes: Shapes::of(realm.catalog()),
        filled: Mutex::default(),
        writing: tokio::sync::Mutex::default(),
    };
    Router::new()
        .fallback(answer)
        .with_state(Arc::new(sandbox))
        .layer(layer)
}

fn reference(realm: &Realm) -> String {
    format!("{}/scopes", realm.issuer())
}

/// The sandbox of one realm.
struct Sandbox {
    app: Arc<App>,
    realm: Arc<Realm>,
    shapes: Shapes,
    /// Organisations whose sandbox is known to be filled.
    filled: Mutex<HashSet<Uuid>>,
    /// Held while a record is added or changed: the next number is worked out from what is
    /// there. Another node could choose the same number at the same moment.
    writing: tokio::sync::Mutex<()>,
}

/// Answers a call that the layer has let through.
async fn answer(State(sandbox): State<Arc<Sandbox>>, request: Request<Body>) -> Response<Body> {
    let mut response = match sandbox.perform(request).await {
        Ok(response) => response,
        Err(problem) => problem.into_response(
            sandbox.realm.issuer(),
            None,
            Some(&reference(&sandbox.realm)),
        ),
    };
    response.extensions_mut().insert(LetThrough);
    response
}

impl Sandbox {
    async fn perform(&self, request: Request<Body>) -> Result<Response<Body>, Problem> {
        let (mut parts, body) = request.into_parts();
        let permitted = parts.extensions.remove::<Permitted>();
        let permitted = permitted.ok_or_else(refusal::not_permitted)?;
        let operation = self.shapes.operation(permitted.method, &permitted.path);
        let operation = operation.ok_or_else(refusal::not_permitted)?;
        let organisation = permitted
            .organisation
            .ok_or_else(refusal::no_organisation)?;
        self.fill(organisation).await?;
        let body = body::json(&parts.headers, body).await?;
        let call = Call::new(self, permitted, organisation, &parts.uri);
        call.perform(operation, body).await
    }

    fn store(&self) -> &dyn Store {
        self.app.store()
    }

    /// Makes sure that the organisation's sandbox has its samples.
    async fn fill(&self, organisation: Uuid) -> Result<(), Problem> {
        if self.filled().contains(&organisation) {
            return Ok(());
        }
        let (catalog, now) = (self.realm.catalog(), self.app.now());
        let filling = seed::fill(
            self.store(),
            catalog,
            &self.shapes,
            self.realm.id(),
            organisation,
            now,
        );
        filling.await.map_err(|error| refusal::store(&error))?;
        self.filled().insert(organisation);
        Ok(())
    }

    fn filled(&self) -> std::sync::MutexGuard<'_, HashSet<Uuid>> {
        self.filled.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
