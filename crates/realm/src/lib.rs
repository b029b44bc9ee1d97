//! Everything of Scopegate that runs without HTTP: realms over a [`storage::Store`], what is
//! remembered of them, their keys, signing in, what people decide, and what is counted. Who sees
//! a realm sees no store: what it asks of one is a function here, and what fails is a [`Fault`].
//!
//! Build an [`App`] and keep [`App::run_background`] running.

pub mod accounts;
mod address;
pub mod api;
mod api_keys;
mod app;
mod background;
mod base_url;
pub mod cache;
mod catalogs;
mod clock;
pub mod consents;
pub mod endpoint_limits;
pub mod families;
mod fault;
mod feed;
mod following;
mod gate_calls;
pub mod grants;
pub mod keys;
pub mod limits;
pub mod mail;
pub mod manage;
pub mod metrics;
pub mod once;
pub mod openid;
mod other_issuer;
pub mod outbound;
pub mod password;
mod random;
mod realm;
pub mod requests;
mod resource_server;
pub mod rights;
mod sandbox_records;
pub mod sessions;
pub mod sign_in;
pub mod sign_in_service;
mod slow_hash;
pub mod throttle;
pub mod tokens;

pub use api::Api;
pub use app::{App, AppBuilder, BuildError};
pub use base_url::{BaseUrlError, base_url};
pub use catalogs::{CatalogsRefused, Taken};
pub use clock::{Clock, FixedClock, SystemClock};
pub use fault::Fault;
pub use feed::Place;
pub use following::Following;
pub use other_issuer::{Check, OrganisationClaim, OtherIssuer};
pub use random::{Random, SeededRandom, SystemRandom};
pub use realm::Realm;
pub use resource_server::{NoResourceServer, ResourceServer};
pub use sandbox_records::SandboxRecords;
