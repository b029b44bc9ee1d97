//! The endpoints over HTTP, in process: one module per feature.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests fail by panicking"
)]

#[path = "../support/mod.rs"]
mod support;

mod building;
mod errors;
mod faults;
mod introspection;
mod keys;
mod metadata;
mod metrics;
mod november;
mod operations;
mod organisations;
mod revocation;
mod secrets;
mod standing;
mod token_client_credentials;
mod token_code;
mod token_refresh;
