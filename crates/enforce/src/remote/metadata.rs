use std::time::Duration;

use serde::Deserialize;

use super::address::{Address, AddressError};
use super::exchange::{Fault, document};
use super::transport::Transport;

/// The largest document that is read, in bytes.
const MAX_ANSWER_BYTES: usize = 1_048_576;
/// Where it is (RFC 8414 section 3).
const WELL_KNOWN: &str = "/.well-known/oauth-authorization-server";

/// What an issuer says of itself (RFC 8414), as far as a gate needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Metadata {
    /// Its URL, as tokens name it.
    pub issuer: String,
    /// Where its keys are, if it signs tokens.
    pub jwks_uri: Option<Address>,
    /// Where it is asked about tokens, if it can be.
    pub introspection_endpoint: Option<Address>,
}

#[derive(Deserialize)]
struct Document {
    issuer: String,
    jwks_uri: Option<String>,
    introspection_endpoint: Option<String>,
}

impl Metadata {
    /// Reads the metadata of an issuer: the document has to name this very URL.
    ///
    /// `within` is how long it may take. Whoever starts while the issuer is away tries again.
    ///
    /// # Errors
    ///
    /// When it cannot be had, or is another's; addresses in it are held to the rule of
    /// [`Address::new`].
    pub async fn of(
        issuer: &str,
        transport: &dyn Transport,
        within: Duration,
    ) -> Result<Self, Fault> {
        let refused = |error: AddressError| Fault::NotUnderstood(error.to_string());
        let base = Address::new(issuer).map_err(refused)?;
        let uri = base.uri();
        let (Some(scheme), Some(authority), None) = (uri.scheme(), uri.authority(), uri.query())
        else {
            let what = format!("{issuer:?} is no issuer");
            return Err(Fault::NotUnderstood(what));
        };
        let path = uri.path().trim_end_matches('/');
        let address = format!("{scheme}://{authority}{WELL_KNOWN}{path}");
        let address = Address::new(&address).map_err(refused)?;
        let body = document(transport, &address, MAX_ANSWER_BYTES, within).await?;
        let told: Document = serde_json::from_slice(&body)
            .map_err(|error| Fault::NotUnderstood(error.to_string()))?;
        if told.issuer != issuer {
            let what = format!("it calls itself {:?}, not {issuer:?}", told.issuer);
            return Err(Fault::NotUnderstood(what));
        }
        let at = |url: Option<String>| url.map(|url| Address::new(&url)).transpose();
        Ok(Self {
            issuer: told.issuer,
            jwks_uri: at(told.jwks_uri).map_err(refused)?,
            introspection_endpoint: at(told.introspection_endpoint).map_err(refused)?,
        })
    }
}
