use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, RETRY_AFTER};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use realm::App;
use realm::limits;

/// `GET /healthz`: the process lives and answers. Restart it when this fails.
pub(crate) async fn alive() -> Response {
    ([(CACHE_CONTROL, "no-store")], "alive\n").into_response()
}

/// `GET /readyz`: may requests be sent here? If not, 503 with everything that is wrong.
pub(super) async fn ready(State(app): State<Arc<App>>) -> Response {
    let problems = problems(&app).await;
    let (status, word) = if problems.is_empty() {
        (StatusCode::OK, "ready")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "not ready")
    };
    let body = Json(json!({ "status": word, "problems": problems }));
    let mut response = (status, [(CACHE_CONTROL, "no-store")], body).into_response();
    if status == StatusCode::SERVICE_UNAVAILABLE {
        let soon = axum::http::HeaderValue::from_static("1");
        response.headers_mut().insert(RETRY_AFTER, soon);
    }
    response
}

async fn problems(app: &App) -> Vec<String> {
    let mut problems = Vec::new();
    if app.is_stopping() {
        problems.push("the server is stopping".to_owned());
    }
    match tokio::time::timeout(limits::READY_TIME, app.check_store()).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => problems.push(error.to_string()),
        Err(_) => problems.push(format!(
            "the database did not answer within {} s",
            limits::READY_TIME.as_secs()
        )),
    }
    if !app.is_fresh() {
        let why = app.changes_problem();
        let why = why.map(|why| format!(": {why}")).unwrap_or_default();
        problems.push(format!(
            "changes of other nodes were last read {} ms ago, and everything is denied after {} \
             ms{why}",
            app.changes_age().as_millis(),
            limits::STALE_AFTER.as_millis()
        ));
    }
    problems
}
