use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What a gate is told, at least several times a second: also that there is nothing to tell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct News {
    /// How far the server has followed its changes: everything up to this place has been told.
    pub as_of: i64,
    /// How long ago that was so, in milliseconds.
    pub age: u64,
    /// The catalog that the server goes by: SHA-256 of its text, hexadecimal.
    pub catalog: String,
    /// What is to be forgotten.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub forget: Vec<Forget>,
}

/// What no answer counts about any more that was given before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Forget {
    /// Anything: it cannot be told what changed since the gate was here last.
    Everything,
    /// Tokens of this client.
    Client(String),
    /// Tokens of this person.
    User(Uuid),
    /// Tokens for this organisation, and those of people that are for none.
    Organisation(Uuid),
    /// Tokens under this grant.
    Grant(Uuid),
    /// The token with this `jti`.
    Token(Uuid),
}
