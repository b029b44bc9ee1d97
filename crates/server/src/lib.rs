//! Scopegate over HTTP: the authorization server's endpoints and pages, over a [`realm::App`].
//!
//! Build an [`App`](realm::App), keep its background running, and serve [`router`].

pub mod account;
pub mod authorize;
mod cors;
pub mod csrf;
pub mod endpoints;
mod error;
mod in_realm;
pub mod language;
pub mod operations;
pub mod pages;
mod router;
mod routes;
mod session;

pub use error::ApiError;
pub use in_realm::InRealm;
pub use router::{router, routes};
pub use routes::{Route, Routes};
