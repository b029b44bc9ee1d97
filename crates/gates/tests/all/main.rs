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
mod callers;
mod cases;
#[cfg(feature = "judges")]
mod common;
mod decide;
mod every_gate;
mod ext_authz;
mod ext_authz_grpc;
mod forward_auth;
/// Long ones, with the proxies that `./test` installs.
#[cfg(feature = "judges")]
mod judges;
mod limits;
mod proxy;
mod signed;
#[cfg(feature = "judges")]
#[path = "../../../scope/tests/support/small_catalog.rs"]
mod small_catalog;
mod support;
