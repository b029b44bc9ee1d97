use oauth::model::Uuid;

/// One entry of the sequence that caches follow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Position; grows with every commit.
    pub sequence: i64,
    /// The realm.
    pub realm: String,
    /// What changed.
    pub subject: ChangeSubject,
}

/// What a cache has to forget.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChangeSubject {
    /// A client, its approvals or its API keys.
    Client(String),
    /// A person.
    User(Uuid),
    /// An organisation, its roles or members.
    Organisation(Uuid),
    /// A grant.
    Grant(Uuid),
    /// The realm's keys, the numbers of its scopes, or the format in which its tokens are
    /// sealed: what tokens are written and read by.
    Keys,
    /// A browser session, by the hexadecimal hash of its cookie.
    Session(String),
    /// A revoked access token, by `jti`, and its expiry in milliseconds since 1970.
    AccessToken(Uuid, i64),
    /// Something that only a later version knows: whatever is remembered may have to go.
    Unknown(String),
}
