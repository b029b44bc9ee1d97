//! A catalog that is replaced while the server runs.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use oauth::model::{Client, RevocationReason};
use oauth::policy::Sandbox;
use realm::{App, CatalogsRefused, SeededRandom};
use scope::Catalog;
use storage::conformance::postgres_server::{TestDatabase, TestPostgres};
use storage::{SqliteStore, Store};

use crate::small_catalog::SmallCatalog;
use crate::support::{Answer, BASE, World, audit, router, scope, with};

/// Contacts and notes, with these lines besides.
fn books(of: impl FnOnce(SmallCatalog) -> SmallCatalog) -> Catalog {
    let catalog = SmallCatalog::new("books").bound_to("organisation");
    of(catalog)
        .kind("app", &["authorization_code", "refresh_token"])
        .parse()
}

fn earlier() -> Catalog {
    books(|catalog| contacts_and_notes(catalog.action("write", "write")))
}

/// Writing brings reading, a call more is opened by an old scope, and a scope is on every grant.
/// What is new stands first, so that no scope keeps its place.
fn wider() -> Catalog {
    books(|catalog| {
        let wider = catalog
            .with("[scopes.basics]\nadded = \"every-grant\"\ntitle = { en = \"Basics\" }")
            .with("description = { en = \"Basics.\" }")
            .action("write", "write")
            .with("implies = [\"read\"]")
            .resource("archive", &["read"]);
        contacts_and_notes(wider)
            .endpoint("/archive", &[("get", "archive:read")])
            .endpoint("/contacts/merge", &[("post", "contact:write")])
    })
}

fn contacts_and_notes(catalog: SmallCatalog) -> SmallCatalog {
    catalog
        .action("read", "read")
        .resource("contact", &["read", "write"])
        .resource("note", &["read"])
        .endpoint(
            "/contacts",
            &[("get", "contact:read"), ("post", "contact:write")],
        )
        .endpoint("/notes", &[("get", "note:read")])
}

/// A store, and what has to stay as long as it does.
type Kept = (Arc<dyn Store>, Option<TestDatabase>);

/// One of each kind.
async fn databases() -> [Kept; 2] {
    let sqlite = SqliteStore::open_in_memory().await.unwrap();
    let database = TestPostgres::shared().await.fresh_database().await;
    let postgres = storage::open(&database.url()).await.unwrap();
    [(Arc::new(sqlite), None), (postgres, Some(database))]
}

async fn on_sqlite(catalog: Catalog) -> World {
    World::of(
        catalog,
        Arc::new(SqliteStore::open_in_memory().await.unwrap()),
    )
    .await
}

impl World {
    async fn take(&self, catalog: Catalog) {
        let offered = vec![(self.realm.clone(), catalog)];
        let taken = self.app.take_catalogs(offered).await.unwrap();
        assert_eq!(taken.len(), 1);
    }

    async fn call(&self, method: &str, path: &str, token: &str) -> StatusCode {
        let request = Request::builder()
            .method(method)
            .uri(format!("/{}/api{path}", self.realm))
            .header("authorization", format!("Bearer {token}"))
            .header("content-type", "application/json")
            .body(Body::from(if method == "POST" { "{}" } else { "" }));
        self.send(request.unwrap()).await.status
    }

    async fn is_let_through(&self, method: &str, path: &str, token: &str) -> bool {
        let status = self.call(method, path, token).await;
        match status.as_u16() {
            200..300 => true,
            403 => false,
            other => panic!("{method} {path}: {other}"),
        }
    }

    async fn told(&self, api: &Client, token: &str) -> String {
        let told = self.introspect(api, token).await;
        told["scope"].as_str().unwrap_or("").to_owned()
    }
}

fn access(tokens: &serde_json::Value) -> &str {
    tokens["access_token"].as_str().unwrap()
}

fn refresh(tokens: &serde_json::Value) -> &str {
    tokens["refresh_token"].as_str().unwrap()
}

const ALL: &str = "contact:read contact:write note:read";

