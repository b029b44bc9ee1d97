//! What operators see: readiness, and what is counted.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use enforce::beside::{Beside, Observe, Paths, Until};
use http_body_util::BodyExt;
use oauth::policy::Sandbox;
use realm::Api;
use server::operations::{self, Observer, TrustedProxies};
use storage::SqliteStore;
use tower::ServiceExt;

use crate::support::{World, catalog};

async fn get(router: Router, path: &str) -> (StatusCode, String) {
    let request = Request::get(path).body(Body::empty()).unwrap();
    let response = router.oneshot(request).await.unwrap();
    let status = response.status();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

async fn ready(world: &World) -> (StatusCode, String) {
    get(operations::router(Arc::clone(&world.app)), "/readyz").await
}

#[tokio::test]
async fn a_store_that_does_not_answer_is_not_ready() {
    let world = World::new("bexio").await;
    assert_eq!(ready(&world).await.0, StatusCode::OK);
    world.store.break_calls(&["check"]);
    let (status, body) = ready(&world).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(body.contains("check was broken on purpose"), "{body}");
    // The process itself lives.
    let (status, _) = get(operations::router(Arc::clone(&world.app)), "/healthz").await;
    assert_eq!(status, StatusCode::OK);
    world.store.mend();
    assert_eq!(ready(&world).await.0, StatusCode::OK);
}

#[tokio::test]
async fn old_changes_are_not_ready() {
    let world = World::new("bexio").await;
    world.clock.advance_monotonic(Duration::from_millis(1_001));
    let (status, body) = ready(&world).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(body.contains("1001 ms ago"), "{body}");
    // And why they cannot be read.
    world.store.break_calls(&["latest_change"]);
    assert!(world.app.catch_up().await.is_err());
    let (_, body) = ready(&world).await;
    assert!(
        body.contains("latest_change was broken on purpose"),
        "{body}"
    );
    world.store.mend();
    world.app.catch_up().await.unwrap();
    assert_eq!(ready(&world).await.0, StatusCode::OK);
}

/// What gates do with calls that are not allowed is a matter of the day.
#[tokio::test]
async fn apis_that_are_observed_say_so_and_until_when() {
    let observe = |client: Option<&str>, until: &Until| Observe {
        client: client.map(str::to_owned),
        paths: Paths::default(),
        until: until.clone(),
    };
    let api = |name: &str, observe: Vec<Observe>| {
        let beside = Beside {
            observe,
            ..Beside::default()
        };
        let api = Api::new(&format!("https://{name}.example.com")).unwrap();
        api.named(name).unwrap().with(beside)
    };
    let store = Arc::new(SqliteStore::open_in_memory().await.unwrap());
    let now = World::new("bexio").await.app.now().as_second();
    let until = Until::new("2030-12-31", now + 60);
    let apis = vec![
        api("all", vec![observe(None, &until)]),
        api("some", vec![observe(Some("ledgerly"), &until)]),
        api("none", Vec::new()),
    ];
    let world = World::with_apis(Sandbox::Off, apis, catalog("bexio"), store).await;
    let modes = async || {
        let (_, body) = ready(&world).await;
        let body: serde_json::Value = serde_json::from_str(&body).unwrap();
        body["apis"]["bexio"].clone()
    };
    let metric = async |api: &str| {
        let router = operations::router(Arc::clone(&world.app));
        let (_, text) = get(router, "/metrics").await;
        let own = format!("scopegate_api_observed{{api=\"{api}\",realm=\"bexio\"}} ");
        let line = text.lines().find_map(|line| line.strip_prefix(&own));
        line.unwrap_or_else(|| panic!("{text}")).to_owned()
    };
    assert_eq!(
        modes().await,
        serde_json::json!({
            "all": { "mode": "observe", "until": "2030-12-31" },
            "some": { "mode": "deny", "observed_in_part": true },
            "none": { "mode": "deny" },
        })
    );
    for (api, expected) in [("all", "1"), ("some", "1"), ("none", "0")] {
        assert_eq!(metric(api).await, expected, "{api}");
    }
    world.clock.advance(Duration::from_secs(60));
    world.app.catch_up().await.unwrap();
    let deny = serde_json::json!({ "mode": "deny" });
    assert_eq!(modes().await["all"], deny);
    assert_eq!(modes().await["some"], deny);
    assert_eq!(metric("all").await, "0");
}

/// What reads is decided for longer than the rest, where an API says so; and whoever asks is told.
#[tokio::test]
async fn reads_are_ready_for_as_long_as_an_api_allows() {
    let longer = Api::new("https://api.example.com").unwrap();
    let longer = longer.denying_reads_after(Duration::from_secs(60)).unwrap();
    let usual = Api::new("https://b.example.com").unwrap();
    let apis = vec![longer, usual.named("usual").unwrap()];
    let store = Arc::new(SqliteStore::open_in_memory().await.unwrap());
    let world = World::with_apis(Sandbox::Off, apis, catalog("bexio"), store).await;
    let asked = async |path: &str| get(operations::router(Arc::clone(&world.app)), path).await;
    assert_eq!(asked("/readyz/reads").await.0, StatusCode::OK);
    let (_, body) = asked("/readyz").await;
    let body: serde_json::Value = serde_json::from_str(&body).unwrap();
    assert_eq!(
        body["apis"]["bexio"],
        serde_json::json!({
            "api": { "mode": "deny", "deny_reads_after_ms": 60_000 },
            "usual": { "mode": "deny" },
        })
    );
    let (_, text) = asked("/metrics").await;
    for (api, seconds) in [("api", 60), ("usual", 1)] {
        let line = format!(
            "scopegate_api_deny_reads_after_seconds{{api=\"{api}\",realm=\"bexio\"}} {seconds}\n"
        );
        assert!(text.contains(&line), "{text}");
    }

    world.clock.advance_monotonic(Duration::from_millis(1_001));
    let (status, body) = asked("/readyz").await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    let said = "denied after 1000 ms; calls of bexio/api that only read, after 60000 ms";
    assert!(body.contains(said), "{body}");
    assert_eq!(asked("/readyz/reads").await.0, StatusCode::OK);
    world.clock.advance_monotonic(Duration::from_millis(59_000));
    let (status, body) = asked("/readyz/reads").await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(body.contains("60001 ms ago"), "{body}");
    world.app.catch_up().await.unwrap();
    assert_eq!(asked("/readyz/reads").await.0, StatusCode::OK);
    world.app.stop();
    let (status, _) = asked("/readyz/reads").await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn a_server_that_stops_is_not_ready() {
    let world = World::new("bexio").await;
    world.app.stop();
    let (status, body) = ready(&world).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(body.contains("stopping"), "{body}");
}

#[tokio::test]
async fn a_door_without_its_database_says_when_to_try_again() {
    let world = World::new("bexio").await;
    let observer = Observer::new(&world.app, TrustedProxies::default(), false);
    let client = world
        .add(world.app_client("ledgerly", "contact_show"))
        .await;
    let tokens = world.tokens(&client, "contact_show", 1).await;
    let token = tokens["access_token"].as_str().unwrap();
    world.store.break_calls(&["*"]);
    world.clock.advance_monotonic(Duration::from_secs(2));
    let request = Request::get("/bexio/api/2.0/contact")
        .header("authorization", format!("Bearer {token}"))
        .body(Body::empty())
        .unwrap();
    let peer = "192.0.2.1:4711".parse().unwrap();
    let response = observer.answer(world.router.clone(), peer, request).await;
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(response.headers()["retry-after"], "1");
    assert!(response.headers().contains_key("x-request-id"));

    let metrics = operations::router(Arc::clone(&world.app));
    let (_, text) = get(metrics, "/metrics").await;
    for expected in [
        "scopegate_decisions_total{realm=\"bexio\",reason=\"unavailable\"} 1",
        "scopegate_requests_total{endpoint=\"api\",outcome=\"unavailable\"} 1",
        "scopegate_change_feed_fresh 0",
        "scopegate_requests_in_flight 0",
    ] {
        assert!(text.contains(expected), "no {expected} in {text}");
    }
}
