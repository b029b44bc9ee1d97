//! Taking scopes off a standing grant: what can be taken, and what that leaves.

use scope::{Catalog, Decline, Scope, ScopeSet};

use crate::consent::answered;
use crate::model::{Client, Grant, GrantStatus};

/// The catalog's grants are given as a whole and ended as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("grants of this catalog cannot be reduced")]
pub struct NotReducible;

/// What comes of keeping only some of a grant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reduction {
    /// Nothing is taken off, or nothing is left to take off from.
    Unchanged,
    /// Nothing is kept: the grant ends.
    Everything,
    /// Less is left.
    Part {
        /// What stays allowed, with the defaults of every grant.
        left: Scope,
        /// What is taken off.
        taken: Scope,
    },
}

/// What a standing grant is made of, for somebody who wants to take some of it off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parts {
    /// What goes with every grant, and is no choice.
    pub defaults: ScopeSet,
    /// The rest.
    pub choosable: ScopeSet,
    /// Those of the rest that cannot be taken off by themselves: what the app needs, where the
    /// catalog lets the app say so, and what that brings. The whole grant can always be ended.
    pub locked: ScopeSet,
}

/// A grant with so much left of it and so much taken off.
#[must_use]
pub fn reduced(grant: &Grant, left: &Scope, taken: &Scope) -> Grant {
    let all = grant.reduced.tokens().iter().chain(taken.tokens());
    Grant {
        granted: left.clone(),
        reduced: all.cloned().collect(),
        ..grant.clone()
    }
}

impl Parts {
    /// The parts of a grant. An app that is gone needs nothing.
    #[must_use]
    pub fn of(catalog: &Catalog, client: Option<&Client>, grant: &Grant) -> Self {
        let granted = catalog.recorded(&grant.granted);
        let choosable = granted.set().difference(catalog.every_grant());
        Self {
            defaults: granted.set().difference(&choosable),
            locked: client.map_or_else(ScopeSet::empty, |client| {
                let locked = locked(catalog, client, &choosable);
                catalog.expand(&locked).intersection(&choosable)
            }),
            choosable,
        }
    }

    /// Is there anything that could be taken off by itself?
    #[must_use]
    pub fn is_reducible(&self) -> bool {
        !self.choosable.is_subset(&self.locked)
    }
}

/// What comes of keeping these scopes of the grant, by name, and what they bring. Names it has
/// not got keep nothing; what cannot be taken off by itself stays.
///
/// # Errors
/// Where the catalog's grants cannot be reduced.
pub fn decide<'k>(
    catalog: &Catalog,
    client: Option<&Client>,
    grant: &Grant,
    keep: impl IntoIterator<Item = &'k str>,
) -> Result<Reduction, NotReducible> {
    if !catalog.grant_policy().reducible {
        return Err(NotReducible);
    }
    if grant.status != GrantStatus::Live {
        return Ok(Reduction::Unchanged);
    }
    let parts = Parts::of(catalog, client, grant);
    let (named, _) = catalog.set_of(keep);
    let kept = answered(catalog, &parts.choosable, &named.union(&parts.locked));
    let taken = parts.choosable.difference(&kept);
    Ok(if kept.is_empty() {
        Reduction::Everything
    } else if taken.is_empty() {
        Reduction::Unchanged
    } else {
        Reduction::Part {
            left: catalog.scope_of(&kept.union(&parts.defaults)),
            taken: catalog.scope_of(&taken),
        }
    })
}

fn locked(catalog: &Catalog, client: &Client, choosable: &ScopeSet) -> ScopeSet {
    match catalog.consent().decline {
        Decline::Any => ScopeSet::empty(),
        Decline::Optional => choosable.difference(&catalog.set_of(client.optional_scope.iter()).0),
        Decline::None => choosable.clone(),
    }
}
