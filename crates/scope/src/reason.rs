//! Why a call is permitted or denied, and whom its token speaks for.

use serde::{Deserialize, Serialize};

use crate::route::NoRoute;

/// Whom a token speaks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Subject {
    /// A person, under a grant.
    Person,
    /// The client itself (`client_credentials`, RFC 6749 section 4.4).
    Client,
}

/// Why a call is permitted or denied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Reason {
    /// All scopes of an alternative are held.
    Permitted,
    /// A scope is missing.
    InsufficientScope,
    /// All scopes of an alternative would be held, had the person signed in again: what they were
    /// given to do when they signed in has run out.
    RightExpired,
    /// All scopes of an alternative would be held, had the person signed in with a second factor.
    SecondFactorNeeded,
    /// The path is not in the catalog.
    NoRule,
    /// The path is, with other methods.
    MethodNotInCatalog,
    /// The path could be read in several ways.
    AmbiguousPath,
    /// A condition has a value the rule does not list.
    UnmatchedCondition,
    /// A field to expand that the catalog does not know.
    UnknownExpandField,
    /// The call is not open to those that the token speaks for.
    SubjectNotAllowed,
    /// The call is larger than what is decided.
    TooLarge,
}

impl Reason {
    /// Every reason for a denial.
    pub const DENIALS: [Self; 10] = [
        Self::InsufficientScope,
        Self::RightExpired,
        Self::SecondFactorNeeded,
        Self::NoRule,
        Self::MethodNotInCatalog,
        Self::AmbiguousPath,
        Self::UnmatchedCondition,
        Self::SubjectNotAllowed,
        Self::UnknownExpandField,
        Self::TooLarge,
    ];

    /// The name in case files, logs and problem bodies.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Permitted => "permitted",
            Self::InsufficientScope => "insufficient-scope",
            Self::RightExpired => "right-expired",
            Self::SecondFactorNeeded => "second-factor-needed",
            Self::NoRule => "no-rule",
            Self::MethodNotInCatalog => "method-not-in-catalog",
            Self::AmbiguousPath => "ambiguous-path",
            Self::UnmatchedCondition => "unmatched-condition",
            Self::UnknownExpandField => "unknown-expand-field",
            Self::SubjectNotAllowed => "subject-not-allowed",
            Self::TooLarge => "too-large",
        }
    }

    /// In a few words: the `title` of a problem body (RFC 9457 section 3.1.3).
    pub fn title(self) -> &'static str {
        match self {
            Self::Permitted => "Permitted",
            Self::InsufficientScope => "The token's scope is not enough for this call",
            Self::RightExpired => "The person has to sign in again",
            Self::SecondFactorNeeded => "The person has to sign in with a second factor",
            Self::NoRule => "No scope opens this path",
            Self::MethodNotInCatalog => "No scope opens this path with this method",
            Self::AmbiguousPath => "The path can be read in more than one way",
            Self::UnmatchedCondition => "No scope opens this call with this value",
            Self::UnknownExpandField => "A field to expand is not known",
            Self::SubjectNotAllowed => "This call is not open to whom the token speaks for",
            Self::TooLarge => "The call is too large to be decided",
        }
    }
}

impl From<NoRoute> for Reason {
    fn from(none: NoRoute) -> Self {
        match none {
            NoRoute::NoRule => Self::NoRule,
            NoRoute::MethodNotInCatalog { .. } => Self::MethodNotInCatalog,
            NoRoute::AmbiguousPath { .. } => Self::AmbiguousPath,
            NoRoute::TooLong => Self::TooLarge,
        }
    }
}
