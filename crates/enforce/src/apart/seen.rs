use serde::{Deserialize, Serialize};

/// So many kinds of calls are told at once at most.
pub const MOST_SEEN: usize = 500;

/// What a gate saw since it told the last time.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// At most [`MOST_SEEN`].
    pub calls: Vec<SeenCalls>,
}

/// Calls of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenCalls {
    /// What became of them.
    pub outcome: Outcome,
    /// The client of their genuine tokens, or nothing.
    #[serde(default)]
    pub client: String,
    /// Their method, or nothing.
    #[serde(default)]
    pub method: String,
    /// The path of their rule; where none knows them, their own, folded; or nothing.
    #[serde(default)]
    pub path: String,
    /// Does a rule know them?
    pub has_rule: bool,
    /// Why they would be denied, or were; of calls with other credentials, which ones.
    #[serde(default)]
    pub reason: String,
    /// How many.
    pub calls: u32,
    /// The first of them, in seconds since 1970.
    pub first: i64,
    /// The last.
    pub last: i64,
}

/// What became of calls at a gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// Decided, and let through.
    Permitted,
    /// Let through without a decision, for other credentials.
    Passed,
    /// Let through since they are only observed; they would have been denied.
    Observed,
    /// Denied.
    Denied,
}