#[tokio::test]
async fn a_wider_catalog_widens_nothing_that_was_issued() {
    for (store, _kept) in databases().await {
        let world = World::of(earlier(), store).await;
        let client = world.add(world.app_client("ledgerly", ALL)).await;
        let api = world.add(world.api("api")).await;
        let before = world.tokens(&client, "contact:write", 1).await;
        assert_eq!(before["scope"], "contact:write");
        let opens = async |token: &str| {
            [
                world.is_let_through("POST", "/contacts", token).await,
                world.is_let_through("POST", "/contacts/merge", token).await,
                world.is_let_through("GET", "/contacts", token).await,
                world.is_let_through("GET", "/notes", token).await,
                world.is_let_through("GET", "/archive", token).await,
            ]
        };
        let nothing_new = [true, false, false, false, false];
        assert_eq!(opens(access(&before)).await, nothing_new);

        world.take(wider()).await;
        // The scope that it has opens what the catalog says that it opens, and it has no other.
        let one_call_more = [true, true, false, false, false];
        assert_eq!(opens(access(&before)).await, one_call_more);
        assert_eq!(world.told(&api, access(&before)).await, "contact:write");
        let refreshed = world.refresh(&client, refresh(&before)).await.json();
        assert_eq!(refreshed["scope"], "contact:write");
        assert_eq!(opens(access(&refreshed)).await, one_call_more);
        assert_eq!(world.told(&api, access(&refreshed)).await, "contact:write");

        // Asked anew, the person sees what has come, and the next tokens have it.
        let mut browser = world.annas_browser().await;
        let request = world.authorize(&client, "contact:write", &[]);
        let answer = browser.get(&request).await;
        let page = browser.page_of(&answer).expect("the person is asked");
        let page_shown = browser.get(&page).await;
        assert_eq!(
            page_shown.offered(),
            ["", "contact:read", "*contact:write"],
            "{}",
            page_shown.body
        );
        let allow = [("allow.contact", "contact:write"), ("decision", "allow")];
        let answer = browser.answer(&page, &allow).await;
        let form = [
            ("grant_type", "authorization_code"),
            ("code", &answer.returned("code").unwrap()),
            ("redirect_uri", client.redirect_uris[0].as_str()),
            ("code_verifier", crate::support::VERIFIER),
        ];
        let after = world.post_as(&client, "token", &form).await.json();
        let given = scope(after["scope"].as_str().unwrap());
        assert!(given.contains("contact:read") && given.contains("basics"));
        assert_eq!(
            opens(access(&after)).await,
            [true, true, true, false, false]
        );
        assert_eq!(opens(access(&before)).await, one_call_more);
        assert_eq!(world.told(&api, access(&before)).await, "contact:write");
    }
}

#[tokio::test]
async fn scopes_that_are_gone_count_no_more_until_they_come_back() {
    for (store, _kept) in databases().await {
        let world = World::of(earlier(), store).await;
        let client = world.add(world.app_client("ledgerly", ALL)).await;
        let api = world.add(world.api("api")).await;
        let tokens = world.tokens(&client, "contact:read note:read", 1).await;
        let token = access(&tokens);
        assert!(world.is_let_through("GET", "/notes", token).await);
        let without = || {
            books(|catalog| {
                catalog
                    .action("read", "read")
                    .action("write", "write")
                    .resource("contact", &["read", "write"])
                    .endpoint("/contacts", &[("get", "contact:read")])
            })
        };
        let retired = || {
            let text = earlier().source().to_owned();
            let retired = text.replace(
                "[resources.note.read]",
                "[resources.note.read]\nstatus = \"retired\"",
            );
            assert_ne!(retired, text);
            let endpoint = "[[endpoints]]\npath = \"/notes\"\nget = \"note:read\"";
            Catalog::parse("books.toml", &retired.replace(endpoint, "")).unwrap()
        };
        for gone in [without(), retired()] {
            world.take(gone).await;
            assert!(!world.is_let_through("GET", "/notes", token).await);
            assert!(world.is_let_through("GET", "/contacts", token).await);
            assert_eq!(world.told(&api, token).await, "contact:read");
        }
        let refreshed = world.refresh(&client, refresh(&tokens)).await.json();
        assert_eq!(refreshed["scope"], "contact:read");

        // What was granted is kept by name: a mistake that is mended costs nobody a connection.
        world.take(earlier()).await;
        assert!(world.is_let_through("GET", "/notes", token).await);
        assert_eq!(world.told(&api, token).await, "contact:read note:read");
        let again = world.refresh(&client, refresh(&refreshed)).await.json();
        assert_eq!(again["scope"], "contact:read note:read");
        // But what was issued while it was gone has not got it.
        assert!(
            !world
                .is_let_through("GET", "/notes", access(&refreshed))
                .await
        );
    }
}

#[tokio::test]
async fn pages_and_metadata_follow() {
    let world = on_sqlite(earlier()).await;
    let scopes = async || {
        let metadata = "/books/.well-known/oauth-authorization-server";
        let metadata = world.get(metadata).await.json();
        let page = world.get("/books/scopes").await.body;
        [
            metadata["scopes_supported"].to_string(),
            page,
            world.get("/books/scopes?q=archive").await.body,
        ]
        .map(|text| text.contains("archive:read"))
    };
    assert_eq!(scopes().await, [false; 3]);
    world.take(wider()).await;
    assert_eq!(scopes().await, [true; 3]);
    world.take(earlier()).await;
    assert_eq!(scopes().await, [false; 3]);
}

