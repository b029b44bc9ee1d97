//! What is counted, as Prometheus reads it.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use axum::response::Response;
use http_body_util::BodyExt;
use oauth::model::Client;
use server::operations::{self, Observer, TrustedProxies};
use tower::ServiceExt;

use crate::support::{World, audit, basic, client_secret};
use storage::conformance::postgres_server::TestPostgres;
use storage::{SqliteStore, Store};

async fn text(world: &World) -> String {
    let router = operations::router(Arc::clone(&world.app));
    let request = Request::get("/metrics").body(Body::empty()).unwrap();
    let body = router.oneshot(request).await.unwrap().into_body();
    let text = body.collect().await.unwrap().to_bytes().to_vec();
    String::from_utf8(text).unwrap()
}

/// The lines of one metric whose value is not 0, without the name they share.
async fn lines(world: &World, name: &str) -> Vec<String> {
    let text = text(world).await;
    assert!(text.contains(&format!("# HELP {name} ")), "{text}");
    let found = text.lines().filter(|line| !line.ends_with(" 0"));
    found
        .filter_map(|line| line.strip_prefix(name).map(str::to_owned))
        .collect()
}

/// Requests as a listener passes them on.
struct Caller<'w> {
    world: &'w World,
    observer: Observer,
}

impl<'w> Caller<'w> {
    fn of(world: &'w World) -> Self {
        let app = Arc::clone(&world.app);
        let observer = Observer::new(&app, TrustedProxies::default(), false);
        Self { world, observer }
    }

    async fn send(&self, request: Request<Body>) -> Response {
        let peer = "192.0.2.1:4711".parse().unwrap();
        let router = self.world.router.clone();
        self.observer.answer(router, peer, request).await
    }

    async fn get(&self, path: &str) -> StatusCode {
        let request = Request::get(path).body(Body::empty()).unwrap();
        self.send(request).await.status()
    }

    async fn post(&self, client: &Client, path: &str, form: &'static str) -> StatusCode {
        let secret = client_secret(&client.id);
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::AUTHORIZATION, basic(&client.id, secret.expose()))
            .body(Body::from(form));
        self.send(request.unwrap()).await.status()
    }
}

const NAME: &str = "scopegate_oauth_errors_total";

#[tokio::test]
async fn refusals_are_counted_by_endpoint_and_code() {
    let world = World::new("bexio").await;
    let caller = Caller::of(&world);
    let app = world
        .add(world.app_client("ledgerly", "contact_show"))
        .await;
    let stranger = world.app_client("stranger", "contact_show");
    let token = "/bexio/oauth/token";
    for _ in 0..2 {
        let form = "grant_type=refresh_token&refresh_token=none";
        assert_eq!(caller.post(&app, token, form).await, 400);
    }
    assert_eq!(caller.post(&stranger, token, "grant_type=x").await, 401);
    assert_eq!(caller.post(&app, token, "grant_type=password").await, 400);
    assert_eq!(caller.get(token).await, 405);
    assert_eq!(caller.post(&app, "/nowhere/oauth/token", "").await, 404);
    assert_eq!(caller.post(&app, "/bexio/oauth/introspect", "").await, 400);
    assert_eq!(
        caller
            .post(&stranger, "/bexio/oauth/revoke", "token=x")
            .await,
        401
    );
    assert_eq!(
        lines(&world, NAME).await,
        [
            "{endpoint=\"introspect\",error=\"invalid_request\"} 1",
            "{endpoint=\"revoke\",error=\"invalid_client\"} 1",
            "{endpoint=\"token\",error=\"invalid_client\"} 1",
            "{endpoint=\"token\",error=\"invalid_grant\"} 2",
            "{endpoint=\"token\",error=\"invalid_request\"} 1",
            "{endpoint=\"token\",error=\"other\"} 1",
            "{endpoint=\"token\",error=\"unsupported_grant_type\"} 1",
        ]
    );
}

#[tokio::test]
async fn the_authorization_endpoint_tells_its_errors_in_redirects_and_pages() {
    let world = World::new("bexio").await;
    let caller = Caller::of(&world);
    world
        .add(world.app_client("ledgerly", "contact_show"))
        .await;
    let path = |client: &str, more: &str| {
        format!(
            "/bexio/oauth/authorize?response_type=code&client_id={client}\
             &redirect_uri=https%3A%2F%2Fapp.example%2Fcb&scope=contact_show&state=s\
             &code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM\
             &code_challenge_method=S256{more}"
        )
    };
    // To sign in is no error.
    assert_eq!(caller.get(&path("ledgerly", "")).await, 303);
    assert_eq!(caller.get(&path("ledgerly", "&prompt=none")).await, 303);
    assert_eq!(caller.get(&path("nobody", "")).await, 400);
    // A form of another site: the page tells no code.
    let foreign = Request::post("/bexio/consent?request=x")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::ORIGIN, "https://evil.example")
        .body(Body::from("decision=allow"));
    assert_eq!(caller.send(foreign.unwrap()).await.status(), 403);
    assert_eq!(
        lines(&world, NAME).await,
        [
            "{endpoint=\"authorize\",error=\"invalid_request\"} 1",
            "{endpoint=\"authorize\",error=\"login_required\"} 1",
            "{endpoint=\"authorize\",error=\"other\"} 1",
        ]
    );
}

