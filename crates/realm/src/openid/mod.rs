//! Signing in at a provider of OpenID Connect: what has to be asked of it, and when. What its answers
//! mean is decided in [`oauth::openid`].
//!
//! - `provider.rs`: the provider as it is configured, and what is known of it
//! - `sign_in.rs`: sending a browser there, and what it comes back with
//! - `sign_out.rs`: the provider says that somebody signed out

mod provider;
mod sign_in;
mod sign_out;

pub use provider::{LastAsked, OpenIdProvider, OpenIdSettings, Unreachable};
pub use sign_in::{NotSignedIn, Proved};
pub use sign_out::NoLogout;
