use super::{Authentication, ExternalId, Position, Status, Timestamp, TokenHash, Uuid};

/// A person with an account in a realm.
#[derive(Clone, PartialEq, Eq)]
pub struct User {
    /// The realm.
    pub realm: String,
    /// `sub`: time-ordered (UUID version 7).
    pub id: Uuid,
    /// A number, unique in the realm.
    pub number: i64,
    /// What the person types to sign in, unique in the realm; compared in lower case.
    pub username: String,
    /// The person's name.
    pub name: String,
    /// Where mail reaches them.
    pub email: Option<String>,
    /// Did somebody make sure that it reaches them?
    pub email_verified: bool,
    /// The language they read (RFC 5646), if it is known.
    pub language: Option<String>,
    /// argon2id, PHC string format; `None` for somebody who signs in elsewhere only.
    pub password_hash: Option<String>,
    /// When the account was made.
    pub created_at: Timestamp,
    /// May they act?
    pub status: Status,
    /// What the system the account comes from calls the person, if it comes from one.
    pub external: Option<ExternalId>,
    /// What was issued to the person up to here counts no more: sessions, grants' tokens.
    pub cut_off: Option<Position>,
    /// Grows with each change, from 1.
    pub version: i64,
}

impl std::fmt::Debug for User {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("User")
            .field("realm", &self.realm)
            .field("id", &self.id)
            .field("username", &self.username)
            .finish_non_exhaustive()
    }
}

/// A signed-in browser. The cookie's value is never stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrowserSession {
    /// SHA-256 of the cookie's value.
    pub hash: TokenHash,
    /// The realm; a session counts nowhere else.
    pub realm: String,
    /// Who is signed in.
    pub user: Uuid,
    /// When it began.
    pub created_at: Timestamp,
    /// How and when the person had proved who they are.
    pub authentication: Authentication,
    /// When the person has to sign in again.
    pub expires_at: Timestamp,
    /// How far the changes had come when they signed in; `None` for a session from before
    /// that was kept.
    pub position: Option<Position>,
}
