use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Body;
use axum::http::{Request, Response};
use enforce::{Permitted, Problem, PublicCall};
use oauth::model::Uuid;
use realm::{App, Realm, SandboxRecords};

use super::call::Call;
use super::shape::{Operation, Shapes};
use super::{body, public, refusal, seed, shown_ids};

/// The sandbox of one realm, by one of its catalogs.
pub(super) struct Sandbox {
    pub(super) app: Arc<App>,
    pub(super) realm: Arc<Realm>,
    pub(super) shapes: Shapes,
    pub(super) records: Arc<Records>,
}

/// What is known of a realm's records, whichever catalog they are shown by.
#[derive(Default)]
pub(super) struct Records {
    /// Organisations whose sandbox is known to be filled, or a collection of theirs.
    filled: Mutex<HashSet<(Uuid, String)>>,
    /// Held while a record is added or changed: the next number is worked out from what is
    /// there. Another node could choose the same number at the same moment.
    pub(super) writing: tokio::sync::Mutex<()>,
}

impl Sandbox {
    pub(super) fn new(app: &Arc<App>, realm: &Arc<Realm>, records: &Arc<Records>) -> Self {
        Self {
            app: Arc::clone(app),
            realm: Arc::clone(realm),
            shapes: shown_ids::shapes(realm.catalog(), realm.description()),
            records: Arc::clone(records),
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
        public::answer(self.realm.catalog(), &self.shapes, call)
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

    /// Makes sure that the organisation's sandbox has its samples. Those of a description are made
    /// as they are asked for, so that none waits for all; where records of any kind are put
    /// into each other, for all of them.
    async fn fill(&self, organisation: Uuid) -> Result<(), Problem> {
        if self.fills_by_collection() {
            return Ok(());
        }
        let place = (organisation, String::new());
        if self.records.filled().contains(&place) {
            return Ok(());
        }
        let (catalog, kept) = (self.realm.catalog(), self.kept(organisation));
        let filling = seed::fill(&kept, catalog, &self.shapes, self.app.now());
        filling.await.map_err(refusal::fault)?;
        self.records.filled().insert(place);
        Ok(())
    }

    /// Makes sure that a collection has its samples.
    pub(super) async fn fill_one(&self, organisation: Uuid, name: &str) -> Result<(), Problem> {
        if !self.fills_by_collection() || self.shapes.collection(name).is_none() {
            return Ok(());
        }
        let place = (organisation, name.to_owned());
        if self.records.filled().contains(&place) {
            return Ok(());
        }
        let (catalog, kept) = (self.realm.catalog(), self.kept(organisation));
        let filling = seed::fill_one(&kept, catalog, &self.shapes, name, self.app.now());
        filling.await.map_err(refusal::fault)?;
        self.records.filled().insert(place);
        Ok(())
    }

    fn fills_by_collection(&self) -> bool {
        self.shapes.description.is_some() && self.realm.catalog().expand_parameter().is_none()
    }
}

impl Records {
    fn filled(&self) -> std::sync::MutexGuard<'_, HashSet<(Uuid, String)>> {
        self.filled.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
