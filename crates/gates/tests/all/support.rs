//! Gates of a catalog, for tokens whose text is their scope.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use axum::Router;
use axum::body::Body;
use enforce::beside::Beside;
use enforce::limits::Limits;
use enforce::{
    AccessError, AccessNow, AccessSource, CallerNames, Gate, RequireScopeLayer, TokenVerifier,
    UnverifiedToken, Uuid, VerifiedToken, VerifyError,
};
use gates::{
    Clock, Counts, Front, Fronts, Gates, Ledger, Preflight, Refused, Service, Services, Signs,
};
use http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt;
use scope::{CallLimits, Catalog, OrganisationKey, Scope, Subject};
use serde_json::Value;
use tower::{Layer, ServiceExt, service_fn};

pub const ISSUER: &str = "https://login.example/realm";
pub const ORGANISATION: Uuid = Uuid::from_u128(7);
pub const PERSON: Uuid = Uuid::from_u128(8);
const ENDED: Uuid = Uuid::from_u128(11);

/// Knows people by tokens: the scope, with `+` for spaces. `bad`, `down` and `ended` are what they say.
pub struct Known {
    catalog: Arc<Catalog>,
    pub revoked: AtomicBool,
}

impl Known {
    pub fn new(catalog: &Arc<Catalog>) -> Arc<Self> {
        Arc::new(Self {
            catalog: Arc::clone(catalog),
            revoked: AtomicBool::new(false),
        })
    }
}

#[async_trait]
impl TokenVerifier for Known {
    async fn verify(&self, token: UnverifiedToken<'_>) -> Result<VerifiedToken, VerifyError> {
        let ended = token.expose() == "ended";
        let text = match token.expose() {
            "bad" => return Err(VerifyError::Invalid("The token is bad.")),
            "down" => return Err(VerifyError::Unavailable),
            "ended" => "contact_show".to_owned(),
            text => text.replace('+', " ").replace('/', ":"),
        };
        let scope = Scope::parse(&text).unwrap();
        let granted = self.catalog.recorded(&scope);
        let id = match ended {
            true => ENDED,
            false => Uuid::from_u128(9),
        };
        let mut token = VerifiedToken::new(id, "app", granted);
        token.user = Some(PERSON);
        token.organisation = Some(ORGANISATION);
        token.grant = Some(Uuid::from_u128(10));
        Ok(token)
    }
}

#[async_trait]
impl AccessSource for Known {
    async fn access(
        &self,
        token: &VerifiedToken,
        organisation: Option<(OrganisationKey, &str)>,
    ) -> Result<AccessNow, AccessError> {
        if token.id == ENDED || self.revoked.load(Ordering::Relaxed) {
            return Err(AccessError::TokenEnded);
        }
        if organisation.is_some_and(|(_, named)| named != "muster") {
            return Err(AccessError::WrongOrganisation);
        }
        let all = Arc::new(self.catalog.all());
        let ceiling = self.catalog.registered(&self.catalog.scope_of(&all));
        let mut now = AccessNow::new(Subject::Person, token.granted.clone(), Arc::new(ceiling));
        (now.approved, now.rights) = (Arc::clone(&all), all);
        now.organisation = Some(ORGANISATION);
        Ok(now)
    }

    async fn names(&self, _: &VerifiedToken, _: Option<Uuid>) -> Result<CallerNames, AccessError> {
        let mut names = CallerNames::default();
        names.client_kind = Some("app".to_owned());
        names.organisation_slug = Some("muster".to_owned());
        names.organisation_number = Some(17);
        Ok(names)
    }
}

