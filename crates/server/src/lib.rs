//! Scopegate over HTTP: the authorization server's endpoints and pages, over a [`realm::App`].
//!
//! Build an [`App`](realm::App), keep its background running, and serve [`router`].
#![warn(unreachable_pub)]

mod account;
mod authorize;
mod body;
mod cors;
pub mod csrf;
mod endpoints;
mod error;
mod external;
mod heavy;
mod in_realm;
mod language;
mod openid;
pub mod operations;
pub mod pages;
mod router;
mod routes;
mod session;

pub use error::ApiError;
pub use in_realm::InRealm;
pub use router::{home_router, home_routes, router, routes};
pub use routes::{Route, Routes};
