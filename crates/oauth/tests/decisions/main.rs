//! Tests of the crate's decisions, in one program.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests fail by panicking"
)]

mod answers;
mod approval;
mod audit;
mod authorization;
mod client_authentication;
mod client_state;
mod consent;
mod grant;
mod laws;
mod openid;
mod redirect_uri;
mod registration;
mod roles;
#[path = "../../../scope/tests/support/small_catalog.rs"]
mod small_catalog;
mod support;
mod token;
