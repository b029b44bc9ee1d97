//! The address of a request as browsers and apps know it.

use axum::http::Uri;
use axum::http::request::Parts;

/// The address that was asked for, where another one is routed by.
#[derive(Debug, Clone)]
pub(crate) struct AskedFor(pub(crate) Uri);

/// The address that was asked for.
pub(crate) fn asked_for(parts: &Parts) -> &Uri {
    let asked = parts.extensions.get::<AskedFor>();
    asked.map_or(&parts.uri, |AskedFor(asked)| asked)
}
