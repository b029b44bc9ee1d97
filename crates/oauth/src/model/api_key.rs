use scope::Scope;
use std::fmt;

use super::{Position, Timestamp, TokenHash, Uuid};

/// What a partner without OAuth sends at each call. The key itself is never stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// The realm.
    pub realm: String,
    /// By which it is listed and revoked; time-ordered (UUID version 7).
    pub id: Uuid,
    /// The client it belongs to.
    pub client: String,
    /// The organisation it is for; `None` for a client that acts for itself.
    pub organisation: Option<Uuid>,
    /// The API it opens, by its name in the realm; `None` for the sandbox beside it.
    pub api: Option<String>,
    /// What people call it.
    pub name: String,
    /// How its text begins, so that somebody who has it finds it in a list. Nothing secret.
    pub beginning: String,
    /// What its text is known by.
    pub hash: ApiKeyHash,
    /// What it holds, expanded, with the defaults of every grant.
    pub scope: Scope,
    /// When it was made, or moved in.
    pub created_at: Timestamp,
    /// When it dies; `None` never.
    pub expires_at: Option<Timestamp>,
    /// From when on whoever sends it is told to use OAuth instead.
    pub sunset_at: Option<Timestamp>,
    /// Since when it has been taken back.
    pub revoked_at: Option<Timestamp>,
    /// When it was used last, to the hour.
    pub last_used_at: Option<Timestamp>,
    /// How far the changes had come when it was made.
    pub position: Position,
}

/// What a key's text is known by.
#[derive(Clone, PartialEq, Eq)]
pub enum ApiKeyHash {
    /// SHA-256 of the text.
    Sha256(TokenHash),
    /// HMAC-SHA-256 of the text with a key of the provider's.
    HmacSha256(TokenHash),
    /// A bcrypt hash of the text, as bcrypt writes it, until the key is used first.
    Bcrypt(String),
    /// A PBKDF2 hash of the text, as Django or the PHC string format write it, until the key is
    /// used first.
    Pbkdf2(String),
}

impl ApiKeyHash {
    /// The kind, as it is stored and told.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Sha256(_) => "sha256",
            Self::HmacSha256(_) => "hmac-sha256",
            Self::Bcrypt(_) => "bcrypt",
            Self::Pbkdf2(_) => "pbkdf2",
        }
    }

    /// Does it take long to hold a text against it, and is the key found by how it begins?
    #[must_use]
    pub fn is_slow(&self) -> bool {
        matches!(self, Self::Bcrypt(_) | Self::Pbkdf2(_))
    }
}

/// Of a weak key that moved in the hash would tell the key.
impl fmt::Debug for ApiKeyHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ApiKeyHash({}, …)", self.kind())
    }
}

/// When a key was used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ApiKeyUse {
    /// The key.
    pub key: Uuid,
    /// When, to the hour.
    pub at: Timestamp,
}
