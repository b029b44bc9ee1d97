//! Gates of a catalog, for tokens whose text is their scope.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use axum::Router;
use axum::body::Body;
use enforce::beside::Beside;
use enforce::{
    AccessError, AccessNow, AccessSource, CallerNames, Gate, TokenVerifier, UnverifiedToken, Uuid,
    VerifiedToken, VerifyError,
};
use gates::{Clock, Counts, Front, Fronts, Ledger, Preflight};
use http::{HeaderMap, Request};
use http_body_util::BodyExt;
use scope::{Catalog, OrganisationKey, Scope, Subject};
use serde_json::Value;
use tower::ServiceExt;

pub const ISSUER: &str = "https://login.example/realm";
pub const ORGANISATION: Uuid = Uuid::from_u128(7);
pub const PERSON: Uuid = Uuid::from_u128(8);
const ENDED: Uuid = Uuid::from_u128(11);

/// Knows people by tokens: the scope, with `+` for spaces. `bad`, `down` and `ended` are what they say.
struct Known(Arc<Catalog>);

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
        let granted = self.0.recorded(&scope);
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
        if token.id == ENDED {
            return Err(AccessError::TokenEnded);
        }
        if organisation.is_some_and(|(_, named)| named != "muster") {
            return Err(AccessError::WrongOrganisation);
        }
        let all = Arc::new(self.0.all());
        let ceiling = self.0.registered(&self.0.scope_of(&all));
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
}

/// Seconds since 1970.
pub struct Hands(pub AtomicI64);

impl Clock for Hands {
    fn now(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }
}

struct One(Arc<Front>);

impl Fronts for One {
    fn front(&self, realm: &str, api: &str) -> Option<Arc<Front>> {
        (realm == "realm" && api == "api").then(|| Arc::clone(&self.0))
    }
}

pub struct World {
    router: Router,
    pub counted: Arc<Counted>,
    pub clock: Arc<Hands>,
    pub ledger: Arc<Ledger>,
}

pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Value,
}

impl World {
    pub fn new(id: &str) -> Self {
        Self::with(id, Preflight::Pass, |gate| gate)
    }

    pub fn with(id: &str, preflight: Preflight, change: impl FnOnce(Gate) -> Gate) -> Self {
        Self::made(id, preflight, change, Beside::default())
    }

    /// With what goes on beside the decision.
    pub fn beside(id: &str, beside: Beside) -> Self {
        Self::made(id, Preflight::Pass, |gate| gate, beside)
    }

    fn made(
        id: &str,
        preflight: Preflight,
        change: impl FnOnce(Gate) -> Gate,
        beside: Beside,
    ) -> Self {
        let file = format!("{}/../../catalogs/{id}.toml", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(&file).unwrap();
        let catalog = Arc::new(Catalog::parse(&file, &text).unwrap());
        let known = Arc::new(Known(Arc::clone(&catalog)));
        let gate = Gate::new(catalog, known.clone(), known, ISSUER);
        let counted = Arc::new(Counted::default());
        let clock = Arc::new(Hands(AtomicI64::new(0)));
        let ledger = Arc::<Ledger>::default();
        let front = Front::new(change(gate), counted.clone())
            .preflight(preflight)
            .beside(beside, clock.clone(), Arc::clone(&ledger));
        Self {
            router: gates::router(Arc::new(One(Arc::new(front)))),
            counted,
            clock,
            ledger,
        }
    }

    pub async fn send(&self, request: http::request::Builder) -> Answer {
        self.send_whole(request.body(Body::empty()).unwrap()).await
    }

    pub async fn send_whole(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        Answer {
            status: parts.status.as_u16(),
            headers: parts.headers,
            body: serde_json::from_slice(&bytes).unwrap_or_default(),
        }
    }

    pub fn counts(&self) -> Vec<&'static str> {
        std::mem::take(&mut self.counted.0.lock().unwrap())
    }
}

/// A request with these headers.
pub fn request(path: &str, headers: &[(&str, &str)]) -> http::request::Builder {
    let request = Request::get(path);
    headers.iter().fold(request, |request, (name, value)| {
        request.header(*name, *value)
    })
}
