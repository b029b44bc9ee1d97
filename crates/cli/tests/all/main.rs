//! What the binary does from outside, in folders as its source has them. Tests that need a disk
//! or a death of their own are beside this one.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests fail by panicking"
)]

mod backup;
mod catalog;
#[path = "../common/mod.rs"]
mod common;
mod configuration;
mod demo;
/// Long ones, and those that need more than a Rust toolchain.
#[cfg(feature = "judges")]
mod judges;
mod manage;
mod migrate;
mod own_api;
mod repository;
mod serve;
