//! OAuth 2.0 types and decisions, as pure functions of loaded values, the time and random bytes.
//!
//! Nothing here reads a clock, a random source, a socket or a database. A check that passed
//! leaves a value that only that check can make: [`client_authentication::AuthenticatedClient`],
//! [`pkce::VerifiedCodeVerifier`], [`consent::ConsentDecision`]. Where a decision may happen
//! only once (a code, a refresh token), the store's conditional statement has the last word.

pub mod api_key;
pub mod approval;
pub mod arrival;
pub mod audit;
pub mod authorization;
pub mod client_authentication;
mod client_state;
pub mod consent;
pub mod error;
pub mod grant;
pub mod id;
pub mod introspection;
mod json;
pub mod metadata;
pub mod model;
pub mod naming;
pub mod openid;
pub mod parameters;
pub mod password;
pub mod pkce;
pub mod policy;
pub mod quote;
pub mod redirect_uri;
pub mod registration;
pub mod resource;
pub mod response;
pub mod revocation;
pub mod roles;
pub mod scope_list;
pub mod secret;
pub mod sign_in;
pub mod status;
pub mod token;

pub use error::{ErrorCode, OAuthError};
pub use parameters::Parameters;
pub use secret::{Secret, SecretKind};
