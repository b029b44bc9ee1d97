//! What gates in processes of their own ask.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::http::{Method, Request, StatusCode};
use enforce::apart::{Forget, News, ServedApi};
use enforce::beside::{Beside, Carries, Observe, Pass, Paths, Place, Until};
use http_body_util::BodyExt;
use oauth::model::{Client, TokenHash};
use oauth::policy::Sandbox;
use realm::Api;
use serde_json::{Value, json};
use storage::SqliteStore;
use tower::ServiceExt;

use super::next_decision::access_token;
use crate::support::{Answer, World, basic, catalog, client_secret};

const MAIN: &str = "https://api.example.com/v1";
const PARTNERS: &str = "https://partners.example.com";

fn beside() -> Beside {
    let place = |path: &str| {
        Paths::new(vec![
            Place::Below(path.to_owned()),
            Place::Only("/x".to_owned()),
        ])
    };
    let pass = |carries| Pass {
        carries,
        paths: place("/app"),
    };
    Beside {
        pass: vec![
            pass(Carries::Cookie("sessionid".to_owned())),
            pass(Carries::Header("x-api-key".parse().unwrap())),
            pass(Carries::Scheme("Basic".to_owned())),
            pass(Carries::NoToken),
        ],
        observe: vec![Observe {
            client: Some("ledgerly".to_owned()),
            paths: Paths::default(),
            until: Until::new("2030-12-31", 1_924_991_999),
        }],
    }
}

struct Gates {
    world: World,
    main: Client,
    partners: Client,
}

impl Gates {
    async fn new() -> Self {
        let api = |url, name| Api::new(url).unwrap().named(name).unwrap();
        let main = api(MAIN, "main").below("/v1").unwrap();
        let main = main
            .only(&["/2.0/contact".to_owned()])
            .unwrap()
            .with(beside());
        let apis = vec![main, api(PARTNERS, "partners")];
        let database = Arc::new(SqliteStore::open_in_memory().await.unwrap());
        let world = World::with_apis(Sandbox::Off, apis, catalog("bexio"), database).await;
        let server = async |id: &str, audience: &str| {
            let api = Client {
                introspects: Some(BTreeSet::from([audience.to_owned()])),
                ..world.api(id)
            };
            world.add(api).await
        };
        let (main, partners) = (
            server("main-api", MAIN).await,
            server("partners-api", PARTNERS).await,
        );
        Self {
            world,
            main,
            partners,
        }
    }

    fn request(&self, method: Method, client: &Client, path: &str) -> axum::http::request::Builder {
        let secret = client_secret(&client.id);
        let request = Request::builder().method(method);
        let request = request.uri(format!("/bexio/apis/{path}"));
        request.header("authorization", basic(&client.id, secret.expose()))
    }

    async fn get(&self, client: &Client, path: &str) -> Answer {
        let request = self.request(Method::GET, client, path);
        self.world.send(request.body(Body::empty()).unwrap()).await
    }

    async fn tell(&self, seen: &Value) -> Answer {
        let request = self.request(Method::POST, &self.main, "main/calls");
        self.world
            .send(request.body(Body::from(seen.to_string())).unwrap())
            .await
    }

    /// What is told from this place on, as it comes.
    async fn changes(&self, place: Option<&str>) -> Body {
        let mut request = self.request(Method::GET, &self.main, "main/changes");
        if let Some(place) = place {
            request = request.header("last-event-id", place);
        }
        let request = request.body(Body::empty()).unwrap();
        let answer = self.world.router.clone().oneshot(request).await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(answer.headers()["content-type"], "text/event-stream");
        answer.into_body()
    }
}

/// The next event: its id, and what it says.
async fn next(changes: &mut Body) -> Option<(String, News)> {
    let frame = changes.frame().await?;
    let bytes: Bytes = frame.unwrap().into_data().unwrap();
    let text = String::from_utf8(bytes.into()).unwrap();
    let (id, data) = text.split_once('\n').unwrap();
    let data = data.strip_prefix("data: ").unwrap();
    let data = data.strip_suffix("\n\n").unwrap();
    let id = id.strip_prefix("id: ").unwrap();
    Some((id.to_owned(), serde_json::from_str(data).unwrap()))
}

