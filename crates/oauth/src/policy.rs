//! What a realm decides beyond its catalog.

use scope::WithheldReason;
use serde::{Deserialize, Serialize};

use crate::error::OAuthError;
use crate::model::Withheld;

/// A realm's own choices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RealmPolicy {
    /// What becomes of a request with a scope the client cannot get.
    pub unknown_scope: UnknownScope,
}

/// What becomes of a request with a scope that is unknown, retired, not approved or over the
/// client's ceiling.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum UnknownScope {
    /// The scope is withheld and told, the rest goes on.
    #[default]
    Clamp,
    /// The request fails.
    Reject,
}

impl RealmPolicy {
    /// Holds what was withheld against the policy. A missing right never fails a request: it
    /// is the person's, and the client cannot know it.
    ///
    /// # Errors
    /// `invalid_scope` names every scope that stands in the way, when the realm rejects.
    pub fn accept(&self, withheld: &[Withheld]) -> Result<(), OAuthError> {
        if self.unknown_scope == UnknownScope::Clamp {
            return Ok(());
        }
        let rejected: Vec<String> = withheld
            .iter()
            .filter(|withheld| withheld.reason != WithheldReason::RightMissing)
            .map(|withheld| format!("{} ({})", withheld.scope, withheld.reason.as_str()))
            .collect();
        if rejected.is_empty() {
            Ok(())
        } else {
            Err(OAuthError::invalid_scope(format!(
                "these scopes cannot be granted to this client: {}",
                rejected.join(", ")
            )))
        }
    }
}
