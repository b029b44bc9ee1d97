//! What a caller holds, for the benchmarks.

use scope::{Access, Catalog, GrantedScope, RegisteredScope, Scope, ScopeSet};

/// The four limits of a caller.
pub struct Held {
    granted: GrantedScope,
    ceiling: RegisteredScope,
    approved: ScopeSet,
    rights: ScopeSet,
}

impl Held {
    /// Every scope of the catalog, four times.
    pub fn all_of(catalog: &Catalog) -> Self {
        Self::new(catalog, &catalog.scope_of(&catalog.all()))
    }

    /// A token with no more than the defaults of every grant, everything else open: the
    /// denial found by the first bit test.
    pub fn nothing_of(catalog: &Catalog) -> Self {
        Self::new(catalog, &Scope::empty())
    }

    fn new(catalog: &Catalog, token: &Scope) -> Self {
        Self {
            granted: catalog.granted(token),
            ceiling: catalog.registered(&catalog.scope_of(&catalog.all())),
            approved: catalog.all(),
            rights: catalog.all(),
        }
    }

    /// As the decision reads it.
    pub fn access(&self) -> Access<'_> {
        Access {
            subject: scope::Subject::Person,
            granted: &self.granted,
            ceiling: &self.ceiling,
            approved: &self.approved,
            rights: &self.rights,
            expired: None,
            unproven: None,
        }
    }
}