#[tokio::test]
async fn a_gate_learns_how_its_api_is_configured() {
    let gates = Gates::new().await;
    let answer = gates.get(&gates.main, "main").await;
    answer.expect(StatusCode::OK);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let told: ServedApi = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(told.issuer, gates.world.issuer());
    assert_eq!(
        (&*told.realm, &*told.api, &*told.url),
        ("bexio", "main", MAIN)
    );
    assert_eq!(
        (&*told.base_path, &told.paths[..]),
        ("/v1", &["/2.0/contact".to_owned()][..])
    );
    assert_eq!(told.beside, beside());
    assert_eq!(told.metadata["resource"], MAIN);
    assert!(told.explanations.ends_with("/bexio/errors"));
}

#[tokio::test]
async fn nobody_asks_about_another_api_or_without_a_proof() {
    let gates = Gates::new().await;
    for (number, path) in ["", "/catalog", "/catalogs/00", "/changes"]
        .into_iter()
        .enumerate()
    {
        let path = format!("main{path}");
        let other = gates.get(&gates.partners, &path).await;
        other.expect_error(403, "unauthorized_client");
        assert!(other.body.contains("partners"), "{}", other.body);
        let id = format!("app{number}");
        let app = gates.world.app_client(&id, "contact_show");
        let app = gates.world.add(app).await;
        gates
            .get(&app, &path)
            .await
            .expect_error(403, "unauthorized_client");
        let nobody = format!("/bexio/apis/{path}");
        gates
            .world
            .get(&nobody)
            .await
            .expect_error(401, "invalid_client");
        let request = gates.request(Method::GET, &gates.main, &path);
        let twice = request
            .header("authorization", "Basic eDp5")
            .body(Body::empty());
        gates
            .world
            .send(twice.unwrap())
            .await
            .expect_error(400, "invalid_request");
    }
    gates
        .get(&gates.main, "nothing")
        .await
        .expect_error(403, "unauthorized_client");
    let realm = gates.world.get("/nothing/apis/main").await;
    realm.expect(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_catalog_is_told_by_its_digest() {
    let gates = Gates::new().await;
    let begun = gates.world.begun.catalog().source().to_owned();
    let digest = TokenHash::of(begun.as_bytes()).to_string();
    let tag = format!("\"{digest}\"");
    let now = gates.get(&gates.main, "main/catalog").await;
    now.expect(StatusCode::OK);
    assert_eq!((now.header("etag"), &now.body), (Some(&*tag), &begun));
    for (known, status) in [
        (&*tag, StatusCode::NOT_MODIFIED),
        (&*format!("\"x\", {tag}"), StatusCode::NOT_MODIFIED),
        ("\"x\"", StatusCode::OK),
        (&*format!("W/{tag}"), StatusCode::NOT_MODIFIED),
    ] {
        let request = gates.request(Method::GET, &gates.main, "main/catalog");
        let request = request.header("if-none-match", known).body(Body::empty());
        let answer = gates.world.send(request.unwrap()).await;
        answer.expect(status);
        assert_eq!(answer.body.is_empty(), status == StatusCode::NOT_MODIFIED);
    }

    // Another one is served; this one stays to be had.
    let changed = begun.replacen("version = \"", "version = \"9-", 1);
    let changed = scope::Catalog::parse("changed", &changed).unwrap();
    let offered = vec![("bexio".to_owned(), changed)];
    gates.world.app.take_catalogs(offered).await.unwrap();
    let archived = gates
        .get(&gates.main, &format!("main/catalogs/{digest}"))
        .await;
    archived.expect(StatusCode::OK);
    assert_eq!(archived.body, begun);
    let now = gates.get(&gates.main, "main/catalog").await;
    assert_ne!(now.header("etag"), Some(&*tag));
    for unknown in ["00", &"0".repeat(64), &digest.to_uppercase()] {
        let answer = gates
            .get(&gates.main, &format!("main/catalogs/{unknown}"))
            .await;
        answer.expect_error(404, "invalid_request");
    }
}

#[tokio::test]
async fn what_changes_is_told_as_it_happens() {
    let gates = Gates::new().await;
    let mut changes = gates.changes(None).await;
    let (_, first) = next(&mut changes).await.unwrap();
    assert_eq!(first.forget, [Forget::Everything]);
    let client = gates.world.machine("robot", "machine", "contact_show");
    let client = gates.world.add(client).await;
    let (place, news) = next(&mut changes).await.unwrap();
    assert_eq!(news.forget, [Forget::Client("robot".to_owned())]);

    // An answer about a token says how far it knows the changes.
    let form = [
        ("grant_type", "client_credentials"),
        ("scope", "contact_show"),
    ];
    let token = gates.world.post_as(&client, "token", &form).await;
    let token = access_token(&token.json());
    let told = gates.world.introspect(&gates.main, &token).await;
    assert_eq!(told["as_of"], json!(news.as_of));
    assert_eq!(told.get("counts_until"), None);

    let revoked = gates
        .world
        .post_as(&client, "revoke", &[("token", &token)])
        .await;
    revoked.expect(StatusCode::OK);
    let jti = told["jti"].as_str().unwrap().parse().unwrap();
    let (_, news) = next(&mut changes).await.unwrap();
    assert_eq!(news.forget, [Forget::Token(jti)]);
    let mut again = gates.changes(Some(&place)).await;
    assert_eq!(
        next(&mut again).await.unwrap().1.forget,
        [Forget::Token(jti)]
    );
    let mut again = gates.changes(Some("somewhere")).await;
    assert_eq!(
        next(&mut again).await.unwrap().1.forget,
        [Forget::Everything]
    );

    gates.world.app.end_following();
    assert_eq!(next(&mut changes).await, None);
    let refused = gates.get(&gates.main, "main/changes").await;
    refused.expect_error(503, "temporarily_unavailable");
    assert_eq!(refused.header("retry-after"), Some("1"));
}

#[tokio::test]
async fn what_a_gate_saw_is_in_the_report() {
    let gates = Gates::new().await;
    let line = |path: &str, calls: u64| {
        json!({
            "outcome": "denied", "client": "robot", "method": "GET", "path": path,
            "has_rule": true, "reason": "insufficient-scope", "calls": calls,
            "first": 1_772_352_000, "last": 1_772_352_060,
        })
    };
    for calls in [2, 3] {
        let told = gates
            .tell(&json!({ "calls": [line("/2.0/contact", calls)] }))
            .await;
        told.expect(StatusCode::OK);
    }
    let desk = gates.world.app.desk(&gates.world.begun);
    let kept = desk.gate_calls().await.unwrap();
    let [kept] = kept.as_slice() else {
        panic!("{kept:?}");
    };
    assert_eq!(
        (&*kept.api, &*kept.path, kept.calls),
        ("main", "/2.0/contact", 5)
    );

    let many: Vec<Value> = (0..501).map(|_| line("/x", 1)).collect();
    let many = gates.tell(&json!({ "calls": many })).await;
    many.expect_error(413, "invalid_request");
    for wrong in [
        json!({}),
        json!({ "calls": [{ "outcome": "permitted" }] }),
        json!({ "calls": [line("/a\u{1b}[2J", 1)] }),
        json!({ "calls": [line(&"x".repeat(3_000), 1)] }),
        json!({ "calls": [line("/x", u64::MAX)] }),
    ] {
        gates
            .tell(&wrong)
            .await
            .expect_error(400, "invalid_request");
    }
    let request = gates.request(Method::POST, &gates.partners, "main/calls");
    let other = gates.world.send(request.body(Body::empty()).unwrap()).await;
    other.expect_error(403, "unauthorized_client");
    assert_eq!(desk.gate_calls().await.unwrap().len(), 1);
}
