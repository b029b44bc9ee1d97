use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

use super::demo::Demo;
use super::shared::Playground;
use super::views::{HomePage, RealmCard};
use server::pages::respond;

const ENGLISH: &str = "en";

/// `GET /`: the four realms.
pub async fn show(State(playground): State<Arc<Playground>>) -> Response {
    let realms = playground
        .app
        .realms()
        .filter_map(|realm| {
            let demo = playground.demo.realms.get(realm.id())?;
            let catalog = realm.catalog();
            Some(RealmCard {
                id: realm.id().to_owned(),
                title: catalog.title().get(ENGLISH).to_owned(),
                summary: catalog.summary().get(ENGLISH).to_owned(),
                scopes: catalog.scopes().len(),
                endpoints: catalog.endpoints().len(),
                users: demo.users.clone(),
            })
        })
        .collect();
    respond::page(StatusCode::OK, &HomePage { realms })
}

/// `GET /demo.json`: what outside clients need.
pub async fn demo_json(State(playground): State<Arc<Playground>>) -> Json<Demo> {
    Json(playground.demo.clone())
}

/// `GET /static/playground.css`
pub async fn stylesheet() -> impl IntoResponse {
    (
        [
            (CONTENT_TYPE, "text/css; charset=utf-8"),
            (CACHE_CONTROL, "public, max-age=60"),
        ],
        include_str!("../../static/playground.css"),
    )
}
