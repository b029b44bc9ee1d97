//! What a gate does by the limits of a catalog.

use std::net::IpAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use axum_core::body::Body;
use enforce::limits::{CallCounts, Clock, Counting, Limits};
use enforce::{
    AccessError, AccessNow, AccessSource, Admitted, Call, CallerAddress, Gate, Problem,
    RequireScopeLayer, TokenVerifier, UnverifiedToken, VerifiedToken, VerifyError,
};
use http::{HeaderMap, Request, Response};
use http_body_util::BodyExt;
use scope::{CallLimit, CallLimits, Catalog, LimitedPer, OrganisationKey, Scope};
use tower::{Layer, ServiceExt, service_fn};
use uuid::Uuid;

use crate::support::{REALM, access, catalog};

/// A clock whose hands a test sets.
#[derive(Default)]
struct Hands(Mutex<Duration>);

impl Hands {
    fn advance(&self, milliseconds: u64) {
        *self.0.lock().unwrap() += Duration::from_millis(milliseconds);
    }
}

impl Clock for Hands {
    fn monotonic(&self) -> Duration {
        *self.0.lock().unwrap()
    }

    fn since_1970(&self) -> Duration {
        self.monotonic() + Duration::from_millis(1_000_000_500)
    }
}

/// Takes `TOKEN-CLIENT-ORGANISATION` for a token of all scopes, each a number.
struct Numbers(Arc<Catalog>);

#[async_trait]
impl TokenVerifier for Numbers {
    async fn verify(&self, token: UnverifiedToken<'_>) -> Result<VerifiedToken, VerifyError> {
        let parts: Vec<u128> = token.expose().split('-').flat_map(str::parse).collect();
        let [id, client, organisation] = parts[..] else {
            return Err(VerifyError::Invalid("no token"));
        };
        let granted = self.0.granted(&self.0.scope_of(&self.0.all()));
        let mut token = VerifiedToken::new(Uuid::from_u128(id), client.to_string(), granted);
        token.user = Some(Uuid::from_u128(1));
        token.organisation = Some(Uuid::from_u128(organisation));
        token.grant = Some(Uuid::from_u128(client * 100 + organisation));
        Ok(token)
    }
}

#[async_trait]
impl AccessSource for Numbers {
    async fn access(
        &self,
        token: &VerifiedToken,
        _: Option<(OrganisationKey, &str)>,
    ) -> Result<AccessNow, AccessError> {
        let mut now = access(&self.0, &Scope::empty());
        now.granted = token.granted.clone();
        now.organisation = token.organisation;
        Ok(now)
    }
}

struct World {
    gate: Gate,
    layer: RequireScopeLayer,
    clock: Arc<Hands>,
}

impl World {
    fn of(id: &str, change: impl Fn(CallLimits) -> CallLimits) -> Self {
        let catalog = catalog(id);
        let numbers = Arc::new(Numbers(Arc::clone(&catalog)));
        let clock = Arc::<Hands>::default();
        let limits = || {
            let limits = change(catalog.limits().clone());
            Limits::new(
                &limits,
                &catalog,
                Arc::<CallCounts>::default(),
                clock.clone(),
            )
        };
        let new = || (Arc::clone(&catalog), numbers.clone(), numbers.clone());
        let ((a, b, c), (d, e, f)) = (new(), new());
        Self {
            gate: Gate::new(a, b, c, REALM).limits(limits()),
            layer: RequireScopeLayer::new(d, e, f, REALM).limits(limits()),
            clock,
        }
    }

    fn limited(id: &str, own: &[CallLimit]) -> Self {
        Self::of(id, |limits| limits.only_headers().with(own))
    }

    async fn call(&self, call: Call<'_>) -> Result<Admitted, Problem> {
        self.gate.decide(&call, || async { Ok(None) }).await
    }

    async fn by(&self, token: &str, path: &str) -> Result<Admitted, Problem> {
        let headers = bearer(token);
        self.call(Call::new("GET", path).with_headers(&headers))
            .await
    }

    /// How many of these calls are let through.
    async fn through(&self, token: &str, path: &str, calls: usize) -> usize {
        let mut through = 0;
        for _ in 0..calls {
            through += usize::from(self.by(token, path).await.is_ok());
        }
        through
    }
}

