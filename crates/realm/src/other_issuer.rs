//! Servers of others whose tokens an API takes, too: how their words are read here.

use std::collections::BTreeMap;
use std::path::PathBuf;

use enforce::remote::Address;
use scope::{OrganisationKey, Scope};

/// One such server, as an API has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherIssuer {
    /// What logs and commands call it.
    pub name: String,
    /// `iss` of its tokens, character by character.
    pub issuer: String,
    /// How its tokens are checked.
    pub check: Check,
    /// `aud` of its tokens for this API; `None` only where it is asked, and does not say.
    pub audience: Option<String>,
    /// Its apps to ours, by `client_id`.
    pub clients: BTreeMap<String, String>,
    /// Ours for every other of its apps.
    pub client: Option<String>,
    /// Where its tokens name the organisation.
    pub organisation: Option<OrganisationClaim>,
    /// Its scopes to ours. Others open nothing.
    pub scopes: BTreeMap<String, Scope>,
}

/// How the tokens of another server are checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Check {
    /// They are JWTs, signed by the keys at this address (RFC 7517).
    Keys(Address),
    /// By asking at this address (RFC 7662), as the client in this file: `client_id:secret`.
    Introspection {
        /// The endpoint.
        address: Address,
        /// Where the credentials are.
        credentials_file: PathBuf,
    },
}

/// Where a token names the organisation, and by what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrganisationClaim {
    /// A JSON pointer (RFC 6901) into the claims.
    pub pointer: String,
    /// What stands there: our id, short name or number of it.
    pub key: OrganisationKey,
}
