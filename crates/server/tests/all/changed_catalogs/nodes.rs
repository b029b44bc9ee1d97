//! What a node serves, and what it says of that.

use std::sync::Arc;

use axum::http::StatusCode;
use oauth::policy::Sandbox;
use realm::{App, CatalogsRefused, SeededRandom};
use scope::Catalog;

use super::{ALL, access, databases, earlier, on_sqlite, refresh, wider};
use crate::support::{Answer, BASE, World, router, with};

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
