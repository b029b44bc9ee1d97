//! What an operator sees and sets: health, metrics, request ids, who the client really is.
//!
//! [`Observer::answer`] stands before the router and watches every request; [`router`] is
//! what a listener for operators serves. Nothing here formats, locks or looks a name up per
//! request: what is counted was registered when the [`realm::App`] was built.

mod client_address;
pub(crate) mod health;
mod metrics;
mod observer;
mod request_id;
mod request_kind;
mod span;

use std::sync::Arc;

use axum::Router;
use axum::routing::get;

pub use client_address::{AddressHeader, ClientAddress, TrustedProxies};
pub use observer::Observer;
pub use request_id::{RequestId, current_request_id};
pub use span::RequestSpan;

use crate::error::ApiError;
use realm::App;

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
