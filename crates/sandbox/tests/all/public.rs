//! Calls that are open to everybody.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use storage::SqliteStore;

use crate::caller::ids;
use crate::small_catalog::SmallCatalog;
use crate::support::World;

#[tokio::test]
async fn a_public_call_answers_with_samples_and_keeps_nothing() {
    let catalog = SmallCatalog::new("open")
        .action("read", "read")
        .resource("contact", &["read"])
        .endpoint("/contacts", &[("get", "contact:read")])
        .with("[[endpoints]]\npath = \"/countries\"\nget = { public = true }\npost = { public = true }")
        .with("[[endpoints]]\npath = \"/countries/{id}\"\nget = { public = true }")
        .with("[samples.countries]\nid = \"number\"\nrecords = [{ name = \"Norway\" }, { name = \"Chad\" }]")
        .parse();
    let database = SqliteStore::open_in_memory().await.unwrap();
    let world = World::of(catalog, Arc::new(database)).await;
    let call = async |method: &str, path: &str| {
        let request = Request::builder()
            .method(method)
            .uri(format!("/open/api{path}"));
        world.send(request.body(Body::empty()).unwrap()).await
    };
    for _ in 0..2 {
        let list = call("GET", "/countries").await;
        list.expect(StatusCode::OK);
        assert_eq!(ids(&list.json()), ["1", "2"]);
        let one = call("GET", "/countries/2").await;
        assert_eq!(one.json()["name"], "Chad");
        call("POST", "/countries")
            .await
            .expect(StatusCode::NO_CONTENT);
    }
    assert_eq!(call("GET", "/countries/9").await.status, 404);
    assert_eq!(call("GET", "/contacts").await.status, 401);
}
