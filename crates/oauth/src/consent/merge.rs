use scope::{Catalog, RequestedScope, Scope, ScopeSet};

use super::decision::ConsentDecision;
use super::offer::Offer;
use crate::model::{Grant, GrantStatus};

/// The scopes of a standing grant after a consent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merged {
    /// What stands allowed.
    pub granted: Scope,
    /// What stands refused.
    pub refused: Scope,
    /// Everything asked so far.
    pub requested: Scope,
    /// What was taken back and not allowed again.
    pub reduced: Scope,
}

/// Joins an act to what stands: its answers replace earlier ones for the scopes it decided,
/// the others stay. Refusing a scope also takes what would bring it. Of scopes asked in the
/// past, those the catalog no longer knows are dropped.
#[must_use]
pub fn merge(
    catalog: &Catalog,
    standing: Option<&Grant>,
    request: &RequestedScope,
    decision: &ConsentDecision,
) -> Merged {
    let Some(grant) = standing.filter(|grant| grant.status == GrantStatus::Live) else {
        return Merged {
            granted: decision.granted.clone(),
            refused: decision.refused.clone(),
            requested: request.given().clone(),
            reduced: Scope::empty(),
        };
    };
    let known = |scope: &Scope| catalog.set_of(scope.iter()).0;
    let (granted_now, refused_now) = (known(&decision.granted), known(&decision.refused));
    let brings_refused = |id: &scope::ScopeId| {
        let brought = catalog.expand(&ScopeSet::from_iter([*id]));
        !brought.intersection(&refused_now).is_empty()
    };
    let kept: ScopeSet = known(&grant.granted)
        .iter()
        .filter(|id| !brings_refused(id))
        .collect();
    let granted = kept.union(&granted_now);
    let refused = known(&grant.refused)
        .union(&refused_now)
        .difference(&granted);
    let reduced = known(&grant.reduced)
        .difference(&granted)
        .difference(&refused_now);
    let asked_before = catalog.scope_of(&known(&grant.requested));
    let requested = asked_before
        .tokens()
        .iter()
        .chain(request.given().tokens())
        .cloned()
        .collect();
    Merged {
        granted: catalog.scope_of(&granted),
        refused: catalog.scope_of(&refused),
        requested,
        reduced: catalog.scope_of(&reduced),
    }
}

/// The standing grant after nothing of an offer was allowed. What stands allowed stays; the rest
/// of the offer is refused, also what was only taken off until now. `updated_at` is for the caller
/// to set.
#[must_use]
pub fn refused(catalog: &Catalog, standing: &Grant, offer: &Offer) -> Grant {
    let known = |scope: &Scope| catalog.set_of(scope.iter()).0;
    let newly_refused = offer.offered.difference(&known(&standing.granted));
    let reduced = known(&standing.reduced).difference(&newly_refused);
    Grant {
        refused: catalog.scope_of(&known(&standing.refused).union(&newly_refused)),
        reduced: catalog.scope_of(&reduced),
        ..standing.clone()
    }
}
