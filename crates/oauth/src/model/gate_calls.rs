use serde::{Deserialize, Serialize};

use super::Timestamp;

/// Calls of one kind that the gates of an API saw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GateCalls {
    /// The realm.
    pub realm: String,
    /// The API's name.
    pub api: String,
    /// What became of them.
    pub outcome: GateOutcome,
    /// The client of their genuine tokens, or nothing.
    pub client: String,
    /// Their method, or nothing.
    pub method: String,
    /// The path of their rule; where none knows them, their own, folded; or nothing.
    pub path: String,
    /// Does a rule know them?
    pub has_rule: bool,
    /// Why they would be denied, or were; of calls with other credentials, which ones.
    pub reason: String,
    /// How many.
    pub calls: i64,
    /// The first of them.
    pub first_at: Timestamp,
    /// The last.
    pub last_at: Timestamp,
}

/// What became of calls at a gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum GateOutcome {
    /// Decided, and let through.
    Permitted,
    /// Let through without a decision, for other credentials.
    Passed,
    /// Let through since they are only observed; they would have been denied.
    Observed,
    /// Denied.
    Denied,
}

impl GateOutcome {
    /// As it is stored and told.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Permitted => "permitted",
            Self::Passed => "passed",
            Self::Observed => "observed",
            Self::Denied => "denied",
        }
    }
}