#[tokio::test]
async fn a_form_of_the_catalog_before_is_shown_again() {
    let world = on_sqlite(earlier()).await;
    let client = world.add(world.app_client("ledgerly", ALL)).await;
    let mut browser = world.annas_browser().await;
    let request = world.authorize(&client, "contact:write note:read", &[]);
    let answer = browser.get(&request).await;
    let page = browser.page_of(&answer).unwrap();
    let shown = browser.get(&page).await.shown().unwrap();
    world.take(wider()).await;
    let decided = async || {
        let consents = world
            .followed
            .consents_of_user("books", world.anna.id, 9)
            .await;
        consents.unwrap()
    };
    let allow = [
        ("allow.contact", "contact:write"),
        ("allow.note", "note:read"),
        ("decision", "allow"),
    ];
    for form in [&allow[..], &[("decision", "deny")]] {
        let form: Vec<_> = form.iter().copied().chain([("shown", &*shown)]).collect();
        let again = browser.post(&page, &form).await;
        again.expect(StatusCode::UNPROCESSABLE_ENTITY);
        let told = "has changed what";
        assert!(again.body.contains(told), "{}", again.body);
        assert!(again.body.contains("value=\"contact:read\""));
        assert_eq!(decided().await, []);
    }
    let answer = browser.answer(&page, &allow).await;
    assert!(answer.returned("code").is_some());
    let consent = decided().await.pop().unwrap();
    let now = world.app.realm("books").unwrap();
    assert_eq!(consent.evidence.unwrap().catalog, now.catalog_digest());
    let archived = world.followed.archived_catalog(&now.catalog_digest()).await;
    assert_eq!(archived.unwrap().as_deref(), Some(wider().source()));
}

/// Of a code that was given under the catalog before.
#[tokio::test]
async fn a_code_gives_what_was_decided() {
    let world = on_sqlite(earlier()).await;
    let client = world.add(world.app_client("ledgerly", ALL)).await;
    let (code, _) = world.consent(&client, "contact:write", 1).await;
    world.take(wider()).await;
    let tokens = world.redeem(&client, &code).await.json();
    assert_eq!(tokens["scope"], "contact:write");
}

fn living(access: &'static str) -> Catalog {
    books(|catalog| contacts_and_notes(catalog.action("write", "write")).ttls("60s", access, "30d"))
}

#[tokio::test]
async fn a_shorter_life_counts_for_tokens_from_before_and_a_longer_one_does_not() {
    for format in ["opaque", "jwt"] {
        let of = |access| {
            let text = living(access).source().to_owned();
            let text = text.replacen("[token]", &format!("[token]\nformat = \"{format}\""), 1);
            Catalog::parse("books.toml", &text).unwrap()
        };
        let world = on_sqlite(of("1h")).await;
        let client = world.add(world.app_client("ledgerly", ALL)).await;
        let api = world.add(world.api("api")).await;
        let tokens = world.tokens(&client, "contact:read", 1).await;
        let token = access(&tokens);
        world.clock.advance(Duration::from_secs(600));
        world.take(of("5m")).await;
        assert_eq!(world.call("GET", "/contacts", token).await, 401, "{format}");
        assert!(!world.is_active(&api, token).await, "{format}");
        world.take(of("20m")).await;
        let told = world.introspect(&api, token).await;
        assert_eq!(told["exp"], told["iat"].as_i64().unwrap() + 1_200);
        world.take(of("1d")).await;
        assert_eq!(world.call("GET", "/contacts", token).await, 200, "{format}");
        world.clock.advance(Duration::from_secs(3_000));
        assert_eq!(world.call("GET", "/contacts", token).await, 401, "{format}");
    }
}

/// Whatever ended while tokens were to live for a moment only, for those that live longer.
#[tokio::test]
async fn what_has_ended_stays_so_however_long_tokens_live() {
    let world = on_sqlite(living("10d")).await;
    let client = world.add(world.app_client("ledgerly", ALL)).await;
    let tokens = world.tokens(&client, "contact:read", 1).await;
    let others = world.tokens(&client, "contact:read", 2).await;
    let family = world.family_of(access(&tokens)).await;
    world.take(living("1m")).await;
    let (reason, now) = (RevocationReason::ByClient, world.app.now());
    let kept = now + Duration::from_secs(90 * 86_400);
    let ended = world
        .followed
        .end_family("books", family.id, reason, now, kept, audit());
    assert!(ended.await.unwrap());
    world.clock.advance(Duration::from_secs(5 * 86_400));
    for life in ["1m", "1h", "10d"] {
        world.take(living("2d")).await;
        world.take(living(life)).await;
        world.app.catch_up().await.unwrap();
        let status = world.call("GET", "/contacts", access(&tokens)).await;
        assert_eq!(status, 401, "{life}");
    }
    let status = world.call("GET", "/contacts", access(&others)).await;
    assert_eq!(status, 200, "another connection goes on");
}

