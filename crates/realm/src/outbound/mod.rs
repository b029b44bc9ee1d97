//! Questions of this server to others: an upstream provider of OpenID Connect, a provider's own
//! system that is asked about rights. There is one client for all of them.
//!
//! - `addresses.rs`: which addresses may be reached
//! - `client.rs`: the client, with the bounds of a question

mod addresses;
mod client;

pub use addresses::{AddressRefused, Reachable};
pub use client::{Bounds, Outbound, Unanswered};
