//! What a client may be registered as: by the catalog's kinds and scopes, and by what fits
//! together (RFC 6749 section 2, RFC 7591 section 2).

use std::collections::BTreeSet;

use scope::{Catalog, ClientCredentialsBinding, ClientKind, Scope};

use crate::model::{
    Client, ClientType, GrantType, Status, StoredSecret, Timestamp, TokenEndpointAuthMethod,
    TokenFormat, TokenHash, Uuid,
};
use crate::naming::{self, NamingError, shown};
use crate::redirect_uri::{RedirectUri, RedirectUriError};
use crate::scope_list::{self, ScopeListError};
use crate::token::{TokenTooLarge, check_jwt_of};

/// The most characters of a client id.
const LONGEST_ID: usize = 200;

/// A client as somebody wants to register it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientMetadata {
    /// `client_id`.
    pub id: String,
    /// The app's name as people see it.
    pub name: String,
    /// Who makes it.
    pub maker: String,
    /// Whether the provider's team has checked who the maker is.
    pub verified: bool,
    /// Can it keep a secret?
    pub client_type: ClientType,
    /// The catalog's own kind of client; its first kind if not given.
    pub kind: Option<String>,
    /// How a confidential client proves itself; by HTTP Basic if not given.
    pub auth_method: Option<TokenEndpointAuthMethod>,
    /// Where its answers go.
    pub redirect_uris: Vec<String>,
    /// The grant types it may use; those of its kind that fit if not given.
    pub grant_types: Option<BTreeSet<GrantType>>,
    /// The most it may ask for, space-separated.
    pub scope: String,
    /// Those of them a person may strike where the catalog says `optional`, space-separated.
    pub optional_scope: String,
    /// May a confidential client skip PKCE?
    pub legacy_without_pkce: bool,
    /// The form of its access tokens, if it differs from the catalog's.
    pub token_format: Option<TokenFormat>,
    /// May it use a refresh token again while nobody has used its successor, if it differs from
    /// the catalog?
    pub refresh_retry: Option<bool>,
    /// The organisation a machine acts for.
    pub organisation: Option<Uuid>,
    /// Audiences whose tokens it may introspect; `None` for an app.
    pub introspects: Option<BTreeSet<String>>,
    /// Is it the application of the provider's that tells who signs in, and nothing else?
    pub signs_in: bool,
}

/// Why a client cannot be registered, or changed, as wanted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RegistrationError {
    /// The id has letters it may not have, or none, or too many.
    #[error(
        "{} cannot be a client id; use letters, digits, `-`, `_` and `.`, at most {LONGEST_ID}",
        shown(.0)
    )]
    Id(String),
    /// The client's name, or its maker's, is none.
    #[error(transparent)]
    Name(#[from] NamingError),
    /// A redirect URI cannot be registered.
    #[error("redirect URI {uri}: {problem}")]
    RedirectUri {
        /// The URI.
        uri: String,
        /// What is wrong with it.
        problem: RedirectUriError,
    },
    /// The catalog has no such kind of client.
    #[error("catalog {catalog} has no client kind {kind:?}; its kinds are {}", kinds.join(", "))]
    Kind {
        /// The catalog.
        catalog: String,
        /// The kind that was named.
        kind: String,
        /// Its kinds.
        kinds: Vec<String>,
    },
    /// The catalog's kind has a grant type that nobody knows.
    #[error("client kind {kind}: unknown grant type {grant_type}")]
    UnknownGrantType {
        /// The kind.
        kind: String,
        /// The grant type.
        grant_type: String,
    },
    /// None of the kind's grant types fits.
    #[error("a client of kind {kind} needs {}", alternatives(needs, Need::as_str))]
    NoGrantType {
        /// The kind.
        kind: String,
        /// Each of these would make one fit.
        needs: Vec<Need>,
    },
    /// A grant type was named, or is had, that the kind has not got, or that needs something the
    /// client has not got.
    #[error("a client of kind {kind} as it is here cannot use the grant type {grant_type}")]
    GrantType {
        /// The kind.
        kind: String,
        /// The grant type.
        grant_type: &'static str,
    },
    /// The way to prove itself needs a secret and the client has none, or the other way round.
    #[error("a confidential client proves itself by its secret, and a public one cannot")]
    AuthMethod,
    /// What is registered, or optional of it, is no list of the catalog's scopes.
    #[error(transparent)]
    Scope(#[from] ScopeListError),
    /// Its tokens would be too large.
    #[error("{0}, or register it for opaque tokens")]
    TokenTooLarge(#[from] TokenTooLarge),
    /// A scope is optional that is not registered.
    #[error("the optional scope names {0}, which is not in the registered scope")]
    OptionalNotRegistered(String),
    /// It tells who signs in, and is to be something else beside.
    #[error(
        "the application that tells who signs in is confidential, and is neither an app nor a resource \
         server; register another client for that"
    )]
    SignsIn,
    /// A secret for a public client.
    #[error("{0} is a public client; it cannot keep a secret")]
    NoSecret(String),
}

