//! The stores: both pass the conformance suite, and each has tests of what is its own.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests fail by panicking"
)]

mod figures;
mod postgres;
mod sqlite;
mod upgrade;
