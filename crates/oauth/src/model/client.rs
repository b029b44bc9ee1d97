use std::collections::{BTreeMap, BTreeSet};

use scope::Scope;
use serde::{Deserialize, Serialize};

use super::{Position, Status, Timestamp, TokenHash, Uuid};

/// An app or integration registered in a realm (RFC 6749 section 2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Client {
    /// The realm it is registered in.
    pub realm: String,
    /// `client_id`, unique in the realm.
    pub id: String,
    /// Its name within, which never changes and never comes again: whoever registers another
    /// client under the same `client_id` gets another one.
    pub uuid: Uuid,
    /// Grows with each change, from 1.
    pub version: i64,
    /// The app's name as people see it; text from its maker, never trusted as markup.
    pub name: String,
    /// Who makes it.
    pub maker: String,
    /// The app's home page, if it gave one.
    pub homepage: Option<String>,
    /// Whether the provider's team has checked who the maker is.
    pub verified: bool,
    /// Can it keep a secret (RFC 6749 section 2.1)?
    pub client_type: ClientType,
    /// The catalog's own kind of client, a key of `[client_kinds]`.
    pub kind: String,
    /// How it proves itself at the token endpoint; the registered one is enforced.
    pub auth_method: TokenEndpointAuthMethod,
    /// Each secret that works now, the oldest first; several during a change of secrets.
    pub secrets: Vec<StoredSecret>,
    /// Exact redirect URIs; only the port of a loopback address is free.
    pub redirect_uris: Vec<String>,
    /// Grant types it may use.
    pub grant_types: BTreeSet<GrantType>,
    /// The most it may ever ask for.
    pub registered_scope: Scope,
    /// Those registered scopes that a person may strike where the catalog says `optional`.
    pub optional_scope: Scope,
    /// May a confidential client skip PKCE? For old integrations only.
    pub legacy_without_pkce: bool,
    /// The form of its access tokens, if it differs from the catalog's.
    pub token_format: Option<TokenFormat>,
    /// May it use a refresh token again while nobody has used its successor, if it differs from
    /// the catalog? If not, each works strictly once.
    pub refresh_retry: Option<bool>,
    /// The organisation a machine client acts for.
    pub organisation: Option<Uuid>,
    /// A resource server that may introspect tokens of these audiences; `None` for an app.
    pub introspects: Option<BTreeSet<String>>,
    /// Does it tell who signs in, as the application of the provider's that it is?
    pub signs_in: bool,
    /// When it was registered.
    pub created_at: Timestamp,
    /// May it act?
    pub status: Status,
    /// What was issued to it up to here counts no more.
    pub cut_off: Option<Position>,
}

/// A secret of a client (RFC 6749 section 2.3.1) as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredSecret {
    /// SHA-256 of its text.
    pub hash: TokenHash,
    /// When it was made; nobody knows of those of 22 November and before.
    pub made_at: Option<Timestamp>,
}

impl StoredSecret {
    /// How many digits of a secret's hash tell it from the others.
    const NAME_DIGITS: usize = 16;

    /// What people call it by: the beginning of its hash, which tells nobody the secret.
    #[must_use]
    pub fn name(&self) -> String {
        let digits = self.hash.to_string();
        digits.chars().take(Self::NAME_DIGITS).collect()
    }
}

/// RFC 6749 section 2.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientType {
    /// Keeps a secret.
    Confidential,
    /// Cannot keep one: native apps, pages.
    Public,
}

/// How a client proves itself (RFC 7591 section 2, `token_endpoint_auth_method`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenEndpointAuthMethod {
    /// HTTP Basic with the form-encoded id and secret.
    ClientSecretBasic,
    /// `client_id` and `client_secret` in the form.
    ClientSecretPost,
    /// A public client names itself only.
    None,
}

/// `grant_type` (RFC 6749).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GrantType {
    /// RFC 6749 section 4.1.
    AuthorizationCode,
    /// RFC 6749 section 4.4.
    ClientCredentials,
    /// RFC 6749 section 6.
    RefreshToken,
}

/// The form of an access token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenFormat {
    /// Sealed; only Scopegate can read it.
    Opaque,
    /// RFC 9068.
    Jwt,
}

/// The API team's decision that a client may use an elevation's scopes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// The realm.
    pub realm: String,
    /// The client it is for.
    pub client: String,
    /// A key of the catalog's `[elevations]`.
    pub elevation: String,
    /// Evidence item (a key of `[evidence]`) to its reference, such as a contract number.
    pub evidence: BTreeMap<String, String>,
    /// Who decided.
    pub reviewer: String,
    /// When.
    pub approved_at: Timestamp,
    /// Until when it counts; `None` is without end.
    pub expires_at: Option<Timestamp>,
    /// Since when it has been taken back.
    pub withdrawn_at: Option<Timestamp>,
    /// Grows with each change, from 1.
    pub version: i64,
}
