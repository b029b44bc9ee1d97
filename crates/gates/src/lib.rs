//! The gates: each is one way to ask for a decision and to enforce it. Each is thin. It makes an
//! [`enforce::Call`] of what it can see, has a [`Front`] judge it, and tells the answer in the words of
//! whoever asked.
//!
//! | gate | for |
//! |---|---|
//! | [`forward_auth`] | proxies that ask before they pass a call on: nginx, Caddy, Traefik |
//! | [`ext_authz`] | Envoy, by HTTP |
//!
//! What a gate cannot see is hidden from the decision, and then everything is needed that the rule
//! could ask for by it.

pub mod ext_authz;
pub mod forward_auth;
mod front;
mod identity;
mod ledger;
mod preflight;
mod router;

pub use front::{Clock, Counts, Front, Fronts, Passed};
pub use identity::{HEADERS, Identity, is_identity};
pub use ledger::{Ledger, Line, Outcome};
pub use preflight::Preflight;
pub use router::router;
