use serde::Deserialize;
use url::{Host, Url};

use crate::quote::quote;

/// Where a provider's document is, behind its issuer (OpenID Connect Discovery section 4).
const WELL_KNOWN: &str = "/.well-known/openid-configuration";

/// What a provider says of itself (OpenID Connect Discovery section 3), as far as its client
/// needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderMetadata {
    /// Its URL, character by character as it is configured.
    pub issuer: String,
    /// Where browsers are sent.
    pub authorization_endpoint: Url,
    /// Where codes are redeemed.
    pub token_endpoint: Url,
    /// Where its keys are.
    pub jwks_uri: Url,
    /// Where more is told of a person.
    pub userinfo_endpoint: Option<Url>,
    /// Where its own session ends (OpenID Connect RP-Initiated Logout).
    pub end_session_endpoint: Option<Url>,
    /// What it signs ID tokens by, as JWS calls it; `RS256` where it says nothing.
    pub signing: Vec<String>,
    /// How clients say who they are; `client_secret_basic` where it says nothing.
    pub client_authentication: Vec<String>,
    /// Does it name itself in each answer by redirect (RFC 9207)?
    pub names_itself: bool,
}

/// Why a provider's document is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProviderRefused {
    /// It is no such document.
    #[error("its discovery document is not understood: {0}")]
    NotUnderstood(String),
    /// It is another's.
    #[error(
        "its discovery document calls it {told:?}, but {configured:?} is configured; write the first, \
         if that is the one that is meant"
    )]
    Another {
        /// What it calls itself.
        told: String,
        /// What is configured.
        configured: String,
    },
    /// An address in it would be asked in the open, or is none.
    #[error("its {member} {url:?} is not used: {why}")]
    Address {
        /// The member of the document.
        member: &'static str,
        /// What stands there.
        url: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// It takes no PKCE by S256 (RFC 7636).
    #[error("it takes no PKCE by S256, without which codes can be stolen")]
    NoPkce,
}

#[derive(Deserialize)]
struct Document {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    userinfo_endpoint: Option<String>,
    end_session_endpoint: Option<String>,
    id_token_signing_alg_values_supported: Option<Vec<String>>,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    code_challenge_methods_supported: Option<Vec<String>>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

impl ProviderMetadata {
    /// Where an issuer has its document.
    #[must_use]
    pub fn address(issuer: &str) -> String {
        format!("{}{WELL_KNOWN}", issuer.trim_end_matches('/'))
    }

    /// Reads the document of the issuer that is configured.
    ///
    /// # Errors
    ///
    /// When it is another's, or cannot be used.
    pub fn read(document: &[u8], issuer: &str) -> Result<Self, ProviderRefused> {
        let told: Document = serde_json::from_slice(document)
            .map_err(|error| ProviderRefused::NotUnderstood(error.to_string()))?;
        if told.issuer != issuer {
            return Err(ProviderRefused::Another {
                told: quote(&told.issuer).into_owned(),
                configured: issuer.to_owned(),
            });
        }
        let challenges = told.code_challenge_methods_supported;
        if challenges.is_some_and(|methods| methods.iter().all(|method| method != "S256")) {
            return Err(ProviderRefused::NoPkce);
        }
        let optional =
            |member, url: Option<String>| url.map(|url| address(member, &url)).transpose();
        Ok(Self {
            authorization_endpoint: address(
                "authorization_endpoint",
                &told.authorization_endpoint,
            )?,
            token_endpoint: address("token_endpoint", &told.token_endpoint)?,
            jwks_uri: address("jwks_uri", &told.jwks_uri)?,
            userinfo_endpoint: optional("userinfo_endpoint", told.userinfo_endpoint)?,
            end_session_endpoint: optional("end_session_endpoint", told.end_session_endpoint)?,
            signing: told
                .id_token_signing_alg_values_supported
                .unwrap_or_else(|| vec!["RS256".to_owned()]),
            client_authentication: told
                .token_endpoint_auth_methods_supported
                .unwrap_or_else(|| vec!["client_secret_basic".to_owned()]),
            names_itself: told.authorization_response_iss_parameter_supported,
            issuer: told.issuer,
        })
    }
}

fn address(member: &'static str, text: &str) -> Result<Url, ProviderRefused> {
    let refused = |why| {
        Err(ProviderRefused::Address {
            member,
            url: quote(text).into_owned(),
            why,
        })
    };
    let Ok(url) = Url::parse(text) else {
        return refused("it is no absolute URL");
    };
    if !url.username().is_empty() || url.password().is_some() {
        return refused("it names a user");
    }
    if url.fragment().is_some() {
        return refused("it has a fragment");
    }
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_this_machine(&url) => Ok(url),
        _ => refused("it is neither https nor on this machine"),
    }
}

fn is_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
