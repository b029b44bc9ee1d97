//! Keys over time, by the tokens they make: published before they are used, and kept as long as
//! their tokens live.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use oauth::model::{Client, KeyRecord, KeyRevocation, KeyUse, TokenFormat};
use realm::App;
use realm::limits::{KEY_KEPT_LONGER, KEY_LEAD};
use storage::Store;

use super::next_decision::access_token;
use crate::support::{World, catalog};

const HOUR: Duration = Duration::from_secs(3_600);
const DAY: Duration = Duration::from_secs(86_400);

/// The published keys, as `kid alg`.
fn published(app: &App) -> Vec<String> {
    let jwks = app.realm("bexio").unwrap().keys().jwks();
    let keys = jwks["keys"].as_array().unwrap().iter();
    keys.map(|key| {
        format!(
            "{} {}",
            key["kid"].as_str().unwrap(),
            key["alg"].as_str().unwrap()
        )
    })
    .collect()
}

async fn stored(store: &dyn Store, key_use: KeyUse) -> Vec<KeyRecord> {
    let mut keys = store.keys("bexio").await.unwrap();
    keys.retain(|key| key.purpose.key_use() == key_use);
    keys
}

fn kid(token: &str) -> String {
    let header = URL_SAFE_NO_PAD.decode(token.split('.').next().unwrap());
    let header: serde_json::Value = serde_json::from_slice(&header.unwrap()).unwrap();
    header["kid"].as_str().unwrap().to_owned()
}

async fn jwt_client(world: &World) -> Client {
    let mut client = world.app_client("ledgerly", "contact_edit");
    client.token_format = Some(TokenFormat::Jwt);
    world.add(client).await
}

#[tokio::test]
async fn a_signing_key_is_published_then_used_then_retired_then_gone() {
    let world = World::new("bexio").await;
    let client = jwt_client(&world).await;
    let api = world.add(world.api("api")).await;
    let life = Duration::from_secs(catalog("bexio").token_policy().access_ttl);
    let tend = async || world.app.tend_keys().await.unwrap();

    // A day before its time nothing happens.
    world.clock.advance(89 * DAY);
    tend().await;
    let first = published(&world.app);
    assert_eq!(first.len(), 1);

    // At 90 days the next is published at once, and the old one still signs.
    world.clock.advance(DAY);
    tend().await;
    let both = published(&world.app);
    assert!(both.len() == 2 && both.contains(&first[0]), "{both:?}");
    let old = access_token(&world.tokens(&client, "contact_edit", 1).await);
    assert!(first[0].starts_with(&kid(&old)));
    // Tending again does not replace it again.
    tend().await;
    assert_eq!(published(&world.app), both);

    // From ten minutes later the new one signs; what the old one signed is still good.
    world.clock.advance(KEY_LEAD);
    let new = access_token(&world.tokens(&client, "contact_edit", 2).await);
    assert!(!first[0].starts_with(&kid(&new)));
    assert!(world.is_active(&api, &old).await && world.is_active(&api, &new).await);

    // It stays published until its last token has expired, and not for ever.
    world.clock.advance(life);
    tend().await;
    assert_eq!(published(&world.app), both);
    world.clock.advance(KEY_KEPT_LONGER);
    tend().await;
    let left = published(&world.app);
    assert!(
        left.len() == 1 && left[0].starts_with(&kid(&new)),
        "{left:?}"
    );
    let served = world.get("/bexio/oauth/jwks").await.json();
    assert_eq!(served, world.app.realm("bexio").unwrap().keys().jwks());
}

