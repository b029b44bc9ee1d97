//! What an operator sees and sets: health, metrics, request ids, who the client really is.
//!
//! [`Observer::answer`] stands before the router and watches every request; [`router`] is
//! what a listener for operators serves. Nothing here formats, locks or looks a name up per
//! request: what is counted was registered when the [`crate::App`] was built.

mod client_address;
mod endpoint;
pub(crate) mod health;
mod key_figures;
mod metrics;
mod oauth_errors;
mod observer;
mod request_id;
mod span;
mod store_figures;

use std::sync::Arc;

use axum::Router;
use axum::routing::get;

pub use client_address::{AddressHeader, TrustedProxies};
pub use endpoint::Endpoint;
pub(crate) use key_figures::KeyRotations;
pub use metrics::{Decisions, Metrics, Outcome};
pub use observer::Observer;
pub use request_id::{RequestId, current_request_id};
pub use span::RequestSpan;

use crate::app::App;
use crate::error::ApiError;

/// What a listener for operators serves: `/healthz`, `/readyz` and `/metrics`. Nobody has to
/// sign in: bind it where only operators get to.
pub fn router(app: Arc<App>) -> Router {
    only_on_operations(app)
        .route("/healthz", get(health::alive))
        .fallback(async || ApiError::not_found())
}

/// The same without what the public side has too, to be merged with that.
#[rustfmt::skip] // one line each
pub fn only_on_operations(app: Arc<App>) -> Router {
    Router::new()
        .route("/readyz", get(health::ready))
        .route("/metrics", get(metrics::show))
        .with_state(app)
}
