//! The gates of a server's own realms: each API with the decision before it, by the catalog that its
//! realm has at the moment.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use enforce::{AccessSource, Gate};
use gates::{Clock, Counts, Front, Fronts, Ledger};
use realm::cache::{InProcessVerifier, KeySource, PerEdition};
use realm::metrics::Decisions;
use realm::{Api, App, Realm};

/// What proxies ask.
pub fn router(app: &Arc<App>) -> Router {
    gates::router(Arc::new(OwnFronts::of(app)))
}

struct OwnFronts {
    app: Arc<App>,
    /// By realm and API.
    made: BTreeMap<(String, String), Own>,
}

/// One API.
#[derive(Default)]
struct Own {
    front: PerEdition<Option<Arc<Front>>>,
    /// What was seen does not depend on the catalog.
    ledger: Arc<Ledger>,
}

impl OwnFronts {
    fn of(app: &Arc<App>) -> Self {
        let realms = app.realms();
        let each = realms.iter().flat_map(|realm| {
            let names = realm.apis().iter().map(Api::name);
            names.map(|name| (realm.id().to_owned(), name.to_owned()))
        });
        Self {
            made: each.map(|names| (names, Own::default())).collect(),
            app: Arc::clone(app),
        }
    }
}

impl Fronts for OwnFronts {
    fn front(&self, realm: &str, api: &str) -> Option<Arc<Front>> {
        let own = self.made.get(&(realm.to_owned(), api.to_owned()))?;
        let realm = self.app.realm(realm)?;
        let front = own.front.of(realm.edition(), || {
            let counts = self.app.metrics().decisions(realm.id())?;
            let counts = Counted(Arc::clone(counts));
            let api = realm.api(api)?;
            let clock = Arc::new(Time(Arc::clone(&self.app)));
            let front = front(&realm, api, counts);
            let front = front.beside(api.beside().clone(), clock, Arc::clone(&own.ledger));
            Some(Arc::new(front))
        });
        Option::clone(&front)
    }
}

fn front(realm: &Arc<Realm>, api: &Api, counts: Counted) -> Front {
    let cache = realm.cache();
    let verifier = InProcessVerifier::new(
        Arc::clone(realm.catalog()),
        realm.id(),
        realm.issuer(),
        api.url(),
        Arc::clone(cache) as Arc<dyn KeySource>,
    );
    let gate = Gate::new(
        Arc::clone(realm.catalog()),
        Arc::new(verifier),
        Arc::clone(cache) as Arc<dyn AccessSource>,
        realm.issuer(),
    )
    .strip_prefix(api.base_path())
    .only(api.paths().to_vec())
    .explanations(format!("{}/errors", realm.issuer()))
    .resource_metadata(realm.metadata_of(api));
    Front::new(gate, Arc::new(counts))
}

struct Time(Arc<App>);

impl Clock for Time {
    fn now(&self) -> i64 {
        self.0.now().as_second()
    }
}

struct Counted(Arc<Decisions>);

impl Counts for Counted {
    fn permitted(&self) {
        self.0.permit();
    }

    fn denied(&self, reason: &'static str) {
        self.0.deny(reason);
    }

    fn observed(&self, reason: &'static str) {
        self.0.observe(reason);
    }

    fn passed(&self) {
        self.0.pass();
    }
}
