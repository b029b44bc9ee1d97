use serde::{Deserialize, Serialize};

use super::{Authentication, Timestamp, TokenHash, Uuid};

/// A sign-in that is under way in an application of the provider's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignInUnderWay {
    /// SHA-256 of the challenge, by which the application names it.
    pub hash: TokenHash,
    /// The realm; it counts nowhere else.
    pub realm: String,
    /// SHA-256 of the cookie of the one browser that it can be finished in.
    pub browser: TokenHash,
    /// Who sent it, for the bound on how many there may be: an address.
    pub sender: String,
    /// Where it leads on to: a path of ours.
    pub next: String,
    /// What is asked of it.
    pub asked: SignInAsked,
    /// When it began.
    pub created_at: Timestamp,
    /// When it can neither be answered nor finished any more.
    pub expires_at: Timestamp,
    /// What the application said; it says it once.
    pub answer: Option<SignInAnswer>,
    /// When the browser came back; it does once.
    pub finished_at: Option<Timestamp>,
}

/// What an app, or a page of ours, asks of a sign-in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignInAsked {
    /// The `client_id` of the app that is behind it, if one is.
    pub client: Option<String>,
    /// What people call that app.
    pub app: Option<String>,
    /// How many seconds ago the person may have proved who they are at most.
    pub max_age: Option<i64>,
    /// Do they have to do it anew?
    pub anew: bool,
    /// How the app would have them do it, the best first (`acr_values`).
    #[serde(default)]
    pub acr_values: Vec<String>,
    /// Languages they prefer, best first (RFC 5646).
    pub ui_locales: Vec<String>,
    /// Who the app says will sign in.
    pub login_hint: Option<String>,
    /// The organisation that the app names: an id, slug or number.
    pub organisation: Option<String>,
}

/// What the application said of a sign-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignInAnswer {
    /// SHA-256 of the second value, with which the browser comes back.
    pub hash: TokenHash,
    /// What came of it.
    pub outcome: SignInOutcome,
}

/// What came of a sign-in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub enum SignInOutcome {
    /// Somebody signed in.
    Person {
        /// Who it is here.
        user: Uuid,
        /// When and how.
        authentication: Authentication,
    },
    /// Nobody did, and nobody will.
    Refused,
    /// The person wants to be somebody else.
    Another,
}
