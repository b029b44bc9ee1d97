//! What a realm decides beyond its catalog.

use scope::WithheldReason;
use serde::{Deserialize, Serialize};

use crate::error::OAuthError;
use crate::grant::client_credentials::reasons;
use crate::model::Withheld;
use crate::token::AccessTokenClaims;

/// A realm's own choices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RealmPolicy {
    /// What becomes of a request with a scope the client cannot get.
    pub unknown_scope: UnknownScope,
    /// Is its catalog's API there to try, with invented records?
    pub sandbox: Sandbox,
}

/// A realm's sandbox, and which tokens open it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sandbox {
    /// There is none.
    #[default]
    Off,
    /// It is a resource beside the API: only tokens that were asked for it open it, and they
    /// open nothing else.
    Beside,
    /// It is the API, as in a demo.
    IsTheApi,
}

impl Sandbox {
    /// Does a token count at the resource it names, as the realm is configured now? The sandbox has
    /// the name that the API had before it was apart: whose token it is says the token itself, whatever
    /// is switched on or off after it was issued.
    #[must_use]
    pub fn counts(self, claims: &AccessTokenClaims, sandbox: &str) -> bool {
        match self {
            Self::Beside => claims.for_sandbox == (claims.audience == sandbox),
            Self::Off | Self::IsTheApi => !claims.for_sandbox,
        }
    }
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
        let in_the_way = |withheld: &&Withheld| withheld.reason != WithheldReason::RightMissing;
        let mut rejected = withheld.iter().filter(in_the_way).peekable();
        if rejected.peek().is_none() {
            return Ok(());
        }
        Err(OAuthError::invalid_scope(format!(
            "these scopes cannot be granted to this client: {}",
            reasons(rejected)
        )))
    }
}
