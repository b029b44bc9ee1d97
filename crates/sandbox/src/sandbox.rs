use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use axum::body::Body;
use axum::http::{Request, Response};
use enforce::{Permitted, Problem, PublicCall};
use oauth::model::{SandboxRecord, Uuid};
use realm::{App, Realm, SandboxRecords};

use super::call::Call;
use super::shape::{Operation, Shapes};
use super::{body, public, refusal, seed};

/// The sandbox of one realm.
pub(super) struct Sandbox {
    pub(super) app: Arc<App>,
    pub(super) realm: Arc<Realm>,
    pub(super) shapes: Shapes,
    /// Organisations whose sandbox is known to be filled.
    filled: Mutex<HashSet<Uuid>>,
    /// Samples for calls that are open to everybody, made once.
    of_nobody: OnceLock<HashMap<String, Vec<SandboxRecord>>>,
    /// Held while a record is added or changed: the next number is worked out from what is
    /// there. Another node could choose the same number at the same moment.
    pub(super) writing: tokio::sync::Mutex<()>,
}

impl Sandbox {
    pub(super) fn new(app: &Arc<App>, realm: &Arc<Realm>) -> Self {
        Self {
            app: Arc::clone(app),
            realm: Arc::clone(realm),
            shapes: Shapes::of(realm.catalog(), realm.description()),
            filled: Mutex::default(),
            of_nobody: OnceLock::new(),
            writing: tokio::sync::Mutex::default(),
        }
    }

    pub(super) async fn perform(&self, request: Request<Body>) -> Result<Response<Body>, Problem> {
        let (mut parts, body) = request.into_parts();
        if let Some(call) = parts.extensions.remove::<PublicCall>() {
            return self.perform_for_nobody(&call);
        }
        let permitted = parts.extensions.remove::<Permitted>();
        let permitted = permitted.ok_or_else(refusal::not_permitted)?;
        let operation = self.shapes.operation(permitted.method, &permitted.path);
        let operation = operation.ok_or_else(refusal::not_permitted)?;
        let organisation = match (permitted.access.organisation, operation) {
            (Some(organisation), _) => Some(organisation),
            (None, Operation::Me(_)) => self.sample_for(permitted.token.user).await?,
            (None, _) => None,
        };
        let organisation = organisation.ok_or_else(refusal::no_organisation)?;
        self.fill(organisation).await?;
        let description = self.shapes.description.as_deref();
        let described =
            description.and_then(|own| own.operation(permitted.method, &permitted.path));
        let body = body::json(&parts.headers, body, described).await?;
        let call = Call::new(self, permitted, organisation, &parts.uri);
        call.perform(operation, body).await
    }

    fn perform_for_nobody(&self, call: &PublicCall) -> Result<Response<Body>, Problem> {
        let samples = self
            .of_nobody
            .get_or_init(|| seed::of_nobody(self.realm.catalog(), &self.shapes));
        public::answer(&self.shapes, samples, call)
    }

    /// Where a person of several organisations, about whom a call is, gets their sample from.
    async fn sample_for(&self, user: Option<Uuid>) -> Result<Option<Uuid>, Problem> {
        let Some(user) = user else {
            return Ok(None);
        };
        let first = self.realm.cache().first_organisation(user).await;
        first.map_err(refusal::fault)
    }

    /// What is kept for an organisation.
    pub(super) fn kept(&self, organisation: Uuid) -> SandboxRecords<'_> {
        SandboxRecords::of(&self.app, &self.realm, organisation)
    }

    /// Makes sure that the organisation's sandbox has its samples.
    async fn fill(&self, organisation: Uuid) -> Result<(), Problem> {
        if self.filled().contains(&organisation) {
            return Ok(());
        }
        let (catalog, kept) = (self.realm.catalog(), self.kept(organisation));
        let filling = seed::fill(&kept, catalog, &self.shapes, self.app.now());
        filling.await.map_err(refusal::fault)?;
        self.filled().insert(organisation);
        Ok(())
    }

    fn filled(&self) -> std::sync::MutexGuard<'_, HashSet<Uuid>> {
        self.filled.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
