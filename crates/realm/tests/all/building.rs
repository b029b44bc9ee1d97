//! What an app can be built from.

use std::sync::Arc;

use realm::{App, AppBuilder, BuildError, FixedClock, SeededRandom};
use scope::Catalog;
use storage::conformance::FaultyStore;
use storage::{SqliteStore, Store};

use crate::manage::{catalog, now};

fn builder(store: Arc<dyn Store>, seed: u64) -> AppBuilder {
    let clock = Arc::new(FixedClock::at(now()));
    App::builder(store, clock, Arc::new(SeededRandom::new(seed)))
}

async fn empty() -> Arc<dyn Store> {
    Arc::new(SqliteStore::open_in_memory().await.unwrap())
}

#[tokio::test]
async fn a_base_url_ends_behind_the_host() {
    let store = empty().await;
    for good in [
        "https://auth.example.com",
        "https://auth.example.com/",
        "http://localhost:8080",
        "http://127.0.0.1:1234",
        "http://[::1]:1234",
    ] {
        let app = builder(Arc::clone(&store), 1)
            .base_url(good)
            .realm(catalog("stora"));
        let app = app.build().await.unwrap();
        let issuer = format!("{}/stora", good.trim_end_matches('/'));
        assert_eq!(app.realm("stora").unwrap().issuer(), issuer);
    }
    for wrong in [
        "",
        "auth.example.com",
        "ftp://auth.example.com",
        "https://auth.example.com/path",
        "https://auth.example.com?query",
        "https://auth.example.com/#",
        "https://user@auth.example.com",
        "https://user:password@auth.example.com",
    ] {
        let built = builder(Arc::clone(&store), 1).base_url(wrong).build().await;
        assert!(matches!(built, Err(BuildError::BaseUrl(..))), "{wrong}");
    }
}

#[tokio::test]
async fn a_realm_comes_once() {
    let twice = builder(empty().await, 1)
        .realm(catalog("stora"))
        .realm(catalog("stora"));
    assert!(matches!(twice.build().await, Err(BuildError::RealmTwice(id)) if id == "stora"));
}

#[tokio::test]
async fn a_realm_is_not_called_as_other_addresses_begin() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../catalogs/stora.toml");
    let text = std::fs::read_to_string(path).unwrap();
    let text = text.replace("id = \"stora\"", "id = \"static\"");
    let catalog = Catalog::parse(path, &text).unwrap();
    let built = builder(empty().await, 1).realm(catalog).build().await;
    assert!(matches!(built, Err(BuildError::Realm(_))));
}

#[tokio::test]
async fn nodes_that_start_together_share_their_keys() {
    let store = empty().await;
    let (one, other) = tokio::join!(
        builder(Arc::clone(&store), 1)
            .realm(catalog("stora"))
            .build(),
        builder(Arc::clone(&store), 2)
            .realm(catalog("stora"))
            .build(),
    );
    let (one, other) = (one.unwrap(), other.unwrap());
    let keys = |app: &App| app.realm("stora").unwrap().keys().jwks();
    assert_eq!(keys(&one), keys(&other));
    assert_eq!(store.keys("stora").await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_store_that_fails_is_said_at_the_start() {
    for broken in [
        "ensure_key",
        "keys",
        "latest_change",
        "revoked_access_tokens",
    ] {
        let store = FaultyStore::new(empty().await);
        store.break_calls(&[broken]);
        let built = builder(store.store(), 1)
            .realm(catalog("stora"))
            .build()
            .await;
        assert!(matches!(built, Err(BuildError::Store(_))), "{broken}");
    }
}
