//! One function for each reader of what strangers send. Each takes any bytes, and panics when a
//! law is broken: that is what a fuzzer looks for.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a broken law is a panic"
)]

mod calls;
mod descriptions;
mod texts;

pub use calls::{body, http_parameters, path, query};
pub use descriptions::description;
pub use texts::{catalog, form, redirect_uri, scope, token};

/// A reader of anything.
pub type Target = fn(&[u8]);

/// Every target by its name, which is that of its corpus.
pub const TARGETS: [(&str, Target); 10] = [
    ("path", path),
    ("query", query),
    ("body", body),
    ("catalog", catalog),
    ("scope", scope),
    ("form", form),
    ("token", token),
    ("redirect_uri", redirect_uri),
    ("http_parameters", http_parameters),
    ("description", description),
];

fn text(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok()
}