#[tokio::test]
async fn another_realms_catalog_is_refused_and_everything_goes_on() {
    let world = on_sqlite(earlier()).await;
    let client = world.add(world.app_client("ledgerly", ALL)).await;
    let tokens = world.tokens(&client, "contact:read", 1).await;
    let other = wider().source().replace("\"books\"", "\"cooks\"");
    let other = Catalog::parse("books.toml", &other).unwrap();
    let refused = world.app.take_catalogs(vec![("books".to_owned(), other)]);
    let refused = refused.await.unwrap_err();
    assert!(matches!(refused, CatalogsRefused::OtherId { .. }));
    let told = refused.to_string();
    assert!(told.contains("\"cooks\"") && told.contains("restart"));
    assert!(
        world
            .is_let_through("GET", "/contacts", access(&tokens))
            .await
    );
    let ready = ready(&world).await;
    ready.expect(StatusCode::OK);
    assert_eq!(ready.json()["catalogs_refused"], told);
    world.take(wider()).await;
    let ready = self::ready(&world).await.json();
    assert!(ready.get("catalogs_refused").is_none());
    let served = world.app.realm("books").unwrap();
    let digest = oauth::model::TokenHash(served.catalog_digest()).to_string();
    let told = serde_json::json!({ "books": { "version": "1", "digest": digest } });
    assert_eq!(ready["catalogs"], told);
}

async fn ready(world: &World) -> Answer {
    let operations = World {
        router: server::operations::router(Arc::clone(&world.app)),
        app: Arc::clone(&world.app),
        store: Arc::clone(&world.store),
        followed: Arc::clone(&world.followed),
        clock: Arc::clone(&world.clock),
        realm: world.realm.clone(),
        begun: Arc::clone(&world.begun),
        anna: world.anna.clone(),
        muster: world.muster.clone(),
    };
    operations.get("/readyz").await
}

/// Two nodes whose files are changed one after the other: what a token of the one that is ahead
/// says is worth as much at the other as that one knows of it.
#[tokio::test]
async fn nodes_of_two_versions_agree_on_what_both_know() {
    for (store, _kept) in databases().await {
        let ahead = World::of(earlier(), Arc::clone(&store)).await;
        let client = ahead.app_client("ledgerly", "contact:read contact:write archive:read");
        let client = ahead.add(client).await;
        let api = ahead.add(ahead.api("api")).await;
        let clock = Arc::clone(&ahead.clock) as Arc<dyn realm::Clock>;
        let app = App::builder(store, clock, Arc::new(SeededRandom::new(99)))
            .base_url(BASE)
            .policy("books", with(Sandbox::IsTheApi))
            .realm(earlier());
        let app = app.build().await.unwrap();
        let behind = World {
            router: router(&app),
            begun: app.realm("books").unwrap(),
            realm: String::from("books"),
            store: Arc::clone(&ahead.store),
            followed: Arc::clone(&ahead.followed),
            clock: Arc::clone(&ahead.clock),
            anna: ahead.anna.clone(),
            muster: ahead.muster.clone(),
            app,
        };
        ahead.take(wider()).await;
        let tokens = ahead.tokens(&client, "contact:write archive:read", 1).await;
        let whole = "basics archive:read contact:read contact:write";
        assert_eq!(tokens["scope"], whole);
        let token = access(&tokens);

        // Its number is read where it is not known, and its name says nothing there.
        let known = "contact:read contact:write";
        assert_eq!(behind.told(&api, token).await, known);
        assert!(behind.is_let_through("GET", "/contacts", token).await);
        assert!(!behind.is_let_through("GET", "/archive", token).await);
        let refreshed = behind.refresh(&client, refresh(&tokens)).await.json();
        assert_eq!(refreshed["scope"], known);
        assert_eq!(ahead.told(&api, access(&refreshed)).await, known);
        // The connection has lost nothing by it.
        let again = ahead.refresh(&client, refresh(&refreshed)).await.json();
        assert_eq!(again["scope"], whole);

        behind.take(wider()).await;
        assert_eq!(behind.told(&api, token).await, whole);
        assert!(behind.is_let_through("GET", "/archive", token).await);
    }
}
