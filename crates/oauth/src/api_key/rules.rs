//! Who may have an API key, what it may hold, and what it is worth.

use scope::{Catalog, Limits, Scope, ScopeStatus};

use crate::model::{
    ApiKey, ApiKeyHash, Approval, Client, Position, Timestamp, Uuid, whole_milliseconds,
};
use crate::naming::{self, NamingError};
use crate::quote::quote;
use crate::scope_list::{self, ScopeListError};

/// So many keys of one client for one organisation live at once: one more than is needed, so that a
/// key can be changed for another without a gap.
pub const MOST_LIVE: usize = 2;

/// A key as somebody wants to have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WantedApiKey {
    /// What people are to call it.
    pub name: String,
    /// Scopes, separated by spaces.
    pub scope: String,
    /// The organisation it is for.
    pub organisation: Option<Uuid>,
    /// The API it opens; `None` for the sandbox beside it.
    pub api: Option<String>,
    /// When it dies.
    pub expires_at: Option<Timestamp>,
    /// From when on whoever sends it is told to use OAuth.
    pub sunset_at: Option<Timestamp>,
}

/// What a new key is known by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Its id.
    pub id: Uuid,
    /// The hash of its text.
    pub hash: ApiKeyHash,
    /// How its text begins.
    pub beginning: String,
    /// How far the changes have come.
    pub position: Position,
}

/// Why a key cannot be had.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ApiKeyError {
    /// A client that may do nothing.
    #[error("{0} may not act; its keys would open nothing")]
    Stopped(String),
    /// A resource server calls no API.
    #[error("{0} is a resource server, which calls no API")]
    ResourceServer(String),
    /// A client that acts for one organisation wants a key for another, or for none.
    #[error("{0} acts for one organisation, and its keys are for that one only")]
    OtherOrganisation(String),
    /// The catalog's kind of client acts for an organisation.
    #[error("a key of {client}, of kind {kind}, is for an organisation; name one")]
    NoOrganisation {
        /// The client.
        client: String,
        /// Its kind.
        kind: String,
    },
    /// Scopes that are none of the catalog's.
    #[error(transparent)]
    Scope(#[from] ScopeListError),
    /// A key without scopes would open nothing.
    #[error("a key needs at least one scope")]
    NoScope,
    /// Scopes that this client's keys cannot hold now.
    #[error("{client} can have no key for {}", quote(refused))]
    Beyond {
        /// The client.
        client: String,
        /// Each scope and why.
        refused: String,
    },
    /// Scopes that no key may hold.
    #[error(
        "the catalog gives {} by OAuth only; its elevation does not say `api_keys = true`",
        quote(.0)
    )]
    NotForKeys(String),
    /// A name that nobody could read.
    #[error(transparent)]
    Name(#[from] NamingError),
    /// It would have ended before it began.
    #[error("the end of the key lies in the past")]
    Expired,
    /// It would have been told off before it began.
    #[error("the sunset of the key lies in the past")]
    Sunset,
}

/// The key, with its scope expanded and the defaults of every grant.
///
/// # Errors
/// Whatever of it the realm would not honour now.
pub fn make(
    catalog: &Catalog,
    client: &Client,
    approvals: &[Approval],
    wanted: WantedApiKey,
    known: Known,
    now: Timestamp,
) -> Result<ApiKey, ApiKeyError> {
    if !client.status.is_active() {
        return Err(ApiKeyError::Stopped(client.id.clone()));
    }
    if client.introspects.is_some() || client.signs_in {
        return Err(ApiKeyError::ResourceServer(client.id.clone()));
    }
    let organisation = organisation(catalog, client, wanted.organisation)?;
    let scope = scope(catalog, client, approvals, &wanted.scope, now)?;
    if wanted.expires_at.is_some_and(|end| end <= now) {
        return Err(ApiKeyError::Expired);
    }
    if wanted.sunset_at.is_some_and(|end| end <= now) {
        return Err(ApiKeyError::Sunset);
    }
    Ok(ApiKey {
        realm: client.realm.clone(),
        id: known.id,
        client: client.id.clone(),
        organisation,
        api: wanted.api,
        name: naming::name(&wanted.name)?,
        beginning: known.beginning,
        hash: known.hash,
        scope,
        created_at: whole_milliseconds(now),
        expires_at: wanted.expires_at.map(whole_milliseconds),
        sunset_at: wanted.sunset_at.map(whole_milliseconds),
        revoked_at: None,
        last_used_at: None,
        position: known.position,
    })
}

