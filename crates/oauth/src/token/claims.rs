use std::time::Duration;

use scope::Scope;

use crate::model::{AuthenticationContext, Client, Position, Timestamp, Uuid};

/// What an access token says; times in whole seconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessTokenClaims {
    /// `jti`.
    pub id: Uuid,
    /// The realm that issued it.
    pub realm: String,
    /// The client it was issued to, as the token names it.
    pub client: TokenClient,
    /// Who acts with it.
    pub subject_kind: SubjectKind,
    /// The grant it hangs from; `None` for a client's own token.
    pub grant: Option<Uuid>,
    /// The connection under the grant that it belongs to; `None` where nobody told them apart.
    pub family: Option<Uuid>,
    /// The person; `None` for a client's own token.
    pub user: Option<Uuid>,
    /// The organisation it is bound to.
    pub organisation: Option<Uuid>,
    /// What it was issued for, expanded. Counts only within what grant, client and rights
    /// allow when it is used.
    pub scope: Scope,
    /// `aud`: the one API it is for.
    pub audience: String,
    /// Was it asked for a sandbox that stands beside the API? The sandbox has a name that the API had
    /// before, so the name alone does not tell once the sandbox is switched off.
    pub for_sandbox: bool,
    /// `iat`.
    pub issued_at: Timestamp,
    /// `exp`: from this second on it is dead.
    pub expires_at: Timestamp,
    /// How far the changes had come when it was issued; `None` in tokens from before that was
    /// told.
    pub position: Option<Position>,
    /// How and when the person had proved who they are when the connection began that it belongs to
    /// (`acr`, `auth_time`); `None` for a client's own token, and where nobody kept that.
    pub authentication: Option<AuthenticationContext>,
}

/// Who acts with a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SubjectKind {
    /// A person, through the app.
    Person,
    /// The client itself.
    Machine,
}

impl SubjectKind {
    /// As tokens and introspection say it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Machine => "machine",
        }
    }
}

/// How a token names its client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TokenClient {
    /// By `client_id` alone: tokens from before clients had a UUID.
    Id(String),
    /// By its UUID alone: sealed tokens.
    Uuid(Uuid),
    /// By both: JWTs, and claims that are about to be issued.
    Both {
        /// `client_id`.
        id: String,
        /// Its name within.
        uuid: Uuid,
    },
}

impl TokenClient {
    /// `client_id`, if the token says it.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        match self {
            Self::Id(id) | Self::Both { id, .. } => Some(id),
            Self::Uuid(_) => None,
        }
    }

    /// The client's UUID, if the token says it.
    #[must_use]
    pub fn uuid(&self) -> Option<Uuid> {
        match self {
            Self::Uuid(uuid) | Self::Both { uuid, .. } => Some(*uuid),
            Self::Id(_) => None,
        }
    }

    /// Is this client the one? One that was registered anew under the same `client_id` is
    /// another.
    #[must_use]
    pub fn is(&self, client: &Client) -> bool {
        self.id().is_none_or(|id| id == client.id)
            && self.uuid().is_none_or(|uuid| uuid == client.uuid)
    }
}

impl AccessTokenClaims {
    /// `sub` (RFC 9068 section 2.2): the person, or the client itself, whose `client_id` this
    /// is.
    #[must_use]
    pub fn subject(&self, client_id: &str) -> String {
        match self.user {
            Some(user) => user.to_string(),
            None => client_id.to_owned(),
        }
    }

    /// The same where tokens live for so many seconds now. A life that was made shorter counts for
    /// tokens from before: what ended them, and the keys that read them, are known for as long as
    /// tokens live, and no longer.
    #[must_use]
    pub fn living_for(mut self, seconds: u64) -> Self {
        let life = Duration::from_secs(seconds);
        let end = self.issued_at.saturating_add(life);
        self.expires_at = self.expires_at.min(end.unwrap_or(Timestamp::MAX));
        self
    }

    /// Has its time run out?
    #[must_use]
    pub fn is_expired(&self, now: Timestamp) -> bool {
        now >= self.expires_at
    }
}

/// Why a text gives no claims.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// It is damaged, forged, or not this realm's.
    #[error("this is no access token of the realm")]
    Invalid,
    /// It is genuine, and names scopes by numbers that are not known here: another node gave
    /// them a moment ago. Read them and try again.
    #[error("the token names scopes by numbers that are not known")]
    UnknownScopeNumber,
}