/// What a grant type takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Where the answers of the code flow go.
    RedirectUri,
    /// What a client that acts for itself proves itself by.
    Secret,
    /// For which such a client acts, where its kind says so.
    Organisation,
}

impl Need {
    fn as_str(self) -> &'static str {
        match self {
            Self::RedirectUri => "a redirect URI",
            Self::Secret => "a secret",
            Self::Organisation => "an organisation that it acts for",
        }
    }
}

/// One of these, in words.
pub fn alternatives(needs: &[Need], word: impl Fn(Need) -> &'static str) -> String {
    let words: Vec<_> = needs.iter().copied().map(word).collect();
    words.join(", or ")
}

/// A client that may be registered; made by [`check`] only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registrable(Client);

impl Registrable {
    /// Can it keep a secret?
    #[must_use]
    pub fn client_type(&self) -> ClientType {
        self.0.client_type
    }

    /// The client with its secret, if it is to have one.
    ///
    /// # Errors
    /// A public client has no secret.
    pub fn with_secret(mut self, secret: Option<TokenHash>) -> Result<Client, RegistrationError> {
        if secret.is_some() {
            takes_secret(&self.0)?;
        }
        let made_at = Some(self.0.created_at);
        let secrets = secret
            .into_iter()
            .map(|hash| StoredSecret { hash, made_at });
        self.0.secrets = secrets.collect();
        Ok(self.0)
    }
}

/// May the client be registered? `uuid` is to be its name within, `now` when it happens.
///
/// # Errors
/// The first thing that is wrong, and what would be right.
pub fn check(
    catalog: &Catalog,
    wanted: ClientMetadata,
    uuid: Uuid,
    now: Timestamp,
) -> Result<Registrable, RegistrationError> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    let has_length = (1..=LONGEST_ID).contains(&wanted.id.len());
    if !has_length || !wanted.id.chars().all(is_plain) {
        return Err(RegistrationError::Id(wanted.id));
    }
    fitting(catalog, wanted, uuid, now).map(Registrable)
}

/// All of [`check`] but the id, which is not changed any more.
fn fitting(
    catalog: &Catalog,
    wanted: ClientMetadata,
    uuid: Uuid,
    created_at: Timestamp,
) -> Result<Client, RegistrationError> {
    let name = naming::name(&wanted.name)?;
    let maker = naming::name(&wanted.maker)?;
    for uri in &wanted.redirect_uris {
        RedirectUri::register(uri).map_err(|problem| RegistrationError::RedirectUri {
            uri: uri.clone(),
            problem,
        })?;
    }
    let kind = kind(catalog, wanted.kind.as_deref())?;
    if wanted.signs_in && !is_nothing_else(&wanted) {
        return Err(RegistrationError::SignsIn);
    }
    let grant_types = match wanted.signs_in {
        true => BTreeSet::new(),
        false => grant_types(kind, &wanted)?,
    };
    let auth_method = auth_method(wanted.client_type, wanted.auth_method)?;
    let scopes = scopes(catalog, &wanted.scope, &wanted.optional_scope)?;
    let client = Client {
        realm: catalog.id().to_owned(),
        id: wanted.id,
        uuid,
        version: 1,
        name,
        maker,
        homepage: None,
        verified: wanted.verified,
        client_type: wanted.client_type,
        kind: kind.name.clone(),
        auth_method,
        secrets: Vec::new(),
        redirect_uris: wanted.redirect_uris,
        grant_types,
        registered_scope: with_additions(catalog, &scopes.registered),
        optional_scope: scopes.optional,
        legacy_without_pkce: wanted.legacy_without_pkce,
        token_format: wanted.token_format,
        refresh_retry: wanted.refresh_retry,
        organisation: wanted.organisation,
        introspects: wanted.introspects,
        signs_in: wanted.signs_in,
        created_at,
        status: Status::Active,
        cut_off: None,
    };
    tokens_fit(catalog, &client)?;
    Ok(client)
}

