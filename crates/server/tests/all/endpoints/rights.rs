//! Rights that a sign-in gave, and rights that the provider's system is asked about.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use axum::body::{Body, Bytes};
use axum::http::{Request, Response, StatusCode};
use enforce::remote::{Address, Transport, TransportError};
use oauth::model::Client;
use realm::outbound::Outbound;
use realm::rights::{Asked, AskedSettings, RightsSource, SigningKey};
use serde_json::{Value, json};

use super::next_decision::access_token;
use crate::support::{Answer, World, encode};

/// For how long an answer about rights counts in these tests.
pub const REMEMBERED: Duration = Duration::from_secs(30);
pub const HOUR: Duration = Duration::from_secs(3_600);

/// The provider's system, which says what a test has it say.
#[derive(Default)]
pub struct Shop {
    says: Mutex<Says>,
    asked: AtomicUsize,
    latest: Mutex<Value>,
}

#[derive(Clone, Default)]
pub enum Says {
    /// 200 with this.
    Json(Value),
    Status(u16),
    /// It cannot be reached.
    Nothing,
    /// It never ends.
    #[default]
    Trickle,
}

#[async_trait]
impl Transport for Shop {
    async fn send(
        &self,
        request: Request<Bytes>,
        _: usize,
    ) -> Result<Response<Bytes>, TransportError> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        *self.latest.lock().unwrap() = serde_json::from_slice(request.body()).unwrap();
        let says = self.says.lock().unwrap().clone();
        let (status, body) = match says {
            Says::Json(body) => (200, body.to_string()),
            Says::Status(status) => (status, String::new()),
            Says::Nothing => return Err(TransportError::Failed(String::from("gone"))),
            Says::Trickle => std::future::pending().await,
        };
        let answer = Response::builder().status(status);
        let answer = answer.header("content-type", "application/json");
        Ok(answer.body(Bytes::from(body)).unwrap())
    }
}

impl Shop {
    pub fn says(&self, says: Says) {
        *self.says.lock().unwrap() = says;
    }

