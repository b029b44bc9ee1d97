//! What a catalog says about consent, grants, tokens, organisations and sample records.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What a person may decline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ConsentPolicy {
    /// Which of the requested scopes.
    pub decline: Decline,
}

/// Which requested scopes may be struck at consent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Decline {
    /// Each of them.
    Any,
    /// Those the client marks optional.
    Optional,
    /// None: all or nothing.
    None,
}

impl Decline {
    /// The name in catalog files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::Optional => "optional",
            Self::None => "none",
        }
    }
}

/// Rules of the authorization endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AuthorizationPolicy {
    /// Is a request without `state` refused (RFC 6749 section 4.1.1)?
    pub require_state: bool,
}

/// Rules of the standing grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct GrantPolicy {
    /// What a grant is for.
    pub bound_to: BoundTo,
    /// May the user take scopes off a standing grant?
    pub reducible: bool,
    /// In how many places may an app be connected under one grant?
    pub connections: Connections,
}

/// In how many places an app may be connected under one grant: installations, browsers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Connections {
    /// Each goes on for itself.
    Many,
    /// In one: connecting again ends the connection before.
    One,
}

impl Connections {
    /// The name in catalog files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Many => "many",
            Self::One => "one",
        }
    }
}

impl GrantPolicy {
    /// Is an organisation chosen at consent? If not, a grant reaches every organisation of its
    /// person, and calls name one.
    pub fn is_bound_to_organisation(&self) -> bool {
        self.bound_to != BoundTo::User
    }
}

/// What a grant is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BoundTo {
    /// One organisation, chosen at consent.
    Organisation,
    /// Every organisation of the user, named per call.
    User,
    /// The client itself.
    Client,
}

impl BoundTo {
    /// The name in catalog files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Organisation => "organisation",
            Self::User => "user",
            Self::Client => "client",
        }
    }
}

/// How a call names its organisation besides its path.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct OrganisationSource {
    /// Where.
    pub place: OrganisationPlace,
    /// How.
    pub key: OrganisationKey,
    /// May a call name none? Then the API goes by the token's own.
    pub optional: bool,
}

/// The one place besides the path that names an organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OrganisationPlace {
    /// A header of this name.
    Header(String),
    /// The label of the host before this name, such as `acme` of `acme.api.example.com` before
    /// `api.example.com`.
    HostLabel(String),
    /// A query parameter of this name.
    Query(String),
}

/// How a call names an organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OrganisationKey {
    /// Its id.
    Id,
    /// Its short name.
    Slug,
    /// Its number.
    Number,
}

impl OrganisationKey {
    /// The name in catalog files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Slug => "slug",
            Self::Number => "number",
        }
    }
}

/// The form and life of tokens.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct TokenPolicy {
    /// The form, unless a client differs.
    pub format: TokenFormat,
    /// `token_type` as the token response spells it (RFC 6749 section 7.1).
    pub token_type: String,
    /// Life of an authorization code, in seconds; at most 600 (RFC 6749 section 4.1.2).
    pub code_ttl: u64,
    /// Life of an access token, in seconds.
    pub access_ttl: u64,
    /// Life of a refresh token, in seconds; `None` is without end.
    pub refresh_ttl: Option<u64>,
    /// May a refresh token be used again while nobody has used its successor, unless a client
    /// differs? If not, it works strictly once.
    pub refresh_retry: bool,
    /// Further members of the token response, in file order.
    pub response: Vec<(String, ResponseMember)>,
}

/// The form of an access token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TokenFormat {
    /// Only the issuer can read it.
    Opaque,
    /// RFC 9068.
    Jwt,
}

impl TokenFormat {
    /// The name in catalog files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Opaque => "opaque",
            Self::Jwt => "jwt",
        }
    }
}

/// Where a further member of the token response comes from.
#[derive(Debug, Clone, PartialEq)]
pub enum ResponseMember {
    /// `organisation.id`
    OrganisationId,
    /// `organisation.slug`
    OrganisationSlug,
    /// `organisation.number`
    OrganisationNumber,
    /// `organisation.name`
    OrganisationName,
    /// `user.id`
    UserId,
    /// `user.number`
    UserNumber,
    /// `grant.id`
    GrantId,
    /// Seconds since 1970.
    IssuedAt,
    /// Always this value.
    Literal(Value),
    /// By whether the token is bound to an organisation.
    ByOrganisation {
        /// When it is.
        organisation: Box<ResponseMember>,
        /// When it is not.
        otherwise: Box<ResponseMember>,
    },
}

/// Sample records of one collection, for the sandbox.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Samples {
    /// What ids begin with.
    pub id_prefix: Option<String>,
    /// The form of ids.
    pub id: IdStyle,
    /// The records, without ids.
    pub records: Vec<Value>,
}

/// The form of sample ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum IdStyle {
    /// 1, 2, 3.
    Number,
    /// A UUID.
    Uuid,
    /// `id_prefix` and letters.
    Prefix,
}

impl IdStyle {
    /// The name in catalog files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Uuid => "uuid",
            Self::Prefix => "prefix",
        }
    }
}
