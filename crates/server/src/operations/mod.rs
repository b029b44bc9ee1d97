//! What an operator sees and sets: health, metrics, request ids, who the client really is.
//!
//! [`Observer::answer`] stands before the router and watches every request; [`router`] is
//! what a listener for operators serves. Nothing here formats, locks or looks a name up per
//! request: what is counted was registered when the [`realm::App`] was built.

pub(crate) mod client_address;
pub(crate) mod health;
mod metrics;
mod observer;
mod request_id;
mod request_kind;
mod span;

use std::sync::Arc;

use axum::Router;

pub use client_address::{AddressHeader, ClientAddress, TrustedProxies};
pub use observer::Observer;
pub use request_id::{RequestId, current_request_id};
pub use span::RequestSpan;

use crate::error::ApiError;
use crate::routes::{Route, Routes};
use realm::App;

/// What a listener for operators serves. Nobody has to sign in: bind it where only operators
/// get to.
pub fn router(app: Arc<App>) -> Router {
    let answered = all().router().fallback(async || ApiError::not_found());
    answered.with_state(app)
}

/// The same without what the public side has too, to be merged with that.
pub fn only_on_operations(app: Arc<App>) -> Router {
    own().router().with_state(app)
}

/// Every route of a listener for operators.
#[must_use]
pub fn routes() -> Vec<Route> {
    all().list()
}

fn all() -> Routes<Arc<App>> {
    own().get("/healthz", health::alive)
}

fn own() -> Routes<Arc<App>> {
    Routes::new()
        .get("/readyz", health::ready)
        .get("/readyz/reads", health::reads)
        .get("/metrics", metrics::show)
}
