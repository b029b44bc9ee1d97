//! The gates of a server's own realms: each API with the decision before it, by the catalog that its
//! realm has at the moment.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use axum::Router;
use axum::http::StatusCode;
use enforce::limits::{CallCounts, Limits};
use enforce::{AccessSource, Gate};
use gates::{
    Clock, Counts, Front, Fronts, Gates, Ledger, Line, Outcome, Refused, Service, Services, Signs,
};
use oauth::ErrorCode;
use oauth::model::{GateCalls, GateOutcome, Timestamp};
use realm::api::Told;
use realm::cache::{
    ApiKeyVerifier, InProcessVerifier, KeySource, Others, PerEdition, TokensAndKeys, TokensOfOthers,
};
use realm::metrics::Decisions;
use realm::{Api, App, Fault, NoResourceServer, Realm};
use serde_json::{Map, Value};
use tokio_util::sync::CancellationToken;

use super::issuers::AllOthers;

/// What was seen is kept so often.
const KEEP_EVERY: Duration = Duration::from_secs(3);

/// Every API of this server's realms.
pub struct OwnFronts {
    app: Arc<App>,
    /// By realm and API.
    made: BTreeMap<String, BTreeMap<String, Own>>,
}

/// One API.
#[derive(Default)]
struct Own {
    front: PerEdition<Option<Arc<Front>>>,
    /// Shared by all editions, with what is remembered of them.
    others: Vec<Others>,
    /// What was seen does not depend on the catalog.
    ledger: Arc<Ledger>,
    /// Nor does what was counted for limits.
    counts: Arc<CallCounts>,
}

impl Own {
    async fn keep(&self, app: &App, realm: &str, api: &str) -> Result<(), Fault> {
        let lines = self.ledger.take(app.now().as_second());
        let calls = lines.iter().filter_map(|line| calls(realm, api, line));
        let calls: Vec<GateCalls> = calls.collect();
        let kept = app.count_gate_calls(&calls).await;
        if kept.is_err() {
            self.ledger.put_back(lines);
        }
        kept
    }
}

impl OwnFronts {
    /// Those of the app.
    pub fn of(app: &Arc<App>) -> Self {
        Self::beside(app, AllOthers::new())
    }

    /// The same where some take tokens of other servers, too.
    pub fn beside(app: &Arc<App>, mut others: AllOthers) -> Self {
        let mut made: BTreeMap<String, BTreeMap<String, Own>> = BTreeMap::new();
        for realm in app.realms().iter() {
            let apis = made.entry(realm.id().to_owned()).or_default();
            for api in realm.apis() {
                let names = (realm.id().to_owned(), api.name().to_owned());
                let others = others.remove(&names).unwrap_or_default();
                let own = Own {
                    others,
                    ..Own::default()
                };
                apis.insert(names.1, own);
            }
        }
        Self {
            made,
            app: Arc::clone(app),
        }
    }

    /// What proxies ask, and services, on a listener of their own.
    pub fn gates(self: &Arc<Self>) -> Gates {
        Gates::new(Arc::clone(self) as Arc<dyn Fronts>).and(self.for_services())
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
        let mut kept = Ok(());
        for (realm, apis) in &self.made {
            for (api, own) in apis {
                kept = own.keep(&self.app, realm, api).await.and(kept);
            }
        }
        kept
    }

    /// The provider's own numbers beside those of the catalog, or in place of them.
    fn limits(&self, realm: &Realm, api: &Api, counts: &Arc<CallCounts>) -> Limits {
        let limits = api.limits().over(realm.catalog().limits());
        let clock = self.app.limits_clock();
        Limits::new(&limits, realm.catalog(), Arc::clone(counts), clock)
    }
}

