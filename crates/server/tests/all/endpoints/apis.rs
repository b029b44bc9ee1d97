//! The provider's own APIs: each a resource of its own.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use oauth::model::{Client, Uuid};
use oauth::policy::Sandbox;
use realm::{Api, App, FixedClock, SeededRandom};
use serde_json::{Value, json};
use storage::SqliteStore;

use super::next_decision::{access_token, approval};
use crate::support::{Answer, BASE, World, audit, catalog, start, with};

const MAIN: &str = "https://api.example.com/v1";
const PARTNERS: &str = "https://partners.example.com";

fn apis() -> Vec<Api> {
    let api = |url, name| Api::new(url).unwrap().named(name).unwrap();
    vec![api(MAIN, "main"), api(PARTNERS, "partners")]
}

async fn world(realm: &str, sandbox: Sandbox) -> World {
    let database = SqliteStore::open_in_memory().await.unwrap();
    let database = Arc::new(database);
    World::with_apis(sandbox, apis(), catalog(realm), database).await
}

async fn machine(world: &World) -> Client {
    let machine = world.machine("robot", "machine", "contact_show");
    world.add(machine).await
}

async fn server_of(world: &World, id: &str, audience: &str) -> Client {
    let api = Client {
        introspects: Some(BTreeSet::from([audience.to_owned()])),
        ..world.api(id)
    };
    world.add(api).await
}

async fn asked(world: &World, client: &Client, resources: &[&str]) -> Answer {
    let mut form = vec![
        ("grant_type", "client_credentials"),
        ("scope", "contact_show"),
    ];
    form.extend(resources.iter().map(|resource| ("resource", *resource)));
    world.post_as(client, "token", &form).await
}

async fn token(world: &World, client: &Client, resources: &[&str]) -> String {
    let answer = asked(world, client, resources).await;
    answer.expect(StatusCode::OK);
    access_token(&answer.json())
}

/// Never the sandbox, whether there is one or not.
#[tokio::test]
async fn a_token_that_names_no_resource_is_for_the_first() {
    for sandbox in [Sandbox::Off, Sandbox::Beside] {
        let world = world("bexio", sandbox).await;
        let client = machine(&world).await;
        let keys = world.app.realm("bexio").unwrap().keys();
        let audience = |token: &str| keys.open(token).unwrap().audience;
        assert_eq!(audience(&token(&world, &client, &[]).await), MAIN);
        assert_eq!(
            audience(&token(&world, &client, &[PARTNERS]).await),
            PARTNERS
        );
        // RFC 3986 section 6.2.3: a host's root is one address, with its slash or without it.
        let root = format!("{PARTNERS}/");
        assert_eq!(audience(&token(&world, &client, &[&root]).await), PARTNERS);
        let issuer = world.issuer();
        let below = format!("{MAIN}/");
        for wrong in [&[issuer.as_str()][..], &[&below], &[MAIN, PARTNERS]] {
            let refused = asked(&world, &client, wrong).await;
            refused.expect_error(400, "invalid_target");
        }
    }
}

#[tokio::test]
async fn a_resource_server_learns_about_tokens_for_its_own_api_only() {
    let world = world("bexio", Sandbox::Off).await;
    let client = machine(&world).await;
    let main = server_of(&world, "main", MAIN).await;
    let partners = server_of(&world, "partners", PARTNERS).await;
    let for_main = token(&world, &client, &[]).await;
    let for_partners = token(&world, &client, &[PARTNERS]).await;
    assert!(world.is_active(&main, &for_main).await);
    assert!(world.is_active(&partners, &for_partners).await);
    assert!(!world.is_active(&main, &for_partners).await);
    assert!(!world.is_active(&partners, &for_main).await);
}