/// One that may tell who anybody is proves itself by a secret, and gets no tokens.
fn is_nothing_else(wanted: &ClientMetadata) -> bool {
    wanted.client_type == ClientType::Confidential
        && wanted.introspects.is_none()
        && wanted.redirect_uris.is_empty()
        && wanted.organisation.is_none()
}

/// What of a client's registration is to be other than it is; `None` stays as it is. What it may
/// ask for is changed by itself, and so are its secrets.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ClientDetails {
    /// The app's name as people see it.
    pub name: Option<String>,
    /// Who makes it.
    pub maker: Option<String>,
    /// Whether the provider's team has checked who the maker is.
    pub verified: Option<bool>,
    /// The catalog's own kind of client.
    pub kind: Option<String>,
    /// How a confidential client proves itself.
    pub auth_method: Option<TokenEndpointAuthMethod>,
    /// Where its answers go, in place of all it has.
    pub redirect_uris: Option<Vec<String>>,
    /// May a confidential client skip PKCE?
    pub legacy_without_pkce: Option<bool>,
    /// The form of its access tokens; `Some(None)` for the catalog's.
    pub token_format: Option<Option<TokenFormat>>,
    /// May it use a refresh token again; `Some(None)` for the catalog's choice.
    pub refresh_retry: Option<Option<bool>>,
    /// The organisation a machine acts for; `Some(None)` for none.
    pub organisation: Option<Option<Uuid>>,
}

/// The client with other details, by the rules of [`check`]. Its grant types stay those that it
/// has and that still fit; where it gets another kind, or has a redirect URI or an organisation as
/// it had none, or the other way round, they are those of the kind that fit.
///
/// # Errors
/// The first thing that is wrong, and what would be right.
pub fn changed(
    catalog: &Catalog,
    before: Client,
    details: ClientDetails,
) -> Result<Client, RegistrationError> {
    let had_redirect_uris = !before.redirect_uris.is_empty();
    let had_organisation = before.organisation.is_some();
    let has_other_kind = details
        .kind
        .as_ref()
        .is_some_and(|kind| *kind != before.kind);
    let wanted = ClientMetadata {
        id: before.id.clone(),
        name: details.name.unwrap_or(before.name),
        maker: details.maker.unwrap_or(before.maker),
        verified: details.verified.unwrap_or(before.verified),
        client_type: before.client_type,
        kind: Some(details.kind.unwrap_or(before.kind)),
        auth_method: Some(details.auth_method.unwrap_or(before.auth_method)),
        redirect_uris: details.redirect_uris.unwrap_or(before.redirect_uris),
        grant_types: None,
        scope: String::new(),
        optional_scope: String::new(),
        legacy_without_pkce: details
            .legacy_without_pkce
            .unwrap_or(before.legacy_without_pkce),
        token_format: details.token_format.unwrap_or(before.token_format),
        refresh_retry: details.refresh_retry.unwrap_or(before.refresh_retry),
        organisation: details.organisation.unwrap_or(before.organisation),
        introspects: before.introspects.clone(),
        signs_in: before.signs_in,
    };
    let fits_anew = has_other_kind
        || had_redirect_uris == wanted.redirect_uris.is_empty()
        || had_organisation == wanted.organisation.is_none();
    let checked = fitting(catalog, wanted, before.uuid, before.created_at)?;
    let grant_types = if fits_anew {
        checked.grant_types
    } else {
        left(&before.grant_types, &checked)?
    };
    let client = Client {
        grant_types,
        version: before.version,
        homepage: before.homepage,
        secrets: before.secrets,
        registered_scope: before.registered_scope,
        optional_scope: before.optional_scope,
        status: before.status,
        cut_off: before.cut_off,
        ..checked
    };
    tokens_fit(catalog, &client)?;
    Ok(client)
}

/// Those of its grant types that still fit.
fn left(had: &BTreeSet<GrantType>, now: &Client) -> Result<BTreeSet<GrantType>, RegistrationError> {
    let left: BTreeSet<_> = had.intersection(&now.grant_types).copied().collect();
    match had.first() {
        Some(lost) if left.is_empty() => Err(RegistrationError::GrantType {
            kind: now.kind.clone(),
            grant_type: lost.as_str(),
        }),
        _ => Ok(left),
    }
}

/// Could the client get a token for everything it may ask for?
///
/// # Errors
/// A JWT names every scope it holds, and must not be larger than proxies let through.
pub fn tokens_fit(catalog: &Catalog, client: &Client) -> Result<(), RegistrationError> {
    if client.token_format_in(catalog) == TokenFormat::Jwt {
        let ceiling = catalog.registered(&client.registered_scope);
        check_jwt_of(client, &catalog.scope_of(ceiling.set()))?;
    }
    Ok(())
}