#[tokio::test]
async fn answers_that_refuse_nothing_are_not_counted_as_errors() {
    let world = World::new("bexio").await;
    let caller = Caller::of(&world);
    let api = world.add(world.api("books")).await;
    let introspect = "/bexio/oauth/introspect";
    assert_eq!(caller.post(&api, introspect, "token=none").await, 200);
    // What is refused elsewhere has reasons of its own.
    assert_eq!(caller.get("/bexio/api/2.0/contact").await, 401);
    assert_eq!(caller.get("/nothing").await, 404);
    assert_eq!(lines(&world, NAME).await, [""; 0]);

    world.store.break_calls(&["*"]);
    world.clock.advance_monotonic(Duration::from_secs(2));
    assert_eq!(caller.post(&api, introspect, "token=none").await, 503);
    assert_eq!(
        lines(&world, NAME).await,
        ["{endpoint=\"introspect\",error=\"temporarily_unavailable\"} 1"]
    );
}

#[tokio::test]
async fn keys_tell_since_when_they_are_used_and_who_replaced_them() {
    const DAY: Duration = Duration::from_secs(86_400);
    let world = World::new("bexio").await;
    let began = |seal: i64, sign: i64| {
        [
            format!("{{realm=\"bexio\",use=\"seal\"}} {seal}"),
            format!("{{realm=\"bexio\",use=\"sign\"}} {sign}"),
        ]
    };
    let age = "scopegate_key_start_time_seconds";
    let rotations = "scopegate_key_rotations_total";
    let first = world.app.now().as_second();
    assert_eq!(lines(&world, age).await, began(first, first));
    assert_eq!(lines(&world, rotations).await, [""; 0]);

    world.clock.advance(31 * DAY);
    world.app.tend_keys().await.unwrap();
    world.app.tend_keys().await.unwrap();
    let replaced = ["{realm=\"bexio\",use=\"seal\"} 1"];
    assert_eq!(lines(&world, rotations).await, replaced);
    // The next one is stored, but its turn comes later.
    assert_eq!(lines(&world, age).await, began(first, first));
    world.clock.advance(realm::limits::KEY_LEAD);
    world.app.catch_up().await.unwrap();
    let second = world.app.now().as_second();
    assert_eq!(lines(&world, age).await, began(second, first));
}

/// The metrics of the store, without the beginning they share.
async fn store_lines(world: &World) -> Vec<String> {
    const BEGINNING: &str = "scopegate_store_";
    let text = text(world).await;
    let found = text.lines().filter_map(|line| line.strip_prefix(BEGINNING));
    found.map(str::to_owned).collect()
}

#[tokio::test]
async fn connections_to_postgresql_are_told() {
    let database = TestPostgres::shared().await.fresh_database().await;
    let store = storage::open(&database.url()).await.unwrap();
    let world = World::over("bexio", store).await;
    assert_eq!(
        store_lines(&world).await,
        [
            "connection_timeouts_total 0",
            "connection_waiters 0",
            "connections{state=\"idle\"} 1",
            "connections{state=\"in_use\"} 0",
            "connections_limit 16",
        ]
    );
}

#[tokio::test]
async fn connections_and_waiting_writes_of_sqlite_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("scopegate.sqlite");
    let store: Arc<dyn Store> = Arc::new(SqliteStore::open(&file).await.unwrap());
    let limit = store.figures().connections.unwrap().limit;
    let world = World::over("bexio", store).await;
    assert_eq!(
        store_lines(&world).await,
        [
            "connection_timeouts_total 0".to_owned(),
            "connection_waiters 0".to_owned(),
            "connections{state=\"idle\"} 1".to_owned(),
            "connections{state=\"in_use\"} 0".to_owned(),
            format!("connections_limit {limit}"),
            "writes_waiting 0".to_owned(),
        ]
    );
}

/// On one thread, nothing is committed before this test waits.
#[tokio::test]
async fn writes_that_wait_are_told_as_they_are_when_somebody_asks() {
    let world = World::new("bexio").await;
    let client = world.app_client("ledgerly", "contact_show");
    let mut write = Box::pin(world.followed.insert_client(&client, audit()));
    let begun = std::future::poll_fn(|context| {
        std::task::Poll::Ready(write.as_mut().poll(context).is_pending())
    });
    assert!(begun.await);
    // What is in memory has no other connection to tell of.
    assert_eq!(store_lines(&world).await, ["writes_waiting 1"]);
    write.await.unwrap();
    assert_eq!(store_lines(&world).await, ["writes_waiting 0"]);
}