/// What was counted, in order.
#[derive(Default)]
pub struct Counted(pub Mutex<Vec<&'static str>>);

impl Counts for Counted {
    fn permitted(&self) {
        self.0.lock().unwrap().push("permitted");
    }

    fn denied(&self, reason: &'static str) {
        self.0.lock().unwrap().push(reason);
    }

    fn observed(&self, reason: &'static str) {
        self.0.lock().unwrap().extend(["observed", reason]);
    }

    fn passed(&self) {
        self.0.lock().unwrap().push("passed");
    }

    fn limited(&self, by: &'static str) {
        self.0.lock().unwrap().extend(["limited", by]);
    }
}

/// Seconds since 1970.
pub struct Hands(pub AtomicI64);

impl Clock for Hands {
    fn now(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// The credentials of the API's own service.
pub const SERVICE: (&str, &str) = ("authorization", "Basic good");

struct One(Arc<Front>);

#[async_trait]
impl Services for One {
    async fn service(&self, realm: &str, authorization: Option<&str>) -> Result<Service, Refused> {
        let refused = |status, error| Refused {
            status,
            error,
            description: "no".to_owned(),
        };
        let front = self.front(realm, "api");
        let front = front.ok_or(refused(StatusCode::NOT_FOUND, "invalid_request"))?;
        match authorization {
            Some("Basic good") => Ok(Service {
                api: "api".to_owned(),
                front,
            }),
            Some("Basic down") => Err(refused(
                StatusCode::SERVICE_UNAVAILABLE,
                "temporarily_unavailable",
            )),
            _ => Err(refused(StatusCode::UNAUTHORIZED, "invalid_client")),
        }
    }

    fn policy_decision_point(&self, realm: &str, api: &str) -> Option<String> {
        self.front(realm, api)?;
        Some(format!("{ISSUER}/authzen/{api}"))
    }
}

impl Fronts for One {
    fn front(&self, realm: &str, api: &str) -> Option<Arc<Front>> {
        (realm == "realm" && api == "api").then(|| Arc::clone(&self.0))
    }

    fn only(&self) -> Option<Arc<Front>> {
        Some(Arc::clone(&self.0))
    }
}

pub struct World {
    router: Router,
    layer: RequireScopeLayer,
    pub counted: Arc<Counted>,
    pub clock: Arc<Hands>,
    pub ledger: Arc<Ledger>,
}

pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Value,
    pub text: String,
}

impl Answer {
    async fn of(response: http::Response<Body>) -> Self {
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        Self {
            status: parts.status.as_u16(),
            headers: parts.headers,
            body: serde_json::from_slice(&bytes).unwrap_or_default(),
            text: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }
}

pub fn catalog(id: &str) -> Arc<Catalog> {
    let file = format!("{}/../../catalogs/{id}.toml", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&file).unwrap();
    Arc::new(Catalog::parse(&file, &text).unwrap())
}

impl World {
    pub fn new(id: &str) -> Self {
        Self::with(id, Preflight::Pass, |gate| gate)
    }

    pub fn with(id: &str, preflight: Preflight, change: impl FnOnce(Gate) -> Gate) -> Self {
        let catalog = catalog(id);
        let known = Known::new(&catalog);
        Self::of(catalog, known.clone(), known, preflight, change)
    }

    /// With what goes on beside the decision.
    pub fn beside(id: &str, beside: Beside) -> Self {
        Self::beside_with(id, beside, |gate| gate)
    }

    pub fn beside_with(id: &str, beside: Beside, change: impl FnOnce(Gate) -> Gate) -> Self {
        let catalog = catalog(id);
        let known = Known::new(&catalog);
        let beside = (Preflight::Pass, beside);
        Self::made(catalog, known.clone(), known, beside, change, |front| front)
    }

    /// Where the API is told in one signed text who calls.
    pub fn signed(id: &str, signs: Arc<dyn Signs>) -> Self {
        let catalog = catalog(id);
        let known = Known::new(&catalog);
        Self::made(
            catalog,
            known.clone(),
            known,
            (Preflight::Pass, Beside::default()),
            |gate| gate,
            |front| front.signed(signs),
        )
    }

    pub fn of(
        catalog: Arc<Catalog>,
        verifier: Arc<dyn TokenVerifier>,
        access: Arc<dyn AccessSource>,
        preflight: Preflight,
        change: impl FnOnce(Gate) -> Gate,
    ) -> Self {
        Self::made(
            catalog,
            verifier,
            access,
            (preflight, Beside::default()),
            change,
            |front| front,
        )
    }

    fn made(
        catalog: Arc<Catalog>,
        verifier: Arc<dyn TokenVerifier>,
        access: Arc<dyn AccessSource>,
        (preflight, beside): (Preflight, Beside),
        change: impl FnOnce(Gate) -> Gate,
        tell: impl FnOnce(Front) -> Front,
    ) -> Self {
        let errors = format!("{ISSUER}/errors");
        let layer = RequireScopeLayer::new(
            Arc::clone(&catalog),
            Arc::clone(&verifier),
            Arc::clone(&access),
            ISSUER,
        );
        let gate = Gate::new(catalog, verifier, access, ISSUER).explanations(&errors);
        let counted = Arc::new(Counted::default());
        let clock = Arc::new(Hands(AtomicI64::new(0)));
        let ledger = Arc::<Ledger>::default();
        let front = Front::new(change(gate), counted.clone())
            .preflight(preflight)
            .beside(beside, clock.clone(), Arc::clone(&ledger));
        let one = Arc::new(One(Arc::new(tell(front))));
        Self {
            router: routed(Gates::new(one.clone()).and(gates::for_services(one))),
            layer: layer.explanations(errors),
            counted,
            clock,
            ledger,
        }
    }

    pub async fn send(&self, request: http::request::Builder) -> Answer {
        self.send_whole(request.body(Body::empty()).unwrap()).await
    }

    pub async fn send_whole(&self, request: Request<Body>) -> Answer {
        Answer::of(self.respond(request).await).await
    }

    /// The answer as it comes.
    pub async fn respond(&self, request: Request<Body>) -> http::Response<Body> {
        self.router.clone().oneshot(request).await.unwrap()
    }

    /// Asks a gate that takes JSON, as its service.
    pub async fn ask(&self, path: &str, question: &Value) -> Answer {
        let headers = [SERVICE, ("content-type", "application/json")];
        self.post(path, &headers, question.to_string()).await
    }

    pub async fn post(
        &self,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Body>,
    ) -> Answer {
        let request = request(path, headers).method("POST");
        self.send_whole(request.body(body.into()).unwrap()).await
    }

    /// The same call before an API with the tower layer.
    pub async fn through_layer(&self, request: Request<Body>) -> Answer {
        let api = service_fn(async |request: Request<Body>| {
            let permitted = request.extensions().get::<enforce::Permitted>();
            let filter = permitted.and_then(|permitted| permitted.row_filter);
            let filter = filter.map_or("", scope::RowFilter::as_str);
            let answer = http::Response::builder().header("row-filter", filter);
            Ok::<_, std::convert::Infallible>(answer.body(Body::from("through")).unwrap())
        });
        Answer::of(self.layer.layer(api).oneshot(request).await.unwrap()).await
    }

    pub fn counts(&self) -> Vec<&'static str> {
        std::mem::take(&mut self.counted.0.lock().unwrap())
    }
}

/// The same gate with the limits of its catalog, at a moment that stands still.
pub fn limited(gate: Gate) -> Gate {
    let limits = gate.catalog().limits().clone();
    limited_by(gate, &limits)
}

pub fn limited_by(gate: Gate, limits: &CallLimits) -> Gate {
    struct Still;
    impl enforce::limits::Clock for Still {
        fn monotonic(&self) -> Duration {
            Duration::from_secs(1_000)
        }

        fn since_1970(&self) -> Duration {
            Duration::from_secs(1_900_000_000)
        }
    }
    let limits = Limits::new(limits, gate.catalog(), Arc::default(), Arc::new(Still));
    gate.limits(limits)
}

/// The one API of a realm, with what is counted and who knows tokens.
pub fn fronts(
    id: &str,
    preflight: Preflight,
    change: impl FnOnce(Gate) -> Gate,
) -> (Arc<dyn Fronts>, Arc<Counted>, Arc<Known>) {
    let catalog = catalog(id);
    let known = Known::new(&catalog);
    let gate = Gate::new(catalog, known.clone(), known.clone(), ISSUER);
    let counted = Arc::new(Counted::default());
    let front = Front::new(change(gate), counted.clone()).preflight(preflight);
    (Arc::new(One(Arc::new(front))), counted, known)
}

/// A request with these headers.
pub fn request(path: &str, headers: &[(&str, &str)]) -> http::request::Builder {
    let request = Request::get(path);
    headers.iter().fold(request, |request, (name, value)| {
        request.header(*name, *value)
    })
}

/// Gates as a router has them.
pub fn routed(gates: Gates) -> Router {
    Router::new().fallback(async move |request: Request<Body>| gates.answer(request).await)
}
