use scope::Scope;

use crate::model::{Timestamp, Uuid};

/// What an access token says. Both forms carry exactly this; times in whole seconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessTokenClaims {
    /// `jti`.
    pub id: Uuid,
    /// The realm that issued it.
    pub realm: String,
    /// `client_id`.
    pub client: String,
    /// The grant it hangs from; `None` for a client's own token.
    pub grant: Option<Uuid>,
    /// The person; `None` for a client's own token.
    pub user: Option<Uuid>,
    /// The organisation it is bound to.
    pub organisation: Option<Uuid>,
    /// What it was issued for, expanded. Counts only within what grant, client and rights
    /// allow when it is used.
    pub scope: Scope,
    /// `aud`: the one API it is for.
    pub audience: String,
    /// `iat`.
    pub issued_at: Timestamp,
    /// `exp`: from this second on it is dead.
    pub expires_at: Timestamp,
}

impl AccessTokenClaims {
    /// `sub` (RFC 9068 section 2.2): the person, or the client itself.
    #[must_use]
    pub fn subject(&self) -> String {
        match self.user {
            Some(user) => user.to_string(),
            None => self.client.clone(),
        }
    }

    /// Has its time run out?
    #[must_use]
    pub fn is_expired(&self, now: Timestamp) -> bool {
        now >= self.expires_at
    }
}
