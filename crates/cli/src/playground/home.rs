use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

use super::demo::Demo;
use super::shared::Playground;
use super::views::{HomePage, RealmCard};
use super::words::Reader;
use server::pages::respond;

/// `GET /`: what this is, where to begin, and the realms.
pub async fn show(State(playground): State<Arc<Playground>>, reader: Reader) -> Response {
    let language = reader.words.language().code();
    let realms = playground
        .app
        .realms()
        .into_iter()
        .filter_map(|realm| {
            let demo = playground.samples.realm(realm.id())?;
            let catalog = realm.catalog();
            Some(RealmCard {
                id: realm.id().to_owned(),
                title: catalog.title().get(language).to_owned(),
                summary: catalog.summary().get(language).to_owned(),
                scopes: catalog.scopes().len(),
                endpoints: catalog.endpoints().len(),
                app: demo.clients.first()?.name.clone(),
                users: demo.users,
            })
        })
        .collect();
    respond::page(StatusCode::OK, &HomePage { reader, realms })
}

/// `GET /demo.json`: what outside clients need.
pub async fn demo_json(State(playground): State<Arc<Playground>>) -> Json<Demo> {
    Json(playground.samples.all())
}

/// `GET /static/playground.css`
pub async fn stylesheet() -> impl IntoResponse {
    let text = include_str!("../../static/playground.css");
    file("text/css; charset=utf-8", text)
}

/// `GET /static/playground.js`: puts a button to copy beside what can be copied.
pub async fn script() -> impl IntoResponse {
    let text = include_str!("../../static/playground.js");
    file("text/javascript; charset=utf-8", text)
}

fn file(kind: &'static str, text: &'static str) -> impl IntoResponse {
    let headers = [(CONTENT_TYPE, kind), (CACHE_CONTROL, "public, max-age=60")];
    (headers, text)
}