fn bearer(token: &str) -> HeaderMap {
    let value = format!("Bearer {token}").parse().unwrap();
    HeaderMap::from_iter([(http::header::AUTHORIZATION, value)])
}

const BOKIO: &str = "/v1/companies/5/customers";

#[tokio::test]
async fn bokio_takes_200_calls_in_any_minute_by_each_token() {
    let world = World::of("bokio", |limits| limits);
    assert_eq!(world.through("1-1-1", BOKIO, 150).await, 150);
    world.clock.advance(30_000);
    assert_eq!(world.through("1-1-1", BOKIO, 60).await, 50);
    // Another token of the same app and company has its own.
    assert_eq!(world.through("2-1-1", BOKIO, 1).await, 1);
    let refused = world.by("1-1-1", BOKIO).await.unwrap_err();
    let answer = world.gate.answer(refused);
    assert_eq!(answer.status(), 429);
    let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(header("retry-after"), "30");
    assert_eq!(header("bokio-ratelimit-limit"), "200");
    assert_eq!(header("bokio-ratelimit-remaining"), "0");
    assert_eq!(header("bokio-ratelimit-retryafter"), "30");
    // It is a rolling minute: what came first leaves first.
    world.clock.advance(29_999);
    assert_eq!(world.through("1-1-1", BOKIO, 1).await, 0);
    world.clock.advance(1);
    assert_eq!(world.through("1-1-1", BOKIO, 200).await, 150);
}

#[tokio::test]
async fn stora_takes_ten_calls_a_second_and_sixty_a_minute() {
    let world = World::of("stora", |limits| limits);
    let path = "/2025-09/contacts";
    let mut through = 0;
    for _ in 0..10 {
        through += world.through("1-1-1", path, 15).await;
        world.clock.advance(1_000);
    }
    assert_eq!(through, 60);
    let refused = world.by("1-1-1", path).await.unwrap_err();
    assert!(refused.limit() == Some("organisation"));
    let answer = world.gate.answer(refused);
    // The first ten leave a minute after they came; the time of day is rounded up.
    assert_eq!(answer.headers()["retry-after"], "50");
    assert_eq!(answer.headers()["ratelimit-limit"], "60");
    assert_eq!(answer.headers()["ratelimit-reset"], "1000061");
    assert!(!answer.headers().contains_key("ratelimit-remaining"));
    assert_eq!(world.through("9-9-2", path, 11).await, 10);
}

#[tokio::test]
async fn bexio_and_freshbooks_publish_no_number_and_have_none() {
    for id in ["bexio", "freshbooks"] {
        assert_eq!(catalog(id).limits().windows, [], "{id}");
        assert!(!catalog(id).limits().one_write_at_a_time, "{id}");
    }
    let world = World::of("bexio", |limits| limits);
    assert_eq!(world.through("1-1-1", "/2.0/contact", 500).await, 500);
    // A number of the provider's own is told under bexio's names.
    let own = CallLimit::new(LimitedPer::Organisation, 5, 60);
    let world = World::of("bexio", |limits| limits.with(std::slice::from_ref(&own)));
    let admitted = world.by("1-1-1", "/2.0/contact").await.unwrap();
    let told = world.gate.standing(&admitted.taken);
    let told: Vec<String> = told
        .iter()
        .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
        .collect();
    assert_eq!(told, ["ratelimit-limit: 5", "ratelimit-remaining: 4"]);
}

#[tokio::test]
async fn each_kind_of_limit_counts_together_what_it_says() {
    let same_token = ["1-1-1", "1-1-1"];
    let same_client = ["1-1-1", "2-1-2"];
    let same_grant = ["1-1-1", "2-1-1"];
    let same_organisation = ["1-1-1", "2-2-1"];
    let nothing = ["1-1-1", "2-2-2"];
    let all = [
        same_token,
        same_grant,
        same_client,
        same_organisation,
        nothing,
    ];
    for (per, together) in [
        (LimitedPer::Token, [true, false, false, false, false]),
        (LimitedPer::Grant, [true, true, false, false, false]),
        (LimitedPer::Client, [true, true, true, false, false]),
        (LimitedPer::Organisation, [true, true, false, true, false]),
    ] {
        for (tokens, is_one) in all.into_iter().zip(together) {
            let world = World::limited("bexio", &[CallLimit::new(per, 1, 60)]);
            assert!(world.by(tokens[0], "/2.0/contact").await.is_ok());
            let second = world.by(tokens[1], "/2.0/contact").await;
            assert_eq!(second.is_err(), is_one, "{per:?} {tokens:?}");
        }
    }
}

