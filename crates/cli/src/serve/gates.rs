//! The gates of a server's own realms: each API with the decision before it, by the catalog that its
//! realm has at the moment.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use axum::Router;
use axum::http::StatusCode;
use enforce::{AccessSource, Gate};
use gates::{Clock, Counts, Front, Fronts, Ledger, Line, Outcome, Refused, Service, Services};
use oauth::ErrorCode;
use oauth::model::{GateCalls, GateOutcome, Timestamp};
use realm::cache::{
    ApiKeyVerifier, InProcessVerifier, KeySource, Others, PerEdition, TokensAndKeys, TokensOfOthers,
};
use realm::metrics::Decisions;
use realm::{Api, App, Fault, NoResourceServer, Realm};
use tokio_util::sync::CancellationToken;

use super::issuers::AllOthers;

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
    /// Shared by all editions, with what is remembered of them.
    others: Vec<Others>,
    /// What was seen does not depend on the catalog.
    ledger: Arc<Ledger>,
}

impl OwnFronts {
    /// Those of the app.
    pub fn of(app: &Arc<App>) -> Self {
        Self::beside(app, AllOthers::new())
    }

    /// The same where some take tokens of other servers, too.
    pub fn beside(app: &Arc<App>, mut others: AllOthers) -> Self {
        let realms = app.realms();
        let each = realms.iter().flat_map(|realm| {
            let names = realm.apis().iter().map(Api::name);
            names.map(|name| (realm.id().to_owned(), name.to_owned()))
        });
        Self {
            made: each
                .map(|names| {
                    let others = others.remove(&names).unwrap_or_default();
                    let own = Own {
                        others,
                        ..Own::default()
                    };
                    (names, own)
                })
                .collect(),
            app: Arc::clone(app),
        }
    }

    /// What proxies ask, and services, on a listener of their own.
    pub fn router(self: &Arc<Self>) -> Router {
        gates::router(Arc::clone(self) as Arc<dyn Fronts>).merge(self.for_services())
    }

    /// What services ask, who prove who they are.
    pub fn for_services(self: &Arc<Self>) -> Router {
        gates::for_services(Arc::clone(self) as Arc<dyn Services>)
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
            let front = front(&realm, api, &own.others, counts);
            let front = front.beside(api.beside().clone(), clock, Arc::clone(&own.ledger));
            Some(Arc::new(front))
        });
        Option::clone(&front)
    }
}

#[async_trait]
impl Services for OwnFronts {
    async fn service(&self, realm: &str, authorization: Option<&str>) -> Result<Service, Refused> {
        let unknown = || Refused {
            status: StatusCode::NOT_FOUND,
            error: ErrorCode::InvalidRequest.as_str(),
            description: "there is no realm with this name here; check the first part of the path"
                .to_owned(),
        };
        let own = self.app.realm(realm).ok_or_else(unknown)?;
        let api = own.api_of_resource_server(authorization).await;
        let api = api.map_err(refused)?.name().to_owned();
        let front = self.front(realm, &api).ok_or_else(unknown)?;
        Ok(Service { api, front })
    }

    fn policy_decision_point(&self, realm: &str, api: &str) -> Option<String> {
        let realm = self.app.realm(realm)?;
        realm.api(api)?;
        Some(format!("{}/authzen/{api}", realm.issuer()))
    }
}

fn refused(why: NoResourceServer) -> Refused {
    let (status, error, description) = match why {
        NoResourceServer::Unproved(error) => (error.code.status(), error.code, error.description),
        NoResourceServer::OfNoApi(what) => (403, ErrorCode::UnauthorizedClient, what.to_owned()),
        NoResourceServer::Fault(fault) => {
            tracing::warn!("nobody can be told who asks: {fault}");
            let code = if fault.is_passing() {
                ErrorCode::TemporarilyUnavailable
            } else {
                ErrorCode::ServerError
            };
            let what = "it cannot be told just now who asks; deny the call, and ask again";
            (code.status(), code, what.to_owned())
        }
    };
    Refused {
        status: StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
        error: error.as_str(),
        description,
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

fn front(realm: &Arc<Realm>, api: &Api, others: &[Others], counts: Counted) -> Front {
    let cache = realm.cache();
    let verifier = InProcessVerifier::new(
        Arc::clone(realm.catalog()),
        realm.id(),
        realm.issuer(),
        api.url(),
        Arc::clone(cache) as Arc<dyn KeySource>,
    );
    let keys = || ApiKeyVerifier::new(Arc::clone(cache), api.url(), Some(api.name()));
    let takes = api.takes_keys();
    let mut bearer = TokensAndKeys::bearer(verifier, keys(), takes);
    if !others.is_empty() {
        let (others, cache) = (others.to_vec(), Arc::clone(cache));
        let own = bearer;
        bearer = Arc::new(TokensOfOthers::new(
            own,
            realm.issuer(),
            others,
            cache,
            api.url(),
        ));
    }
    let gate = Gate::new(
        Arc::clone(realm.catalog()),
        bearer,
        Arc::clone(cache) as Arc<dyn AccessSource>,
        realm.issuer(),
    )
    .strip_prefix(api.base_path())
    .only(api.paths().to_vec())
    .explanations(format!("{}/errors", realm.issuer()))
    .resource_metadata(realm.metadata_of(api));
    let gate = match &takes.header {
        Some(name) => gate.key_header(name.clone(), Arc::new(keys())),
        None => gate,
    };
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
