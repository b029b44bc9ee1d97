//! The four roles a scope plays, as four types that cannot stand in for each other.

use crate::{Scope, ScopeId, ScopeSet, ScopeToken};

/// A client's ceiling: what it is registered for, expanded, with every-grant defaults.
/// Made by [`crate::Catalog::registered`] only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisteredScope(pub(crate) ScopeSet);

impl RegisteredScope {
    /// The scopes in it.
    pub fn set(&self) -> &ScopeSet {
        &self.0
    }
}

/// What a client asks for, as it asked. Made by [`crate::Catalog::requested`] only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestedScope {
    pub(crate) known: ScopeSet,
    pub(crate) unknown: Vec<ScopeToken>,
    pub(crate) given: Scope,
}

impl RequestedScope {
    /// The requested scopes the catalog knows; not expanded.
    pub fn known(&self) -> &ScopeSet {
        &self.known
    }

    /// The requested tokens the catalog does not know.
    pub fn unknown(&self) -> &[ScopeToken] {
        &self.unknown
    }

    /// The scope exactly as it was given.
    pub fn given(&self) -> &Scope {
        &self.given
    }
}

/// What a grant or token holds, expanded. Made by [`crate::Catalog::granted`] for a new one
/// and by [`crate::Catalog::recorded`] for one made earlier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantedScope(pub(crate) ScopeSet);

impl GrantedScope {
    /// The scopes in it.
    pub fn set(&self) -> &ScopeSet {
        &self.0
    }

    /// What of it counts inside another: a token's scope inside what its grant still allows.
    #[must_use]
    pub fn within(&self, other: &Self) -> Self {
        Self(self.0.intersection(&other.0))
    }
}

/// What one call needs: at least one of the alternatives, all scopes of it.
/// No alternative at all means that no scope opens the call.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RequiredScope(pub(crate) Vec<Vec<ScopeId>>);

impl RequiredScope {
    /// The alternatives, each a list of scopes that are needed together.
    pub fn alternatives(&self) -> &[Vec<ScopeId>] {
        &self.0
    }
}
