//! Scopegate over HTTP: the authorization server's endpoints and pages, over a [`realm::App`].
//!
//! Build an [`App`](realm::App), keep its background running, and serve [`router`].

pub mod browser;
pub mod endpoints;
mod error;
mod in_realm;
pub mod language;
pub mod operations;
pub mod pages;
mod router;

pub use error::ApiError;
pub use in_realm::InRealm;
pub use router::router;
