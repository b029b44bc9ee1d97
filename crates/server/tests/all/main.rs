//! The server over HTTP, in process: folders as in its source.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests fail by panicking"
)]

#[path = "../support/browser.rs"]
mod browser;
#[path = "../support/many.rs"]
mod many;
#[path = "../support/slow.rs"]
mod slow;
#[path = "../support/mod.rs"]
mod support;

mod account;
mod audit;
mod authorize;
mod changed_catalogs;
mod endpoints;
mod external;
mod openid;
mod operations;
mod pages;
mod slow_bodies;
#[path = "../../../scope/tests/support/small_catalog.rs"]
mod small_catalog;
mod store_load;
