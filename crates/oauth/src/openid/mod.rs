//! Signing in at a provider of OpenID Connect, where this server is the client: what is asked of
//! it, what its answers have to say before they count, and what is read of a person. The requests
//! themselves are sent elsewhere, and signatures are verified before anything is read here.
//!
//! - `provider.rs`: what a provider says of itself
//! - `attempt.rs`: one try to sign in there, bound to a browser
//! - `request.rs`: where the browser is sent, and how the code is redeemed
//! - `id_token.rs`, `logout_token.rs`: when these count; `registered.rs`: what both have
//! - `userinfo.rs`: when what UserInfo tells counts
//! - `claims.rs`: what is read of a person

mod attempt;
mod claims;
mod id_token;
mod logout_token;
mod provider;
mod registered;
mod request;
mod userinfo;

pub use attempt::{Attempt, LIFE, NotThisAttempt};
pub use claims::{
    ClaimPointers, OrganisationPointers, Person, PersonsOrganisation, Rights, RightsPointer,
};
pub use id_token::{IdToken, IdTokenExpected};
pub use logout_token::LogoutToken;
pub use provider::{ProviderMetadata, ProviderRefused};
pub use registered::{Refused, Times};
pub use request::{
    Asked, ClientAuthentication, Returned, TokenAnswer, TokenRequest, authorization_url,
    end_session_url, token_request,
};
pub use userinfo::userinfo;
