use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use realm::App;

use super::respond;
use super::views::{HomePage, RealmLine};
use super::visit::outside;

/// `GET /`: the realms of a configured server.
pub(crate) async fn show(State(app): State<Arc<App>>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let frame = outside(&parts);
    let language = frame.code();
    let realms = app.realms().into_iter().map(|realm| RealmLine {
        href: realm.layout().at(""),
        title: realm.title(language).to_owned(),
        summary: realm.catalog().summary().get(language).to_owned(),
    });
    let realms = realms.collect();
    respond::page(StatusCode::OK, &HomePage { frame, realms })
}