#[tokio::test]
async fn a_limit_for_a_scope_is_about_calls_whose_rule_names_it() {
    let mut own = CallLimit::new(LimitedPer::Client, 1, 60);
    own.scope = Some("contact_show".to_owned());
    let world = World::limited("bexio", &[own]);
    assert_eq!(world.through("1-1-1", "/2.0/contact", 3).await, 1);
    assert_eq!(world.through("1-1-1", "/2.0/article", 3).await, 3);
    let refused = world.by("1-1-1", "/2.0/contact").await.unwrap_err();
    let body = world.gate.answer(refused).into_body();
    let body = body.collect().await.unwrap().to_bytes();
    let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(body["reason"], "too-many-calls");
    let limit =
        serde_json::json!({ "per": "client", "calls": 1, "within": 60, "scope": "contact_show" });
    assert_eq!(body["limit"], limit);
}

#[tokio::test]
async fn denied_calls_count_for_their_address_alone() {
    let per_token = CallLimit::new(LimitedPer::Token, 1, 60);
    let world = World::limited("bexio", &[per_token]);
    for _ in 0..5 {
        let denied = world.by("1-1-1", "/2.0/nothing").await.unwrap_err();
        assert_eq!(denied.reason(), "no-rule");
    }
    assert_eq!(world.through("1-1-1", "/2.0/contact", 2).await, 1);

    let world = World::limited("bexio", &[CallLimit::new(LimitedPer::Address, 3, 60)]);
    let from = |address: &str, token| {
        let address: IpAddr = address.parse().unwrap();
        let (headers, world) = (bearer(token), &world);
        async move {
            let mut call = Call::new("GET", "/2.0/contact").with_headers(&headers);
            call.address = Some(address);
            let denied = world.call(call).await.map_err(|problem| problem.reason());
            denied.err().unwrap_or("permitted")
        }
    };
    for expected in [
        "invalid-token",
        "invalid-token",
        "invalid-token",
        "too-many-calls",
    ] {
        assert_eq!(from("2001:db8::1", "guess").await, expected);
    }
    // The network of that address, whatever the token; and nobody else.
    assert_eq!(from("2001:db8::2", "1-1-1").await, "too-many-calls");
    assert_eq!(from("2001:db8:0:1::1", "1-1-1").await, "permitted");
    assert_eq!(from("192.0.2.1", "1-1-1").await, "permitted");
    // Where nobody knows the address, nobody shares one.
    assert_eq!(world.through("1-1-1", "/2.0/contact", 9).await, 9);
}

#[tokio::test]
async fn what_one_limit_refuses_no_other_counts() {
    let wide = CallLimit::new(LimitedPer::Client, 3, 60);
    let narrow = CallLimit::new(LimitedPer::Token, 1, 60);
    let world = World::limited("bexio", &[wide, narrow]);
    assert_eq!(world.through("1-1-1", "/2.0/contact", 10).await, 1);
    assert_eq!(world.through("2-1-1", "/2.0/contact", 10).await, 1);
    assert_eq!(world.through("3-1-1", "/2.0/contact", 10).await, 1);
    assert_eq!(world.through("4-1-1", "/2.0/contact", 10).await, 0);
}

#[tokio::test]
async fn looking_counts_nothing_and_a_call_under_way_is_not_asked() {
    let world = World::limited("bexio", &[CallLimit::new(LimitedPer::Token, 1, 60)]);
    let headers = bearer("1-1-1");
    let as_if = |counting| {
        let mut call = Call::new("GET", "/2.0/contact").with_headers(&headers);
        call.counting = counting;
        world.call(call)
    };
    assert!(as_if(Counting::Look).await.is_ok());
    assert!(as_if(Counting::Look).await.is_ok());
    assert!(as_if(Counting::Count).await.is_ok());
    assert!(as_if(Counting::Look).await.is_err());
    assert!(as_if(Counting::Off).await.is_ok());
}

