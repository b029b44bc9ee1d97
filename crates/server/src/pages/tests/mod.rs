//! What holds for every page, and for every word on them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

mod reference;
mod render;
#[expect(unreachable_pub, reason = "other tests include it as well")]
#[path = "../../../../scope/tests/support/small_catalog.rs"]
mod small_catalog;
mod words;