impl Fronts for OwnFronts {
    fn front(&self, realm: &str, api: &str) -> Option<Arc<Front>> {
        let own = self.made.get(realm)?.get(api)?;
        let realm = self.app.realm(realm)?;
        let front = own.front.of(realm.edition(), || {
            let counts = self.app.metrics().decisions(realm.id())?;
            let counts = Counted::of(counts);
            let api = realm.api(api)?;
            let clock = Arc::new(Time(Arc::clone(&self.app)));
            let limits = self.limits(&realm, api, &own.counts);
            let front = front(&realm, api, &own.others, limits, counts);
            let front = front.beside(api.beside().clone(), clock, Arc::clone(&own.ledger));
            let front = match api.told() {
                Told::InHeaders => front,
                Told::InJwt => front.signed(Arc::new(Signed::of(&realm, api))),
            };
            Some(Arc::new(front))
        });
        Option::clone(&front)
    }

    fn only(&self) -> Option<Arc<Front>> {
        let all = self.made.iter();
        let mut all = all.flat_map(|(realm, apis)| apis.keys().map(move |api| (realm, api)));
        match (all.next(), all.next()) {
            (Some((realm, api)), None) => self.front(realm, api),
            _ => None,
        }
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

fn front(
    realm: &Arc<Realm>,
    api: &Api,
    others: &[Others],
    limits: Limits,
    counts: Counted,
) -> Front {
    let cache = realm.cache();
    // What tokens call a client is looked up in it too: which client that is now, is asked with the access.
    let reads = Arc::new(cache.answering_for(api.deny_reads_after()));
    let verifier = InProcessVerifier::new(
        Arc::clone(realm.catalog()),
        realm.id(),
        realm.issuer(),
        api.url(),
        Arc::clone(&reads) as Arc<dyn KeySource>,
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
    .reads_by(reads)
    .strip_prefix(api.base_path())
    .only(api.paths().to_vec())
    .limits(limits)
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

/// Who calls, in the realm's name.
struct Signed {
    cache: Arc<dyn KeySource>,
    issuer: String,
    audience: String,
}

impl Signed {
    fn of(realm: &Realm, api: &Api) -> Self {
        Self {
            cache: Arc::clone(realm.cache()) as Arc<dyn KeySource>,
            issuer: realm.issuer().to_owned(),
            audience: api.url().to_owned(),
        }
    }
}

impl Signs for Signed {
    fn sign(&self, claims: Map<String, Value>) -> Option<String> {
        let keys = self.cache.keys()?;
        Some(keys.sign_identity(&self.issuer, &self.audience, claims, self.cache.now()))
    }
}

/// Counts into what operators read.
pub struct Counted(Arc<Decisions>);

impl Counted {
    /// Into these.
    pub fn of(decisions: &Arc<Decisions>) -> Self {
        Self(Arc::clone(decisions))
    }
}

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

    fn limited(&self, by: &'static str) {
        self.0.limit(by);
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::Request;
    use oauth::audit::Actor;
    use oauth::model::{ClientType, Uuid};
    use oauth::registration::ClientMetadata;
    use oauth::token::{AccessTokenClaims, SubjectKind, TokenClient};
    use realm::manage::{Desk, RegisterClient};
    use realm::{FixedClock, SeededRandom};
    use scope::{Catalog, Scope};
    use storage::SqliteStore;
    use storage::conformance::FaultyStore;

    use super::*;
    use crate::shipped;

    const API: &str = "https://api.example.com";

    /// A gate whose database can go away, before an API whose reads go on for a minute.
    struct World {
        app: Arc<App>,
        clock: Arc<FixedClock>,
        store: FaultyStore,
        gates: Gates,
    }

    impl World {
        async fn new() -> Self {
            let (name, text) = shipped::CATALOGS[0];
            assert_eq!(name, "bexio");
            let catalog = Catalog::parse(name, text).unwrap();
            let clock = Arc::new(FixedClock::at("2026-03-01T08:00:00Z".parse().unwrap()));
            let random = SeededRandom::new(7);
            let database = Arc::new(SqliteStore::open_in_memory().await.unwrap());
            for id in ["ledgerly", "unasked"] {
                let metadata = ClientMetadata {
                    id: id.to_owned(),
                    name: id.to_owned(),
                    maker: "Maker".to_owned(),
                    verified: false,
                    client_type: ClientType::Confidential,
                    kind: None,
                    auth_method: None,
                    redirect_uris: vec!["https://app.example/cb".to_owned()],
                    grant_types: None,
                    scope: "contact_edit".to_owned(),
                    optional_scope: String::new(),
                    legacy_without_pkce: false,
                    token_format: None,
                    refresh_retry: None,
                    organisation: None,
                    introspects: None,
                    signs_in: false,
                };
                let desk = Desk::new(&*database, &catalog, &*clock, &random);
                let secret = None;
                let command = RegisterClient { metadata, secret };
                desk.register_client(&Actor::system(), command)
                    .await
                    .unwrap();
            }
            let store = FaultyStore::new(database);
            let api = Api::new(API).unwrap();
            let api = api.denying_reads_after(Duration::from_secs(60)).unwrap();
            let app = App::builder(
                store.store(),
                Arc::clone(&clock) as Arc<dyn realm::Clock>,
                Arc::new(random),
            );
            let app = app.apis(name, vec![api]).realm(catalog);
            let app = app.build().await.unwrap();
            Self {
                gates: Arc::new(OwnFronts::of(&app)).gates(),
                app,
                clock,
                store,
            }
        }

        /// A sealed token of this app's own, which names it by its UUID alone.
        async fn token(&self, client: &str) -> String {
            let found = self.store.client("bexio", client).await.unwrap();
            let realm = self.app.realm("bexio").unwrap();
            let claims = AccessTokenClaims {
                id: Uuid::from_u128(9),
                realm: "bexio".to_owned(),
                client: TokenClient::Both {
                    id: client.to_owned(),
                    uuid: found.unwrap().uuid,
                },
                subject_kind: SubjectKind::Machine,
                grant: None,
                family: None,
                user: None,
                organisation: None,
                scope: Scope::parse("contact_edit contact_show").unwrap(),
                audience: API.to_owned(),
                for_sandbox: false,
                issued_at: self.app.now(),
                expires_at: self.app.now() + Duration::from_secs(3_600),
                position: None,
                authentication: None,
            };
            let keys = realm.cache().keys();
            keys.seal(&claims, [3; 12]).expose().to_owned()
        }

        async fn ask(&self, method: &str, token: &str) -> StatusCode {
            let request = Request::get("/bexio/api/forward-auth/caddy")
                .header("x-forwarded-method", method)
                .header("x-forwarded-uri", "/2.0/contact")
                .header("x-forwarded-host", "api.example.com")
                .header("authorization", format!("Bearer {token}"))
                .body(Body::empty())
                .unwrap();
            self.gates.answer(request).await.status()
        }
    }

    #[tokio::test]
    async fn reads_go_on_for_as_long_as_the_provider_allows() {
        let world = World::new().await;
        let (token, unasked) = (world.token("ledgerly").await, world.token("unasked").await);
        assert_eq!(world.ask("GET", &token).await, StatusCode::NO_CONTENT);
        assert_eq!(world.ask("POST", &token).await, StatusCode::NO_CONTENT);
        world.store.break_calls(&["*"]);
        world.clock.advance_monotonic(Duration::from_secs(2));
        for (method, token, status) in [
            ("GET", &token, StatusCode::NO_CONTENT),
            ("POST", &token, StatusCode::SERVICE_UNAVAILABLE),
            ("GET", &unasked, StatusCode::SERVICE_UNAVAILABLE),
        ] {
            assert_eq!(world.ask(method, token).await, status, "{method}");
        }
        assert!(world.app.decides_reads() && !world.app.is_fresh());
        world.clock.advance_monotonic(Duration::from_secs(59));
        let late = world.ask("GET", &token).await;
        assert_eq!(late, StatusCode::SERVICE_UNAVAILABLE);
        assert!(!world.app.decides_reads());
        world.store.mend();
        world.app.catch_up().await.unwrap();
        assert_eq!(world.ask("GET", &unasked).await, StatusCode::NO_CONTENT);
        assert_eq!(world.ask("POST", &token).await, StatusCode::NO_CONTENT);
    }
}
