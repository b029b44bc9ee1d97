//! A catalog that is replaced while the server runs.

mod issued;
mod lives;
mod nodes;
mod pages;

use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use oauth::model::Client;
use scope::Catalog;
use storage::conformance::postgres_server::{TestDatabase, TestPostgres};
use storage::{SqliteStore, Store};

use crate::small_catalog::SmallCatalog;
use crate::support::World;

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
