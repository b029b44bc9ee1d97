//! Descriptions in, catalogs and reports out.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests fail by panicking"
)]

mod export;
mod import;
#[path = "../../../scope/tests/support/least_by_force.rs"]
mod least_by_force;
mod lint;
mod reports;
mod runs;
mod texts;