/// A machine that acts for an organisation has keys for that one.
fn organisation(
    catalog: &Catalog,
    client: &Client,
    wanted: Option<Uuid>,
) -> Result<Option<Uuid>, ApiKeyError> {
    if let Some(own) = client.organisation {
        return match wanted {
            Some(other) if other != own => Err(ApiKeyError::OtherOrganisation(client.id.clone())),
            _ => Ok(Some(own)),
        };
    }
    let by_kind = catalog.client_kind(&client.kind);
    let needs_one = by_kind.is_some_and(|kind| {
        kind.client_credentials == scope::ClientCredentialsBinding::Organisation
    });
    if wanted.is_none() && needs_one {
        return Err(ApiKeyError::NoOrganisation {
            client: client.id.clone(),
            kind: client.kind.clone(),
        });
    }
    Ok(wanted)
}

fn scope(
    catalog: &Catalog,
    client: &Client,
    approvals: &[Approval],
    text: &str,
    now: Timestamp,
) -> Result<Scope, ApiKeyError> {
    let named = scope_list::expanded(catalog, text)?;
    if named.is_empty() {
        return Err(ApiKeyError::NoScope);
    }
    let (asked, _) = catalog.set_of(named.iter());
    let state = client.state(catalog, approvals);
    let limits = Limits::new(catalog, &state, None, now.into());
    let (_, beyond) = limits.split(&asked);
    if !beyond.is_empty() {
        return Err(ApiKeyError::Beyond {
            client: client.id.clone(),
            refused: crate::grant::client_credentials::reasons(&beyond),
        });
    }
    let works = |id: &scope::ScopeId| {
        let scope = catalog.scope(*id);
        scope.is_some_and(|definition| definition.status != ScopeStatus::Retired)
    };
    let expanded = catalog.expand(&asked.iter().filter(works).collect());
    let not_for_keys = catalog.not_for_keys();
    let closed = expanded.iter().filter(|id| not_for_keys.contains(*id));
    let closed = closed.collect();
    let closed = catalog.names(&closed);
    if !closed.is_empty() {
        return Err(ApiKeyError::NotForKeys(closed.join(", ")));
    }
    let (within, _) = limits.split(&expanded);
    let (defaults, _) = limits.split(catalog.every_grant());
    Ok(catalog.scope_of(&within.union(&defaults)))
}

/// What a key is worth by itself; what its client, its organisation and the realm add is asked
/// elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyWorth {
    /// It counts.
    Counts,
    /// It was taken back.
    Revoked,
    /// It is over, and OAuth is to be used instead.
    Sunset,
    /// Its time is over.
    Expired,
}

impl KeyWorth {
    /// As commands tell it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Counts => "live",
            Self::Revoked => "revoked",
            Self::Sunset => "sunset",
            Self::Expired => "expired",
        }
    }
}

impl ApiKey {
    /// What it is worth at this moment.
    #[must_use]
    pub fn worth(&self, now: Timestamp) -> KeyWorth {
        let is_over = |end: Option<Timestamp>| end.is_some_and(|end| now >= end);
        if self.revoked_at.is_some() {
            KeyWorth::Revoked
        } else if is_over(self.sunset_at) {
            KeyWorth::Sunset
        } else if is_over(self.expires_at) {
            KeyWorth::Expired
        } else {
            KeyWorth::Counts
        }
    }

    /// When it stops by itself, if it does.
    #[must_use]
    pub fn ends_at(&self) -> Option<Timestamp> {
        let ends = self.expires_at.into_iter().chain(self.sunset_at);
        ends.min()
    }
}
