use serde::{Deserialize, Serialize};

use super::Timestamp;

/// May a person or a client act?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "status")]
pub enum Status {
    /// They may.
    Active,
    /// Not for now: what was issued counts again when they may.
    Suspended {
        /// Since when.
        since: Timestamp,
    },
    /// Not any more: what was issued before never counts again.
    Disabled {
        /// Since when.
        since: Timestamp,
    },
}

impl Status {
    /// May they act now?
    #[must_use]
    pub fn is_active(self) -> bool {
        self == Self::Active
    }

    /// Since when they may not.
    #[must_use]
    pub fn stopped_since(self) -> Option<Timestamp> {
        match self {
            Self::Active => None,
            Self::Suspended { since } | Self::Disabled { since } => Some(since),
        }
    }

    /// As commands and pages say it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Suspended { .. } => "suspended",
            Self::Disabled { .. } => "disabled",
        }
    }
}
