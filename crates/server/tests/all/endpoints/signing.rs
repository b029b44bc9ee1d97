//! How JWTs are signed is each realm's own choice.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use oauth::model::{KeyUse, TokenFormat};
use oauth::policy::Sandbox;
use realm::keys::{KeySettings, SigningAlgorithm};
use realm::{App, SeededRandom};
use serde_json::{Value, json};
use storage::SqliteStore;

use super::next_decision::access_token;
use crate::support::{BASE, World, catalog, with};

/// A world whose realm signs so from now on.
async fn signing(algorithm: SigningAlgorithm) -> World {
    let database = Arc::new(SqliteStore::open_in_memory().await.unwrap());
    let world = World::over("bexio", Arc::clone(&database) as _).await;
    let clock = Arc::clone(&world.clock) as Arc<dyn realm::Clock>;
    let building = App::builder(database, clock, Arc::new(SeededRandom::new(11)))
        .base_url(BASE)
        .policy("bexio", with(Sandbox::IsTheApi))
        .realm(catalog("bexio"))
        .keys(KeySettings {
            of_realms: BTreeMap::from([(String::from("bexio"), algorithm)]),
            ..KeySettings::default()
        });
    let (app, followed) = building.build_with_store().await.unwrap();
    World {
        router: crate::support::router(&app),
        begun: app.realm("bexio").unwrap(),
        app,
        followed,
        ..world
    }
}

fn algorithm_of(token: &str) -> Value {
    use base64::Engine as _;
    let header = token.split('.').next().unwrap();
    let header = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(header);
    serde_json::from_slice::<Value>(&header.unwrap()).unwrap()["alg"].clone()
}

async fn published(world: &World) -> BTreeSet<String> {
    let keys = world.get("/bexio/oauth/jwks").await.json();
    let keys = keys["keys"].as_array().unwrap().iter();
    keys.map(|key| key["alg"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn a_realm_may_sign_by_each_algorithm_and_publishes_all_it_uses() {
    for (algorithm, name) in [
        (SigningAlgorithm::Rs256, "RS256"),
        (SigningAlgorithm::EdDsa, "EdDSA"),
    ] {
        let world = signing(algorithm).await;
        let mut client = world.app_client("ledgerly", "contact_show");
        client.token_format = Some(TokenFormat::Jwt);
        let client = world.add(client).await;
        let api = world.add(world.api("api")).await;
        let before = access_token(&world.tokens(&client, "contact_show", 1).await);
        assert_eq!(algorithm_of(&before), json!("ES256"), "not before its time");
        world.clock.advance(2 * realm::limits::KEY_LEAD);
        let after = access_token(&world.tokens(&client, "contact_show", 2).await);
        assert_eq!(algorithm_of(&after), json!(name));

        let both = BTreeSet::from(["ES256".to_owned(), name.to_owned()]);
        assert_eq!(published(&world).await, both);
        let metadata = world.get("/bexio/.well-known/oauth-authorization-server");
        let metadata = metadata.await.json();
        let told = &metadata["access_token_signing_alg_values_supported"];
        assert_eq!(told, &json!(both));
        for token in [&before, &after] {
            assert!(world.is_active(&api, token).await);
            let call = Request::get("/bexio/api/2.0/contact")
                .header("authorization", format!("Bearer {token}"))
                .body(Body::empty());
            world.send(call.unwrap()).await.expect(StatusCode::OK);
        }
    }
}

#[tokio::test]
async fn keys_of_each_algorithm_are_replaced_by_their_like() {
    let world = signing(SigningAlgorithm::Rs256).await;
    let keys = world.app.stored_keys();
    let made = keys.rotate("bexio", KeyUse::Sign, keys.soon()).await;
    assert_eq!(made.unwrap().unwrap().purpose.as_str(), "sign-rs256");
    let id = world.followed.keys("bexio").await.unwrap();
    let id = &id.iter().rfind(|key| key.retired_at.is_none()).unwrap().id;
    keys.revoke("bexio", id).await.unwrap();
    let left = world.followed.keys("bexio").await.unwrap();
    let mut current = left.iter().filter(|key| key.retired_at.is_none());
    assert!(current.any(|key| key.purpose.as_str() == "sign-rs256"));
}