#[tokio::test]
async fn sealed_tokens_of_a_retired_key_open_until_they_expire() {
    let world = World::new("bexio").await;
    let mut client = world.app_client("ledgerly", "contact_edit");
    client.token_format = Some(TokenFormat::Opaque);
    let client = world.add(client).await;
    let api = world.add(world.api("api")).await;
    world.clock.advance(30 * DAY);
    world.app.tend_keys().await.unwrap();
    assert_eq!(stored(&*world.followed, KeyUse::Seal).await.len(), 2);
    assert_eq!(stored(&*world.followed, KeyUse::Sign).await.len(), 1);
    world.clock.advance(KEY_LEAD - Duration::from_secs(1));
    let old = access_token(&world.tokens(&client, "contact_edit", 1).await);
    world.clock.advance(Duration::from_secs(1));
    let new = access_token(&world.tokens(&client, "contact_edit", 2).await);
    assert_ne!(old.get(..24), new.get(..24), "another key's id leads");
    assert!(world.is_active(&api, &old).await && world.is_active(&api, &new).await);
    let life = Duration::from_secs(catalog("bexio").token_policy().access_ttl);
    world.clock.advance(life - Duration::from_secs(2));
    world.app.tend_keys().await.unwrap();
    assert!(world.is_active(&api, &new).await);
    world
        .clock
        .advance(KEY_KEPT_LONGER + Duration::from_secs(2));
    world.app.tend_keys().await.unwrap();
    assert_eq!(stored(&*world.followed, KeyUse::Seal).await.len(), 1);
    assert!(!world.is_active(&api, &old).await);
}

#[tokio::test]
async fn what_a_revoked_key_made_counts_nowhere() {
    for (format, key_use) in [
        (TokenFormat::Jwt, KeyUse::Sign),
        (TokenFormat::Opaque, KeyUse::Seal),
    ] {
        let world = World::new("bexio").await;
        let mut client = world.app_client("ledgerly", "contact_edit");
        client.token_format = Some(format);
        let client = world.add(client).await;
        let api = world.add(world.api("api")).await;
        let tokens = world.tokens(&client, "contact_edit", 1).await;
        let token = access_token(&tokens);
        assert!(world.is_active(&api, &token).await);
        let key = stored(&*world.followed, key_use).await.remove(0);
        let keys = world.app.stored_keys();
        let revoked = keys.revoke("bexio", &key.id).await.unwrap();
        assert_eq!(revoked, KeyRevocation::Replaced);

        assert!(!world.is_active(&api, &token).await);
        let call = axum::http::Request::get("/bexio/api/2.0/contact")
            .header("authorization", format!("Bearer {token}"))
            .body(axum::body::Body::empty());
        let answer = world.send(call.unwrap()).await;
        answer.expect(axum::http::StatusCode::UNAUTHORIZED);
        assert!(
            !published(&world.app)
                .iter()
                .any(|line| line.contains(&key.id))
        );

        // The app goes on by itself.
        let refresh = tokens["refresh_token"].as_str().unwrap();
        let refreshed = world.refresh(&client, refresh).await.json();
        assert!(world.is_active(&api, &access_token(&refreshed)).await);
        let again = keys.revoke("bexio", &key.id).await.unwrap();
        assert_eq!(again, KeyRevocation::Unknown);
    }
}

/// While its successor waits for its turn, no older key is put to use again.
#[tokio::test]
async fn the_successor_of_a_revoked_key_begins_at_once() {
    let world = World::new("bexio").await;
    let client = jwt_client(&world).await;
    let keys = world.app.stored_keys();
    world.clock.advance(DAY);
    let first = keys.rotate("bexio", KeyUse::Sign, world.app.now()).await;
    let first = first.unwrap().unwrap().id;
    world.clock.advance(HOUR);
    let second = keys.rotate("bexio", KeyUse::Sign, keys.soon()).await;
    let second = second.unwrap().unwrap().id;
    let token = access_token(&world.tokens(&client, "contact_edit", 1).await);
    assert_eq!(kid(&token), first);
    let revoked = keys.revoke("bexio", &first).await.unwrap();
    assert_eq!(revoked, KeyRevocation::Removed);
    let token = access_token(&world.tokens(&client, "contact_edit", 2).await);
    assert_eq!(kid(&token), second);
}
