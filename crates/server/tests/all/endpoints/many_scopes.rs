//! What is issued with many scopes is accepted: by introspection, by the gate, at refresh.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use oauth::model::{Client, TokenFormat};
use scope::{Catalog, Scope};
use storage::SqliteStore;

use super::next_decision::access_token;
use crate::small_catalog::SmallCatalog;
use crate::support::World;

/// As an API of 500 resources, whose write scopes bring their read scopes.
fn large() -> Catalog {
    let mut catalog = SmallCatalog::new("large")
        .bound_to("organisation")
        .ttls("60s", "1h", "14d")
        .action("read", "read")
        .action("write", "write")
        .with("implies = [\"read\"]")
        .kind("app", &["authorization_code", "refresh_token"])
        .role("owner", &["*"]);
    for number in 0..500 {
        let name = format!("a_resource_with_a_name_{number:0>4}");
        let (read, write) = (format!("{name}:read"), format!("{name}:write"));
        catalog = catalog
            .resource(&name, &["read", "write"])
            .endpoint(&format!("/{name}"), &[("get", &read), ("post", &write)]);
    }
    catalog.parse()
}

fn writes(resources: usize) -> String {
    let names: Vec<_> = (0..resources)
        .map(|number| format!("a_resource_with_a_name_{number:0>4}:write"))
        .collect();
    names.join(" ")
}

impl World {
    async fn is_let_in(&self, token: &str) -> bool {
        let call = Request::get(format!("/{}/api/a_resource_with_a_name_0000", self.realm))
            .header(header::AUTHORIZATION, format!("Bearer {token}"));
        let answer = self.send(call.body(Body::empty()).unwrap()).await;
        answer.status == StatusCode::OK
    }
}

#[tokio::test]
async fn a_thousand_scopes_are_issued_and_accepted() {
    let store = Arc::new(SqliteStore::open_in_memory().await.unwrap());
    let world = World::of(large(), store).await;
    let api = world.add(world.api("api")).await;
    for (number, resources) in [(1, 100), (2, 456), (3, 500)] {
        let ceiling = writes(resources);
        let client = world.app_client(&format!("app-{number}"), &ceiling);
        let client = world.add(client).await;
        let tokens = world.tokens(&client, &ceiling, number).await;
        let refreshed = world
            .refresh(&client, tokens["refresh_token"].as_str().unwrap())
            .await
            .json();
        for answer in [tokens, refreshed] {
            let token = access_token(&answer);
            assert!(token.len() <= 1_024, "{}", token.len());
            assert!(world.is_let_in(&token).await);
            let told = world.introspect(&api, &token).await;
            assert_eq!(told["scope"], answer["scope"]);
            let told = Scope::parse(told["scope"].as_str().unwrap()).unwrap();
            assert_eq!(told.len(), 2 * resources);
        }
    }
}

#[tokio::test]
async fn a_jwt_that_would_be_too_large_is_refused_with_the_reason() {
    let store = Arc::new(SqliteStore::open_in_memory().await.unwrap());
    let world = World::of(large(), store).await;
    let api = world.add(world.api("api")).await;
    // Registered before anybody looked at the size.
    let signed = Client {
        token_format: Some(TokenFormat::Jwt),
        ..world.app_client("signed", &writes(500))
    };
    let signed = world.add(signed).await;
    let fits = world.tokens(&signed, &writes(40), 1).await;
    let token = access_token(&fits);
    assert!(token.len() <= 8_192 && world.is_let_in(&token).await);
    assert!(world.is_active(&api, &token).await);

    let (code, _) = world.consent(&signed, &writes(456), 2).await;
    let refused = world.redeem(&signed, &code).await;
    refused.expect_error(400, "invalid_scope");
    assert!(
        refused.body.contains("the most is 8192"),
        "{}",
        refused.body
    );

    // Nothing is recorded that no token could hold, neither anew nor by what stands decided.
    let mut browser = world.annas_browser().await;
    let asked = world.authorize(&signed, &writes(300), &[]);
    let answer = browser.get(&asked).await;
    assert_eq!(answer.returned("error").as_deref(), Some("invalid_scope"));
    let other = Client {
        id: String::from("other"),
        ..signed
    };
    let other = world.add(other).await;
    let asked = world.authorize(&other, &writes(300), &[]);
    let page = browser.open(&asked).await;
    page.expect(StatusCode::OK);
    let names: Vec<String> = (0..300)
        .map(|number| format!("allow.a_resource_with_a_name_{number:0>4}"))
        .collect();
    let allowed = writes(300);
    let mut form = vec![("decision", "allow")];
    form.extend(names.iter().map(String::as_str).zip(allowed.split(' ')));
    let answer = browser.decide(&asked, &form).await;
    assert_eq!(answer.returned("error").as_deref(), Some("invalid_scope"));
    let why = answer.returned("error_description").unwrap();
    assert!(why.contains("ask for fewer scopes"), "{why}");
}