/// The scopes of a client's registration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scopes {
    /// The most it may ask for.
    pub registered: Scope,
    /// Those of them a person may strike where the catalog says `optional`.
    pub optional: Scope,
}

/// May a client be registered for these scopes?
///
/// # Errors
/// A scope the catalog has not got, or one that is optional and not registered.
pub fn scopes(
    catalog: &Catalog,
    registered: &str,
    optional: &str,
) -> Result<Scopes, RegistrationError> {
    let registered = scope_list::expanded(catalog, registered)?;
    let optional = scope_list::expanded(catalog, optional)?;
    if let Some(stranger) = optional.iter().find(|name| !registered.contains(name)) {
        return Err(RegistrationError::OptionalNotRegistered(
            stranger.to_owned(),
        ));
    }
    Ok(Scopes {
        registered,
        optional,
    })
}

/// May the client have a secret?
///
/// # Errors
/// A public one cannot keep it.
pub fn takes_secret(client: &Client) -> Result<(), RegistrationError> {
    match client.client_type {
        ClientType::Confidential => Ok(()),
        ClientType::Public => Err(RegistrationError::NoSecret(client.id.clone())),
    }
}

fn kind<'c>(catalog: &'c Catalog, name: Option<&str>) -> Result<&'c ClientKind, RegistrationError> {
    let kinds = catalog.client_kinds();
    let found = match name {
        Some(name) => catalog.client_kind(name),
        None => kinds.first(),
    };
    found.ok_or_else(|| RegistrationError::Kind {
        catalog: catalog.id().to_owned(),
        kind: name.unwrap_or_default().to_owned(),
        kinds: kinds.iter().map(|kind| kind.name.clone()).collect(),
    })
}

/// Those of the kind that fit, or those that are wanted and do.
fn grant_types(
    kind: &ClientKind,
    wanted: &ClientMetadata,
) -> Result<BTreeSet<GrantType>, RegistrationError> {
    let (mut fitting, mut needs) = (BTreeSet::new(), Vec::new());
    for name in &kind.grant_types {
        let grant_type = GrantType::ALL
            .into_iter()
            .find(|grant_type| grant_type.as_str() == name)
            .ok_or_else(|| RegistrationError::UnknownGrantType {
                kind: kind.name.clone(),
                grant_type: name.clone(),
            })?;
        match missing(grant_type, kind, wanted) {
            None => {
                fitting.insert(grant_type);
            }
            Some(need) if needs.contains(&need) => {}
            Some(need) => needs.push(need),
        }
    }
    if let Some(named) = &wanted.grant_types {
        return match named.difference(&fitting).next() {
            Some(stranger) => Err(RegistrationError::GrantType {
                kind: kind.name.clone(),
                grant_type: stranger.as_str(),
            }),
            None => Ok(named.clone()),
        };
    }
    if fitting.is_empty() && wanted.introspects.is_none() {
        return Err(RegistrationError::NoGrantType {
            kind: kind.name.clone(),
            needs,
        });
    }
    Ok(fitting)
}

/// What the grant type takes that the client has not got.
fn missing(grant_type: GrantType, kind: &ClientKind, wanted: &ClientMetadata) -> Option<Need> {
    let is_bound = kind.client_credentials == ClientCredentialsBinding::Organisation;
    match grant_type {
        GrantType::AuthorizationCode | GrantType::RefreshToken => {
            wanted.redirect_uris.is_empty().then_some(Need::RedirectUri)
        }
        GrantType::ClientCredentials if wanted.client_type == ClientType::Public => {
            Some(Need::Secret)
        }
        GrantType::ClientCredentials => {
            (is_bound && wanted.organisation.is_none()).then_some(Need::Organisation)
        }
    }
}

fn auth_method(
    client_type: ClientType,
    wanted: Option<TokenEndpointAuthMethod>,
) -> Result<TokenEndpointAuthMethod, RegistrationError> {
    use TokenEndpointAuthMethod as Method;
    match (client_type, wanted) {
        (ClientType::Public, None | Some(Method::None)) => Ok(Method::None),
        (ClientType::Confidential, None) => Ok(Method::ClientSecretBasic),
        (ClientType::Confidential, Some(method)) if method != Method::None => Ok(method),
        _ => Err(RegistrationError::AuthMethod),
    }
}

/// The scope with what the catalog adds to every new client.
fn with_additions(catalog: &Catalog, asked: &Scope) -> Scope {
    let (set, _) = catalog.set_of(asked.iter());
    catalog.scope_of(&set.union(catalog.new_client()))
}
