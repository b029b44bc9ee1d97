//! What was requested and could not be granted.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Requested but not grantable, and why. Always told to the client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withheld {
    /// The scope as the client wrote it.
    pub scope: String,
    /// Why it was not offered.
    pub reason: WithheldReason,
}

/// Why a requested scope could not be granted. People and clients are told in words of the
/// teller's own, so a new reason is not to be overlooked: this list is exhaustive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WithheldReason {
    /// The catalog does not know it.
    Unknown,
    /// It is retired.
    Retired,
    /// The client is not registered for it.
    NotRegistered,
    /// The client has no live approval for its elevation.
    ElevationNotApproved,
    /// The person has no such right in the organisation.
    RightMissing,
}

impl WithheldReason {
    /// Every reason.
    pub const ALL: [Self; 5] = [
        Self::Unknown,
        Self::Retired,
        Self::NotRegistered,
        Self::ElevationNotApproved,
        Self::RightMissing,
    ];

    /// The name in token responses and stored consents.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Retired => "retired",
            Self::NotRegistered => "not-registered",
            Self::ElevationNotApproved => "elevation-not-approved",
            Self::RightMissing => "right-missing",
        }
    }
}

impl fmt::Display for WithheldReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for WithheldReason {
    type Err = UnknownWithheldReason;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|reason| reason.as_str() == text)
            .ok_or(UnknownWithheldReason)
    }
}

/// The text is none of [`WithheldReason::ALL`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownWithheldReason;

impl fmt::Display for UnknownWithheldReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a reason for withholding a scope; reasons are unknown, retired, not-registered, elevation-not-approved and right-missing")
    }
}

impl std::error::Error for UnknownWithheldReason {}
