//! The sandbox over HTTP, in process, behind the decision.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests fail by panicking"
)]

#[path = "../../../server/tests/support/slow.rs"]
mod slow;
#[path = "../../../scope/tests/support/small_catalog.rs"]
mod small_catalog;
#[path = "../../../server/tests/support/mod.rs"]
mod support;

mod browsers;
mod caller;
mod described;
mod every_endpoint;
mod expand;
mod limits;
mod organisations;
mod own_records;
mod public;
mod records;
mod refusals;
mod slow_bodies;
