use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use realm::App;

use super::views::{RealmHomePage, SandboxPlace};
use super::visit::Visit;
use super::{missing, respond};

/// `GET /{realm}`, the issuer's own address: what this is, and where to go on.
pub(crate) async fn show(State(app): State<Arc<App>>, request: Request) -> Response {
    let name = request.uri().path().trim_start_matches('/');
    let Some(realm) = app.realm(name) else {
        return missing::answer(State(app), request).await;
    };
    let (parts, _) = request.into_parts();
    let visit = Visit::of(&parts, &app, realm);
    let person = visit.signed_in().await.ok().flatten();
    let realm = &visit.realm;
    let page = RealmHomePage {
        frame: visit.frame(person.as_ref().map(|signed_in| &*signed_in.user)),
        summary: visit.text(realm.catalog().summary()).to_owned(),
        issuer: realm.issuer().to_owned(),
        metadata: realm.layout().well_known("oauth-authorization-server", ""),
        sandbox: realm.sandbox().map(|resource| SandboxPlace {
            resource: resource.to_owned(),
            metadata: realm.resource_metadata(),
        }),
    };
    respond::page(StatusCode::OK, &page)
}