#[tokio::test]
async fn each_api_has_its_metadata_where_clients_look() {
    let world = world("freshbooks", Sandbox::Beside).await;
    let at = async |host: &str, path: &str| {
        let path = format!("/.well-known/oauth-protected-resource{path}");
        let request = Request::get(path).header("host", host).body(Body::empty());
        world.send(request.unwrap()).await
    };
    for (host, path, resource) in [
        ("api.example.com", "/v1", MAIN),
        ("API.example.com", "/v1", MAIN),
        ("login.example", "/freshbooks/apis/main", MAIN),
        ("partners.example.com", "", PARTNERS),
        ("login.example", "/freshbooks/apis/partners", PARTNERS),
    ] {
        let answer = at(host, path).await;
        answer.expect(StatusCode::OK);
        let document = answer.json();
        assert_eq!(document["resource"], resource, "{host}{path}");
        assert_eq!(document["authorization_servers"], json!([world.issuer()]));
        assert_eq!(document["scopes_supported"], json!(["user:profile:read"]));
        assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    }
    let sandbox = at("login.example", "/freshbooks/api").await.json();
    assert_eq!(sandbox["resource"], format!("{}/api", world.issuer()));
    for (host, path) in [
        ("api.example.com", ""),
        ("api.example.com", "/v1/"),
        ("login.example", "/v1"),
        ("login.example", ""),
        ("login.example", "/freshbooks/apis/other"),
        ("login.example", "/freshbooks/apis/main/x"),
        ("login.example", "/freshbooks/apis"),
        ("login.example", "/nobody/apis/main"),
    ] {
        let answer = at(host, path).await;
        answer.expect(StatusCode::NOT_FOUND);
    }
}

/// A gate of the provider's own needs each name of an organisation: paths have the one or the other.
#[tokio::test]
async fn introspection_names_the_organisation_in_every_way_that_paths_do() {
    let world = world("bexio", Sandbox::Off).await;
    let client = world
        .add(world.app_client("ledgerly", "contact_edit"))
        .await;
    let main = server_of(&world, "main", MAIN).await;
    let token = access_token(&world.tokens(&client, "contact_edit", 1).await);
    let about = world.introspect(&main, &token).await;
    assert_eq!(about["organisation"], world.muster.id.to_string());
    assert_eq!(about["organisation_slug"], world.muster.slug);
    assert_eq!(about["organisation_number"], world.muster.number);
    assert_eq!(about["client_kind"], client.kind);
    assert_eq!(about["organisations"], Value::Null);
    assert_eq!(about["row_filters"], Value::Null);
}

/// FreshBooks binds a grant to a person: their token opens each of their businesses, with the
/// rights they have there, and no other.
#[tokio::test]
async fn introspection_tells_each_place_of_a_token_that_is_for_none() {
    let world = world("freshbooks", Sandbox::Off).await;
    let scopes = "user:profile:read user:clients:read user:clients:write";
    let client = world.add(world.app_client("ledgerly", scopes)).await;
    let main = server_of(&world, "main", MAIN).await;
    let token = access_token(&world.tokens(&client, scopes, 1).await);
    let second = world.second_organisation(&["user:clients:read"]).await;
    let about = world.introspect(&main, &token).await;
    assert_eq!(about["organisation"], Value::Null);
    let places = about["organisations"].as_array().unwrap();
    let place = |id: Uuid| {
        let found = places.iter().find(|place| place["id"] == id.to_string());
        found.unwrap()
    };
    assert_eq!(places.len(), 2);
    assert_eq!(place(world.muster.id)["number"], world.muster.number);
    let here = place(second.id);
    assert_eq!(here["slug"], second.slug);
    let scope = here["scope"].as_str().unwrap();
    assert!(scope.contains("user:clients:read") && !scope.contains("user:clients:write"));
}

#[tokio::test]
async fn introspection_tells_which_scopes_open_certain_records_only() {
    let world = world("bokio", Sandbox::Off).await;
    let limited = "bank-payments:read-limited";
    let client = world.add(world.app_client("ledgerly", limited)).await;
    let approved = approval(&client, None);
    let approving = world.followed.approve(&approved, None, audit());
    approving.await.unwrap();
    let main = server_of(&world, "main", MAIN).await;
    let token = access_token(&world.tokens(&client, limited, 1).await);
    let about = world.introspect(&main, &token).await;
    let filters = json!({limited: "own-records"});
    assert_eq!(about["row_filters"], filters, "{about}");
}

#[tokio::test]
async fn an_api_may_not_be_called_by_what_stands_for_the_sandbox() {
    let build = async |sandbox| {
        let database = SqliteStore::open_in_memory().await.unwrap();
        let api = Api::new(&format!("{BASE}/bexio/api")).unwrap();
        let building = App::builder(
            Arc::new(database),
            Arc::new(FixedClock::at(start())),
            Arc::new(SeededRandom::new(1)),
        )
        .base_url(BASE)
        .policy("bexio", with(sandbox))
        .apis("bexio", vec![api])
        .realm(catalog("bexio"));
        building.build().await.map(|_| ())
    };
    assert!(build(Sandbox::Off).await.is_ok());
    for sandbox in [Sandbox::Beside, Sandbox::IsTheApi] {
        let said = build(sandbox).await.unwrap_err().to_string();
        assert!(said.contains("choose another URL"), "{said}");
    }
}
