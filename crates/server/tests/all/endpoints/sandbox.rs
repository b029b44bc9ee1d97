//! The sandbox is no realm's API unless somebody says so.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use oauth::model::{Client, TokenFormat};
use oauth::policy::Sandbox;
use serde_json::Value;
use storage::{SqliteStore, Store};

use super::next_decision::access_token;
use crate::support::{World, catalog};

async fn world(sandbox: Sandbox) -> World {
    let database = SqliteStore::open_in_memory().await.unwrap();
    World::with_sandbox(sandbox, catalog("bexio"), Arc::new(database)).await
}

async fn machine(world: &World) -> Client {
    let machine = world.machine("robot", "machine", "contact_show");
    world.add(machine).await
}

async fn token(world: &World, client: &Client, resource: Option<&str>) -> String {
    let mut form = vec![
        ("grant_type", "client_credentials"),
        ("scope", "contact_show"),
    ];
    form.extend(resource.map(|resource| ("resource", resource)));
    let answer = world.post_as(client, "token", &form).await;
    answer.expect(StatusCode::OK);
    access_token(&answer.json())
}

fn audience(world: &World, token: &str) -> String {
    let keys = world.app.realm("bexio").unwrap().keys();
    keys.open(token).unwrap().audience
}

async fn call(world: &World, token: &str) -> StatusCode {
    let request = Request::get("/bexio/api/2.0/contact")
        .header("authorization", format!("Bearer {token}"))
        .body(Body::empty());
    world.send(request.unwrap()).await.status
}

const METADATA: &str = "/.well-known/oauth-protected-resource/bexio/api";

#[tokio::test]
async fn without_one_the_audience_is_the_issuer_and_nothing_is_there() {
    let world = world(Sandbox::Off).await;
    let client = machine(&world).await;
    let token = token(&world, &client, None).await;
    assert_eq!(audience(&world, &token), world.issuer());
    assert_eq!(call(&world, &token).await, StatusCode::NOT_FOUND);
    for nothing in [METADATA, "/bexio/api", "/bexio/api/"] {
        world.get(nothing).await.expect(StatusCode::NOT_FOUND);
    }
    // The other addresses of the realm are as they were.
    world.get("/bexio/scopes").await.expect(StatusCode::OK);
    let form = [
        ("grant_type", "client_credentials"),
        ("resource", &world.audience()),
    ];
    let refused = world.post_as(&client, "token", &form).await;
    refused.expect_error(400, "invalid_target");
}

#[tokio::test]
async fn beside_the_api_its_tokens_open_it_and_nothing_else() {
    let world = world(Sandbox::Beside).await;
    let client = machine(&world).await;
    let metadata = world.get(METADATA).await.json();
    assert_eq!(metadata["resource"], world.audience());

    let plain = token(&world, &client, None).await;
    assert_eq!(audience(&world, &plain), world.issuer());
    assert_eq!(call(&world, &plain).await, StatusCode::UNAUTHORIZED);

    let asked = token(&world, &client, Some(&world.audience())).await;
    assert_eq!(audience(&world, &asked), world.audience());
    assert_eq!(call(&world, &asked).await, StatusCode::OK);

    // A resource server of the API is not told of the sandbox's tokens.
    let api = Client {
        introspects: Some(BTreeSet::from([world.issuer()])),
        ..world.api("api")
    };
    let api = world.add(api).await;
    assert!(world.is_active(&api, &plain).await);
    assert!(!world.is_active(&api, &asked).await);
}

/// Both names were given before the sandbox was a resource of its own.
#[tokio::test]
async fn without_one_old_resource_servers_and_old_tokens_stay_what_they_were() {
    let world = world(Sandbox::Off).await;
    let client = machine(&world).await;
    let old = world.add(world.api("old")).await;
    let new = Client {
        introspects: Some(BTreeSet::from([world.issuer()])),
        ..world.api("new")
    };
    let new = world.add(new).await;
    let now = token(&world, &client, None).await;
    let told: Value = world.introspect(&old, &now).await;
    assert_eq!(told["aud"], world.issuer());
    assert!(world.is_active(&new, &now).await);

    let keys = world.app.realm("bexio").unwrap().keys();
    let mut claims = keys.open(&now).unwrap();
    claims.audience = world.audience();
    let before = keys.seal(&claims, world.app.random_bytes());
    for api in [&old, &new] {
        let told = world.introspect(api, before.expose()).await;
        assert_eq!(told["aud"], world.audience());
    }
}

#[tokio::test]
async fn an_authorization_request_may_name_what_is_there() {
    let names = |world: &World| (world.issuer(), world.audience());
    for (sandbox, issuer_is_right, sandbox_is_right) in [
        (Sandbox::Off, true, false),
        (Sandbox::Beside, true, true),
        (Sandbox::IsTheApi, false, true),
    ] {
        let world = world(sandbox).await;
        let client = world.add(world.app_client("app", "contact_show")).await;
        let (issuer, sandbox_name) = names(&world);
        for (resource, is_right) in [(issuer, issuer_is_right), (sandbox_name, sandbox_is_right)] {
            let mut browser = world.annas_browser().await;
            let asked = world.authorize(&client, "contact_show", &[("resource", &resource)]);
            let answer = browser.get(&asked).await;
            let refused = answer.location().contains("error=invalid_target");
            assert_eq!(refused, !is_right, "{sandbox:?} {resource}");
        }
    }
}

/// What was asked for the sandbox never counts for the API, however long it lives and whatever is
/// configured by then; nor does the sandbox take what was issued for the API under the same name.
#[tokio::test]
async fn a_token_of_the_sandbox_counts_nowhere_once_it_is_switched_off() {
    let database: Arc<dyn Store> = Arc::new(SqliteStore::open_in_memory().await.unwrap());
    let beside =
        World::with_sandbox(Sandbox::Beside, catalog("bexio"), Arc::clone(&database)).await;
    let sealed = machine(&beside).await;
    let signed = Client {
        token_format: Some(TokenFormat::Jwt),
        ..beside.machine("signed", "machine", "contact_show")
    };
    let signed = beside.add(signed).await;
    // Both names that resource servers of the API may have.
    let names = BTreeSet::from([beside.issuer(), beside.audience()]);
    let api = Client {
        introspects: Some(names),
        ..beside.api("api")
    };
    let api = beside.add(api).await;
    let mut tokens = Vec::new();
    for client in [&sealed, &signed] {
        let asked = token(&beside, client, Some(&beside.audience())).await;
        assert_eq!(call(&beside, &asked).await, StatusCode::OK);
        assert!(beside.is_active(&api, &asked).await);
        tokens.push(asked);
    }
    for sandbox in [Sandbox::Off, Sandbox::IsTheApi] {
        let later = beside.again(sandbox).await;
        for token in &tokens {
            assert!(!later.is_active(&api, token).await, "{sandbox:?}");
            assert_ne!(call(&later, token).await, StatusCode::OK);
        }
    }
    let is_the_api = beside.again(Sandbox::IsTheApi).await;
    let of_the_api = token(&is_the_api, &sealed, None).await;
    assert_eq!(audience(&is_the_api, &of_the_api), beside.audience());
    assert_eq!(call(&is_the_api, &of_the_api).await, StatusCode::OK);
    assert_eq!(call(&beside, &of_the_api).await, StatusCode::UNAUTHORIZED);
    assert!(!beside.is_active(&api, &of_the_api).await);
}
