//! The gates: each is one way to ask for a decision and to enforce it. Each is thin. It makes an
//! [`enforce::Call`] of what it can see, has a [`Front`] judge it, and tells the answer in the words of
//! whoever asked.
//!
//! | gate | for |
//! |---|---|
//! | [`forward_auth`] | proxies that ask before they pass a call on: nginx, Caddy, Traefik |
//! | [`decide`] | services of any language that ask by themselves |
//! | [`authzen`] | gateways and frameworks that ask by the Authorization API 1.0 |
//! | [`ext_authz`] | Envoy, by HTTP or by gRPC |
//! | [`proxy`] | callers: a reverse proxy, which passes on itself what it permits |
//!
//! What a gate cannot see is hidden from the decision, and then everything is needed that the rule
//! could ask for by it.

pub mod apart;
pub mod authzen;
pub mod decide;
pub mod ext_authz;
pub mod forward_auth;
mod front;
mod identity;
mod ledger;
mod preflight;
pub mod proxy;
mod router;
mod service;
mod told;

pub use front::{Clock, Counts, Front, Fronts, Passed, Server};
pub use identity::{HEADERS, Identity, Signs, is_identity};
pub use ledger::{Ledger, Line, Outcome};
pub use preflight::Preflight;
pub use router::{Gates, PATHS_OF_SERVICES, for_services};
pub use service::{MAX_QUESTION_BYTES, Refused, Service, Services};
