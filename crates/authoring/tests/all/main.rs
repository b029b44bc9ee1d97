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
mod lint;
mod texts;
