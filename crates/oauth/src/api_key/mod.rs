//! API keys: first-class credentials of partners without OAuth, and keys of before that move in.
//!
//! - [`rules`]: what a key may hold, and what it is worth.
//! - [`hash`]: the hashes that keys of another system were kept as.

pub mod hash;
pub mod rules;
