//! The gate in process: the cases of the catalogs, and what is the layer's own.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests fail by panicking"
)]
#![allow(clippy::duplicate_mod, reason = "each example is whole by itself")]

mod api_keys;
mod beside;
mod cases;
mod every_operation;
mod example;
mod gate;
mod limits;
mod organisation;
mod public;
mod reads;
#[cfg(feature = "remote")]
mod remote;
mod slow_bodies;
#[path = "../../../scope/tests/support/small_catalog.rs"]
mod small_catalog;
mod support;
