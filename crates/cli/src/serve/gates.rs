//! The gates of a server's own realms: each API with the decision before it, by the catalog that its
//! realm has at the moment.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use enforce::{AccessSource, Gate};
use gates::{Clock, Counts, Front, Fronts, Ledger, Line, Outcome};
use oauth::model::{GateCalls, GateOutcome, Timestamp};
use realm::cache::{InProcessVerifier, KeySource, PerEdition};
use realm::metrics::Decisions;
use realm::{Api, App, Fault, Realm};
use tokio_util::sync::CancellationToken;

/// What was seen is kept so often.
const KEEP_EVERY: Duration = Duration::from_secs(3);

/// Every API of this server's realms.
pub struct OwnFronts {
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
    /// Those of the app.
    pub fn of(app: &Arc<App>) -> Self {
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

    /// What proxies ask.
    pub fn router(self: &Arc<Self>) -> Router {
        gates::router(Arc::clone(self) as Arc<dyn Fronts>)
    }

    /// Keeps what was seen, until the server stops.
    pub async fn keep_report(self: Arc<Self>, stop: CancellationToken) {
        let mut failing = false;
        while stop
            .run_until_cancelled(tokio::time::sleep(KEEP_EVERY))
            .await
            .is_some()
        {
            let kept = self.keep().await;
            if let (Err(error), false) = (&kept, failing) {
                tracing::warn!(%error, "what gates saw cannot be kept; trying again");
            }
            failing = kept.is_err();
        }
    }

    /// Keeps what was seen since the last time. What cannot be kept is kept the next time.
    pub async fn keep(&self) -> Result<(), Fault> {
        let now = self.app.now().as_second();
        let mut kept = Ok(());
        for ((realm, api), own) in &self.made {
            let lines = own.ledger.take(now);
            let calls = lines.iter().filter_map(|line| calls(realm, api, line));
            let calls: Vec<GateCalls> = calls.collect();
            if let Err(fault) = self.app.count_gate_calls(&calls).await {
                own.ledger.put_back(lines);
                kept = Err(fault);
            }
        }
        kept
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

/// A line as it is kept. None has a time that there is not.
fn calls(realm: &str, api: &str, line: &Line) -> Option<GateCalls> {
    Some(GateCalls {
        realm: realm.to_owned(),
        api: api.to_owned(),
        outcome: match line.outcome {
            Outcome::Permitted => GateOutcome::Permitted,
            Outcome::Passed => GateOutcome::Passed,
            Outcome::Observed => GateOutcome::Observed,
            Outcome::Denied => GateOutcome::Denied,
        },
        client: line.client.clone(),
        method: line.method.clone(),
        path: line.path.clone(),
        has_rule: line.has_rule,
        reason: line.reason.clone(),
        calls: i64::try_from(line.count).unwrap_or(i64::MAX),
        first_at: Timestamp::from_second(line.first).ok()?,
        last_at: Timestamp::from_second(line.last).ok()?,
    })
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
