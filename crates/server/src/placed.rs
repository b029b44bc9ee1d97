//! Before the router of a deployment whose only realm is at the root, or has endpoints of its own names: makes of the
//! address that was asked for the one that is routed by. Pages speak of the first alone.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::Uri;
use axum::http::uri::PathAndQuery;
use axum::response::Response;
use realm::{App, Layout};
use tower::Service;

use crate::asked_for::AskedFor;
use crate::pages::missing;

/// This router, answering where the only realm is asked to be, and nowhere else; the router itself, where every realm
/// is below its name.
pub fn placed(app: &Arc<App>, router: Router) -> Router {
    let Some(layout) = app.sole_layout() else {
        return router;
    };
    let (app, layout) = (Arc::clone(app), Arc::clone(layout));
    Router::new().fallback(move |request: Request| {
        let (app, layout, router) = (Arc::clone(&app), Arc::clone(&layout), router.clone());
        answer(app, layout, router, request)
    })
}

async fn answer(
    app: Arc<App>,
    layout: Arc<Layout>,
    mut router: Router,
    mut request: Request,
) -> Response {
    let asked = request.uri().clone();
    let Some(meant) = meant(&layout, &asked) else {
        return missing::answer(State(app), request).await;
    };
    *request.uri_mut() = meant;
    request.extensions_mut().insert(AskedFor(asked));
    match router.call(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}

fn meant(layout: &Layout, asked: &Uri) -> Option<Uri> {
    let path = layout.inward(asked.path())?;
    let target = match asked.query() {
        Some(query) => format!("{path}?{query}"),
        None => path.into_owned(),
    };
    let mut parts = asked.clone().into_parts();
    parts.path_and_query = Some(PathAndQuery::try_from(target).ok()?);
    Uri::from_parts(parts).ok()
}