#[tokio::test]
async fn what_was_counted_stays_when_the_limits_are_made_anew() {
    let catalog = catalog("bexio");
    let numbers = Arc::new(Numbers(Arc::clone(&catalog)));
    let (clock, counts) = (Arc::<Hands>::default(), Arc::<CallCounts>::default());
    let gate = |calls| {
        let own = [CallLimit::new(LimitedPer::Token, calls, 60)];
        let limits = CallLimits::default().with(&own);
        let limits = Limits::new(&limits, &catalog, Arc::clone(&counts), clock.clone());
        let (verifier, access) = (numbers.clone(), numbers.clone());
        Gate::new(Arc::clone(&catalog), verifier, access, REALM).limits(limits)
    };
    let headers = bearer("1-1-1");
    let call = async |gate: &Gate| {
        let call = Call::new("GET", "/2.0/contact").with_headers(&headers);
        gate.decide(&call, || async { Ok(None) }).await.is_ok()
    };
    assert!(call(&gate(1)).await);
    assert!(!call(&gate(1)).await);
    // Another number is another limit.
    assert!(call(&gate(2)).await);
}

/// The layer sees where an answer ends, and so may hold the next write back.
#[tokio::test]
async fn bokio_takes_one_write_at_a_time_at_a_path_by_a_token() {
    let world = World::of("bokio", |limits| limits);
    let api = service_fn(async |_: Request<Body>| {
        let made = Response::builder().header("bokio-ratelimit-remaining", "7");
        Ok::<_, std::convert::Infallible>(made.body(Body::from("made")).unwrap())
    });
    let api = world.layer.layer(api);
    let send = async |method: &str, token: &str, path: &str| {
        let request = Request::builder().method(method).uri(path);
        let request = request.header("authorization", format!("Bearer {token}"));
        let request = request.body(Body::empty()).unwrap();
        api.clone().oneshot(request).await.unwrap()
    };
    let other = "/v1/companies/5/items";
    let first = send("POST", "1-1-1", BOKIO).await;
    assert_eq!(first.status(), 200);
    // What the gate says of its own limits counts, whatever the API says.
    let told = first.headers().get_all("bokio-ratelimit-remaining");
    assert_eq!(told.iter().collect::<Vec<_>>(), ["199"]);
    let second = send("POST", "1-1-1", BOKIO).await;
    assert_eq!(second.status(), 429);
    assert_eq!(second.headers()["retry-after"], "1");
    let body = second.into_body().collect().await.unwrap().to_bytes();
    assert!(String::from_utf8_lossy(&body).contains("write-under-way"));
    // Reading, other paths and other tokens do not wait.
    assert_eq!(send("GET", "1-1-1", BOKIO).await.status(), 200);
    assert_eq!(send("POST", "1-1-1", other).await.status(), 200);
    assert_eq!(send("POST", "2-1-1", BOKIO).await.status(), 200);
    // Its answer is read to the end, or thrown away: the next may begin.
    first.into_body().collect().await.unwrap();
    let third = send("POST", "1-1-1", BOKIO).await;
    assert_eq!(third.status(), 200);
    assert_eq!(send("POST", "1-1-1", BOKIO).await.status(), 429);
    drop(third);
    assert_eq!(send("POST", "1-1-1", BOKIO).await.status(), 200);
}

#[tokio::test]
async fn a_gate_that_does_not_see_the_end_holds_no_write_back() {
    let world = World::of("bokio", |limits| limits);
    let headers = bearer("1-1-1");
    for _ in 0..3 {
        let call = Call::new("POST", BOKIO).with_headers(&headers);
        let admitted = world.call(call).await.unwrap();
        assert!(admitted.taken.under_way.is_none());
    }
}

#[tokio::test]
async fn the_layer_knows_addresses_by_an_extension_of_the_request() {
    let world = World::limited("bexio", &[CallLimit::new(LimitedPer::Address, 1, 60)]);
    let api = service_fn(async |_: Request<Body>| {
        Ok::<_, std::convert::Infallible>(Response::new(Body::empty()))
    });
    let mut statuses = Vec::new();
    for last in [1, 1, 2] {
        let mut request = Request::get("/2.0/contact").body(Body::empty()).unwrap();
        let address = IpAddr::from([192, 0, 2, last]);
        request.extensions_mut().insert(CallerAddress {
            address,
            told: false,
        });
        let service = world.layer.layer(api);
        statuses.push(service.oneshot(request).await.unwrap().status().as_u16());
    }
    assert_eq!(statuses, [401, 429, 401]);
}
