//! What scopes mean: laws over random catalogs, mistakes, explanations, the shipped catalogs.
//!
//! That a decision allocates nothing is tried by a binary of its own, with an allocator that
//! counts.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests fail by panicking"
)]

mod api_description;
mod bounds;
mod broken;
mod effective;
mod explanations;
mod grouping;
mod laws;
mod least;
#[path = "../support/least_by_force.rs"]
mod least_by_force;
mod odata;
#[path = "../support/odata.rs"]
mod odata_api;
mod opened;
mod organisation;
mod paths;
mod rows;
mod shipped;
#[path = "../support/small_catalog.rs"]
mod small_catalog;
#[path = "../support/wide_rules.rs"]
mod wide_rules;
