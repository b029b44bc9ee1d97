//! The gates, each in front of the same callers.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests fail by panicking"
)]

mod apart;
mod authzen;
mod beside;
mod cases;
mod decide;
mod ext_authz;
mod forward_auth;
mod proxy;
mod support;