    pub fn gives(&self, rights: &[&str]) {
        self.says(Says::Json(json!({ "rights": rights })));
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

/// Muster AG, whose people's rights the shop knows; an app, its API, and a token for contacts.
pub struct Place {
    pub shop: Arc<Shop>,
    pub world: World,
    app: Client,
    pub api: Client,
    pub tokens: Value,
}

impl Place {
    pub async fn asking() -> Self {
        let shop = Arc::new(Shop::default());
        let settings = AskedSettings {
            address: Address::new("https://shop.example/rights").unwrap(),
            key: SigningKey::new("test", &[7; 32]).unwrap(),
            source: String::from("sign-in"),
            remembered_for: REMEMBERED,
            within: Duration::from_millis(50),
        };
        let outbound = Outbound::over(Arc::clone(&shop) as Arc<dyn Transport>);
        let asked = Asked::new(settings, outbound);
        shop.gives(&["contact_edit"]);
        let world = World::with_rights("bexio", RightsSource::Asked(asked)).await;
        Self::of(shop, world).await
    }

    pub async fn given() -> Self {
        let source = RightsSource::Given { valid_for: HOUR };
        let world = World::with_rights("bexio", source).await;
        world.be_given(&["contact_edit"], HOUR).await;
        Self::of(Arc::default(), world).await
    }

    async fn of(shop: Arc<Shop>, world: World) -> Self {
        let app = world.app_client("ledgerly", "contact_edit task_show");
        let app = world.add(app).await;
        let api = world.add(world.api("api")).await;
        let tokens = world.tokens(&app, "contact_edit", 1).await;
        Self {
            shop,
            world,
            app,
            api,
            tokens,
        }
    }

    async fn call_with(&self, token: &str) -> Answer {
        let request = Request::get("/bexio/api/2.0/contact")
            .header("authorization", format!("Bearer {token}"))
            .body(Body::empty());
        self.world.send(request.unwrap()).await
    }

    async fn call(&self) -> Answer {
        self.call_with(&access_token(&self.tokens)).await
    }

    pub async fn later(&self, time: Duration) {
        self.world.clock.advance(time);
        self.world.clock.advance_monotonic(time);
        self.world.app.catch_up().await.unwrap();
    }

    async fn refresh(&self) -> Answer {
        let token = self.tokens["refresh_token"].as_str().unwrap();
        self.world.refresh(&self.app, token).await
    }

    async fn introspection(&self) -> Answer {
        let token = access_token(&self.tokens);
        let form = [("token", &*token)];
        self.world.post_as(&self.api, "introspect", &form).await
    }

    fn metrics(&self) -> String {
        let app = &self.world.app;
        app.metrics().text(&app.figures()).unwrap()
    }
}

fn problem(answer: &Answer) -> Value {
    serde_json::from_str(&answer.body).unwrap()
}

#[tokio::test]
async fn a_right_taken_away_elsewhere_closes_the_next_call_within_its_bound() {
    let place = Place::asking().await;
    place.call().await.expect(StatusCode::OK);
    let question = place.shop.latest.lock().unwrap().clone();
    assert_eq!(
        question,
        json!({ "realm": "bexio", "person": "anna", "organisation": "muster" })
    );
    let asked = place.shop.asked();
    place.shop.gives(&["task_show"]);
    place.later(REMEMBERED / 2).await;
    // As it was answered half a minute ago at most.
    place.call().await.expect(StatusCode::OK);
    assert_eq!(place.shop.asked(), asked);
    place.later(REMEMBERED / 2 + Duration::from_millis(1)).await;
    let denied = place.call().await;
    denied.expect(StatusCode::FORBIDDEN);
    assert_eq!(place.shop.asked(), asked + 1);
    let told = problem(&denied);
    assert_eq!(told["reason"], "insufficient-scope");
    assert_eq!(told["missing"][0]["why"], "right-missing");
    assert_eq!(
        told["rights"],
        json!({ "from": "asked", "since": "2026-03-01T08:00:30Z" })
    );
    let detail = told["detail"].as_str().unwrap();
    let since = "those that the provider's system names, asked at 2026-03-01T08:00:30Z.";
    assert!(detail.ends_with(since), "{detail}");
    // And given back.
    place.shop.gives(&["contact_*"]);
    place.later(REMEMBERED + Duration::from_millis(1)).await;
    place.call().await.expect(StatusCode::OK);
}

#[tokio::test]
async fn a_provider_that_does_not_answer_closes_calls_after_the_bound_and_no_connection() {
    for silence in [
        Says::Nothing,
        Says::Trickle,
        Says::Status(500),
        Says::Status(401),
        Says::Json(json!({})),
        Says::Json(json!({ "rights": ["contact_edit", "contact_rule"] })),
        Says::Json(json!({ "roles": ["no such role"] })),
    ] {
        let place = Place::asking().await;
        place.call().await.expect(StatusCode::OK);
        place.shop.says(silence);
        place.later(REMEMBERED).await;
        place.call().await.expect(StatusCode::OK);
        place.later(Duration::from_millis(1)).await;
        let denied = place.call().await;
        denied.expect(StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(problem(&denied)["reason"], "rights-unavailable");
        assert_eq!(denied.header("retry-after"), Some("1"));
        assert_eq!(denied.header("www-authenticate"), None);
        let refused = place.refresh().await;
        refused.expect_error(503, "temporarily_unavailable");
        let untold = place.introspection().await;
        untold.expect_error(503, "temporarily_unavailable");
        // It answers again; nothing was lost.
        place.shop.gives(&["contact_edit"]);
        place.call().await.expect(StatusCode::OK);
        place.refresh().await.expect(StatusCode::OK);
    }
}

#[tokio::test]
async fn what_it_does_not_know_may_do_nothing_at_once() {
    let place = Place::asking().await;
    place.shop.says(Says::Status(404));
    place.later(REMEMBERED + Duration::from_millis(1)).await;
    let denied = place.call().await;
    denied.expect(StatusCode::FORBIDDEN);
    assert_eq!(problem(&denied)["missing"][0]["why"], "right-missing");
    let told: Value = place.introspection().await.json();
    assert_eq!(
        (&told["active"], &told["scope"]),
        (&json!(true), &json!(""))
    );
    // What had ended before it was said counts no more than nothing.
    let over = json!({ "rights": ["contact_edit"], "until": "2026-03-01T08:00:00Z" });
    place.shop.says(Says::Json(over));
    place.later(REMEMBERED + Duration::from_millis(1)).await;
    place.call().await.expect(StatusCode::FORBIDDEN);
    // And what ends sooner than an answer is remembered ends then.
    let soon = json!({ "roles": ["owner"], "until": "2026-03-01T08:01:10Z" });
    place.shop.says(Says::Json(soon));
    place.later(REMEMBERED / 2).await;
    place.call().await.expect(StatusCode::FORBIDDEN);
    place.shop.says(Says::Status(404));
    place.later(REMEMBERED).await;
    place.call().await.expect(StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn roles_that_it_names_are_those_of_the_organisation() {
    let place = Place::asking().await;
    let until = "2026-03-01T08:00:50Z";
    place
        .shop
        .says(Says::Json(json!({ "roles": ["owner"], "until": until })));
    place.later(REMEMBERED + Duration::from_millis(1)).await;
    place.call().await.expect(StatusCode::OK);
    let told: Value = place.introspection().await.json();
    assert_eq!(told["rights_from"]["until"], until);
    let until: oauth::model::Timestamp = until.parse().unwrap();
    assert_eq!(told["counts_until"], until.as_second());
    place.shop.says(Says::Nothing);
    place.later(Duration::from_secs(19)).await;
    place.call().await.expect(StatusCode::OK);
    place.later(Duration::from_secs(1)).await;
    let denied = place.call().await;
    denied.expect(StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn an_answer_is_remembered_no_longer_by_who_introspects() {
    let place = Place::asking().await;
    place.later(Duration::from_secs(10)).await;
    let told: Value = place.introspection().await.json();
    let asked_at = crate::support::start().as_second();
    assert_eq!(told["counts_until"], asked_at + 30);
    assert_eq!(told["scope"], "general contact_show contact_edit");
    assert_eq!(told["rights_from"]["from"], "asked");
}

#[tokio::test]
async fn many_calls_ask_once_and_questions_are_counted() {
    let place = Place::asking().await;
    place.later(REMEMBERED + Duration::from_millis(1)).await;
    let before = place.shop.asked();
    let calls = (0..20).map(|_| place.call());
    for answer in crate::support::join_all(calls).await {
        answer.expect(StatusCode::OK);
    }
    assert_eq!(place.shop.asked(), before + 1);
    place.shop.says(Says::Status(500));
    place.later(REMEMBERED + Duration::from_millis(1)).await;
    place.call().await.expect(StatusCode::SERVICE_UNAVAILABLE);
    let metrics = place.metrics();
    for line in [
        "scopegate_rights_questions_total{outcome=\"answered\",realm=\"bexio\"} 2",
        "scopegate_rights_questions_total{outcome=\"failed\",realm=\"bexio\"} 1",
        "scopegate_rights_answer_age_seconds{realm=\"bexio\"} 30.001",
    ] {
        assert!(metrics.contains(line), "{line} in {metrics}");
    }
}

/// Without a name there is nobody to ask about, whatever the shop would say.
#[tokio::test]
async fn nobody_is_asked_about_whom_the_shop_has_no_name_for() {
    let place = Place::asking().await;
    let mut anna = place.world.anna.clone();
    for source in [None, Some("another-shop")] {
        let before = place.shop.asked();
        anna.external = source.map(|source| oauth::model::ExternalId {
            source: source.to_owned(),
            id: String::from("anna"),
        });
        place.world.change_anna(&anna).await;
        let denied = place.call().await;
        denied.expect(StatusCode::FORBIDDEN);
        assert_eq!(problem(&denied)["rights"], json!({ "from": "asked" }));
        assert_eq!(place.shop.asked(), before);
    }
    // Who is called otherwise by now is another: what was said of the one is nothing to the other.
    anna.external = Some(oauth::model::ExternalId {
        source: String::from("sign-in"),
        id: String::from("anna-2"),
    });
    place.world.change_anna(&anna).await;
    place.shop.gives(&[]);
    place.call().await.expect(StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn what_was_given_runs_out_and_a_sign_in_brings_it_back() {
    let place = Place::given().await;
    place.later(HOUR - Duration::from_millis(1)).await;
    place.call().await.expect(StatusCode::OK);
    let told: Value = place.introspection().await.json();
    assert_eq!(told["scope"], "general contact_show contact_edit");
    let ends = crate::support::start().as_second() + 3_600;
    assert_eq!(told["counts_until"], ends);
    place.later(Duration::from_millis(1)).await;
    let denied = place.call().await;
    denied.expect(StatusCode::UNAUTHORIZED);
    let told = problem(&denied);
    assert_eq!(told["reason"], "right-expired");
    assert_eq!(told["missing"][0]["why"], "right-expired");
    assert_eq!(
        told["rights"],
        json!({
            "from": "given", "since": "2026-03-01T08:00:00Z", "until": "2026-03-01T09:00:00Z",
            "max_age": 3_600,
        })
    );
    let challenge = denied.header("www-authenticate").unwrap();
    for part in [
        "error=\"insufficient_user_authentication\"",
        "max_age=\"3600\"",
        "scope=\"contact_show\"",
    ] {
        assert!(challenge.contains(part), "{part} in {challenge}");
    }
    let told: Value = place.introspection().await.json();
    assert_eq!(
        (&told["active"], &told["scope"]),
        (&json!(true), &json!(""))
    );
    assert_eq!(told["scope_expired"], "general contact_show contact_edit");
    // The connection stays, and opens nothing.
    let refreshed = place.refresh().await;
    refreshed.expect(StatusCode::OK);
    let refreshed = refreshed.json();
    assert_eq!(refreshed["scope"], "general contact_show contact_edit");
    let fresh = access_token(&refreshed);
    place
        .call_with(&fresh)
        .await
        .expect(StatusCode::UNAUTHORIZED);
    // What is given at the next sign-in counts at once, and no more than that.
    place.world.be_given(&["contact_show"], HOUR).await;
    place.call_with(&fresh).await.expect(StatusCode::OK);
    place.call().await.expect(StatusCode::OK);
    place.world.be_given(&["task_show"], HOUR).await;
    place.call().await.expect(StatusCode::FORBIDDEN);
}

/// Roles count for nothing where a sign-in gives rights; whoever had some is asked to sign in.
#[tokio::test]
async fn who_was_given_nothing_yet_has_to_sign_in() {
    let place = Place::given().await;
    place.world.be(&["owner"]).await;
    let denied = place.call().await;
    denied.expect(StatusCode::UNAUTHORIZED);
    let told = problem(&denied);
    assert_eq!(told["reason"], "right-expired");
    assert_eq!(told["rights"], json!({ "from": "given" }));
    place.world.be(&["nothing"]).await;
    let denied = place.call().await;
    denied.expect(StatusCode::FORBIDDEN);
    assert_eq!(problem(&denied)["missing"][0]["why"], "right-missing");
}

#[tokio::test]
async fn the_person_is_sent_to_sign_in_again() {
    let place = Place::given().await;
    let world = &place.world;
    let mut browser = world.annas_browser().await;
    let request = world.authorize(&place.app, "contact_edit", &[]);
    // What stands allowed is given without a page.
    let answer = browser.get(&request).await;
    assert!(
        answer
            .header("location")
            .unwrap()
            .starts_with("https://app.example/cb?code=")
    );
    place.later(HOUR).await;
    let answer = browser.get(&request).await;
    let login = answer.header("location").unwrap().to_owned();
    assert!(login.starts_with("/bexio/login?"), "{login}");
    let silent = world.authorize(&place.app, "contact_edit", &[("prompt", "none")]);
    let answer = browser.get(&silent).await;
    let back = answer.header("location").unwrap();
    assert!(back.contains("error=login_required"), "{back}");
    assert!(
        back.contains(&encode(&[("", "has run out")])[1..]),
        "{back}"
    );
}

/// RFC 6749 section 4.1.2.1. The request waits, and goes on once the shop answers.
#[tokio::test]
async fn a_person_is_told_whose_system_does_not_answer_and_may_wait_or_go_back() {
    let place = Place::asking().await;
    let world = &place.world;
    let mut browser = world.annas_browser().await;
    let request = world.authorize(&place.app, "contact_edit task_show", &[]);
    place.shop.says(Says::Nothing);
    place.later(REMEMBERED + Duration::from_millis(1)).await;
    let kept = browser.get(&request).await.location().to_owned();
    let page = browser.get(&kept).await;
    page.expect(StatusCode::SERVICE_UNAVAILABLE);
    assert!(page.header("retry-after").is_some());
    let again = format!("href=\"{}\"", kept.replace('&', "&#38;"));
    for part in ["<h1>bexio does not answer right now</h1>", &again] {
        assert!(page.body.contains(part), "{part} in {}", page.body);
    }
    // Who answers is told the same.
    let allowed = browser.post(&kept, &[("decision", "allow")]).await;
    allowed.expect(StatusCode::SERVICE_UNAVAILABLE);
    let asked = place.shop.asked();
    let back = browser.post(&kept, &[("decision", "later")]).await;
    let told = back.body;
    assert!(told.contains("error=temporarily_unavailable"), "{told}");
    assert!(told.contains("https://app.example/cb?"), "{told}");
    assert_eq!(place.shop.asked(), asked, "nobody waits for it");
    let silent = world.authorize(&place.app, "contact_edit task_show", &[("prompt", "none")]);
    let answer = browser.get(&silent).await;
    let error = answer.returned("error");
    assert_eq!(error.as_deref(), Some("temporarily_unavailable"));
    place.shop.gives(&["contact_edit", "task_show"]);
    browser.get(&kept).await.expect(StatusCode::OK);
}
