//! Client authentication (RFC 6749 sections 2.3 and 3.2.1).

use std::ops::Deref;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use crate::error::OAuthError;
use crate::model::{Client, ClientType, Status, StoredSecret, TokenEndpointAuthMethod, TokenHash};
use crate::parameters::{Parameters, form_decode};
use crate::secret::{self, Secret, SecretKind};

/// What a request brought to prove who it is; not checked yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PresentedCredentials {
    /// Who it says it is.
    pub client_id: String,
    /// How it says so.
    pub method: TokenEndpointAuthMethod,
    /// The secret, if the method has one.
    pub secret: Option<Secret>,
}

/// A client that proved itself, or a public client that named itself in the way it is
/// registered for. Made by [`authenticate`] only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AuthenticatedClient<'c>(&'c Client);

impl<'c> AuthenticatedClient<'c> {
    /// The client, for as long as it was loaded.
    #[must_use]
    pub fn client(&self) -> &'c Client {
        self.0
    }
}

impl Deref for AuthenticatedClient<'_> {
    type Target = Client;

    fn deref(&self) -> &Client {
        self.0
    }
}

/// Reads the credentials of a request to the token, revocation or introspection endpoint.
///
/// # Errors
/// `invalid_request` when two methods are used at once (RFC 6749 section 2.3) or the
/// `client_id` of the form is not that of the header; `invalid_client` when there are no
/// credentials, they cannot be read, or the method is not one this server knows.
pub fn presented(
    authorization_header: Option<&str>,
    parameters: &Parameters,
) -> Result<PresentedCredentials, OAuthError> {
    let in_form = parameters.get("client_secret");
    let assertion = parameters
        .get("client_assertion")
        .or_else(|| parameters.get("client_assertion_type"));
    let methods = [
        authorization_header.is_some(),
        in_form.is_some(),
        assertion.is_some(),
    ];
    if methods.into_iter().filter(|used| *used).count() > 1 {
        return Err(OAuthError::invalid_request(
            "the client authenticates in more than one way; use one of the Authorization header or client_secret in the form",
        ));
    }
    if assertion.is_some() {
        return Err(OAuthError::invalid_client(
            "client assertions are not supported; use client_secret_basic or client_secret_post",
        ));
    }
    if let Some(header) = authorization_header {
        let credentials = basic(header)?;
        return match parameters.get("client_id") {
            Some(id) if id != credentials.client_id => Err(OAuthError::invalid_request(
                "client_id in the form is not the client of the Authorization header",
            )),
            _ => Ok(credentials),
        };
    }
    let Some(client_id) = parameters.get("client_id") else {
        return Err(OAuthError::invalid_client(
            "no client authentication; send the client's id and secret by HTTP Basic, or client_id in the form",
        ));
    };
    Ok(PresentedCredentials {
        client_id: client_id.to_owned(),
        method: match in_form {
            Some(_) => TokenEndpointAuthMethod::ClientSecretPost,
            None => TokenEndpointAuthMethod::None,
        },
        secret: in_form.map(Secret::presented),
    })
}

/// Checks presented credentials against the client of that id, if there is one. A client with a
/// secret may send it by HTTP Basic or in the form, unless it is pinned to the form
/// (`client_secret_post`): every server has to take Basic (RFC 6749 section 2.3.1). An unknown
/// client costs the same work as a known one with a wrong secret.
///
/// # Errors
/// `invalid_client`; `temporarily_unavailable` for a client that is suspended. The description tells more than that it failed only to who knows the
/// secret, or when the client has none.
pub fn authenticate<'c>(
    client: Option<&'c Client>,
    presented: &PresentedCredentials,
) -> Result<AuthenticatedClient<'c>, OAuthError> {
    let proof = presented
        .secret
        .as_ref()
        .map(|secret| has_secret(client, secret));
    let client = client
        .filter(|client| client.id == presented.client_id)
        .ok_or_else(failed)?;
    match (client.client_type, client.auth_method) {
        (ClientType::Public, TokenEndpointAuthMethod::None) if proof.is_some() => {
            return Err(OAuthError::invalid_client(
                "this client is registered as public; send client_id in the form and no secret",
            ));
        }
        (ClientType::Public, TokenEndpointAuthMethod::None) => {}
        (ClientType::Confidential, TokenEndpointAuthMethod::None) | (ClientType::Public, _) => {
            return Err(OAuthError::invalid_client(
                "this client's type and authentication method contradict each other; correct its registration",
            ));
        }
        (ClientType::Confidential, _) if proof != Some(true) => return Err(failed()),
        (ClientType::Confidential, TokenEndpointAuthMethod::ClientSecretPost)
            if presented.method != TokenEndpointAuthMethod::ClientSecretPost =>
        {
            return Err(OAuthError::invalid_client(
                "this client is registered to authenticate by client_secret_post",
            ));
        }
        (ClientType::Confidential, _) => {}
    }
    match client.status {
        Status::Active => Ok(AuthenticatedClient(client)),
        Status::Suspended { .. } => Err(OAuthError::suspended(
            "this client is suspended by the API's provider; keep what you have and try again later",
        )),
        Status::Disabled { .. } => Err(OAuthError::invalid_client(
            "this client is switched off; ask the API's provider",
        )),
    }
}

impl TokenEndpointAuthMethod {
    /// The name in metadata and registrations (RFC 7591 section 2).
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ClientSecretBasic => "client_secret_basic",
            Self::ClientSecretPost => "client_secret_post",
            Self::None => "none",
        }
    }
}

fn failed() -> OAuthError {
    OAuthError::invalid_client("client authentication failed; check client_id and secret")
}

/// Compares with every secret of the client, or with one that nobody has.
fn has_secret(client: Option<&Client>, presented: &Secret) -> bool {
    let nobodys = [StoredSecret {
        hash: TokenHash([0; 32]),
        made_at: None,
    }];
    let known = client.map_or(&nobodys[..], |client| client.secrets.as_slice());
    let Some(hash) = secret::hash(SecretKind::ClientSecret, presented.expose()) else {
        return false;
    };
    let matches = known
        .iter()
        .fold(false, |found, secret| found | secret.hash.matches(&hash));
    matches && client.is_some()
}

/// Base64 with or without padding: both are seen in the wild.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

fn basic(header: &str) -> Result<PresentedCredentials, OAuthError> {
    let (scheme, encoded) = header.trim().split_once(' ').unwrap_or((header.trim(), ""));
    if !scheme.eq_ignore_ascii_case("Basic") {
        return Err(OAuthError::invalid_client(
            "only the Basic scheme is accepted in the Authorization header here",
        ));
    }
    decode_basic(encoded.trim()).ok_or_else(|| {
        OAuthError::invalid_client(
            "the Basic credentials cannot be read; send base64 of the form-encoded client id, a colon and the form-encoded secret",
        )
    })
}

fn decode_basic(encoded: &str) -> Option<PresentedCredentials> {
    let decoded = BASE64.decode(encoded).ok()?;
    let colon = decoded.iter().position(|byte| *byte == b':')?;
    let (id, rest) = decoded.split_at_checked(colon)?;
    let client_id = form_decode(id).filter(|id| !id.is_empty())?;
    let secret = form_decode(rest.get(1..)?)?;
    // Public clients write their id there, too: a user name without a password.
    let (method, secret) = match secret.is_empty() {
        true => (TokenEndpointAuthMethod::None, None),
        false => (
            TokenEndpointAuthMethod::ClientSecretBasic,
            Some(Secret::presented(secret)),
        ),
    };
    Some(PresentedCredentials {
        client_id,
        method,
        secret,
    })
}
