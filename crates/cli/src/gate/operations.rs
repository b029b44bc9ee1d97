//! What a gate process tells operators, at the addresses where a server does.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use gates::apart::Apart;
use realm::metrics::GateMetrics;
use serde_json::json;

/// Health and metrics.
pub fn router(gate: Arc<Apart>, metrics: Arc<GateMetrics>, is_stopping: Arc<AtomicBool>) -> Router {
    let of_gate = Arc::clone(&gate);
    let ready = move || {
        let is_stopping = is_stopping.load(Ordering::Acquire);
        std::future::ready(ready(&of_gate, is_stopping))
    };
    let show = move || std::future::ready(show(&gate, &metrics));
    Router::new()
        .route(
            "/healthz",
            get(async || ([(CACHE_CONTROL, "no-store")], "alive\n")),
        )
        .route("/readyz", get(ready))
        .route("/metrics", get(show))
}

/// May calls be sent here? If not, 503 with everything that is wrong.
fn ready(gate: &Apart, is_stopping: bool) -> Response {
    let mut problems = Vec::new();
    if is_stopping {
        problems.push("the gate is stopping".to_owned());
    }
    if !gate.is_heard() {
        let age = gate.age();
        let age = age.map(|age| format!("was last heard {} ms ago", age.as_millis()));
        let age = age.unwrap_or_else(|| "has never been heard".to_owned());
        let why = gate.problem().map(|why| format!(": {why}"));
        problems.push(format!(
            "the server {age}, and everything is denied{}",
            why.unwrap_or_default()
        ));
    }
    let catalog = gate.catalog();
    let catalog = catalog.map(|(digest, version)| json!({ "version": version, "digest": digest }));
    let api = gate.api();
    let api = api.map(|api| json!({ "issuer": api.issuer, "api": api.api, "url": api.url }));
    let is_ready = problems.is_empty();
    let status = if is_ready { "ready" } else { "not ready" };
    let body =
        Json(json!({ "status": status, "problems": problems, "catalog": catalog, "gate": api }));
    if is_ready {
        return ([(CACHE_CONTROL, "no-store")], body).into_response();
    }
    let headers = [(CACHE_CONTROL, "no-store"), (RETRY_AFTER, "1")];
    (StatusCode::SERVICE_UNAVAILABLE, headers, body).into_response()
}

fn show(gate: &Apart, metrics: &GateMetrics) -> Response {
    match metrics.text(gate.age(), gate.is_heard()) {
        Ok(text) => {
            let headers = [
                (CONTENT_TYPE, "text/plain; version=0.0.4"),
                (CACHE_CONTROL, "no-store"),
            ];
            (headers, text).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "the metrics could not be written");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
