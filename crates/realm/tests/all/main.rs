//! What a realm does without HTTP, over a database in memory, with a clock that stands.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests fail by panicking"
)]

mod api_keys;
mod building;
mod catalogs;
mod feed;
mod keys;
mod mail;
mod mail_tls;
mod manage;
mod nodes;
mod other_issuers;
mod outbound;
mod reads;
