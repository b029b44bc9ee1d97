use scope::{Catalog, Decline, ScopeSet};

use super::offer::{Offer, OfferItem};

/// The answers to everything at once that can be given truthfully. Each is a choice to begin with,
/// not yet a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AtOnce {
    /// What only looks; none where the app needs more, or gets more with any answer, and where
    /// nothing is left to look at or nothing else is asked.
    pub only_look: Option<ScopeSet>,
    /// Everything, without what is elevated and not required, unless it stands allowed.
    pub everything: ScopeSet,
    /// What is left out of everything, in catalog order: elevated, or not to be had without that.
    pub left_out: ScopeSet,
    /// Only what the app cannot work without.
    pub required: ScopeSet,
}

impl AtOnce {
    /// Nothing where access is given as a whole or not at all.
    #[must_use]
    pub fn of(catalog: &Catalog, offer: &Offer) -> Option<Self> {
        if catalog.consent().decline == Decline::None {
            return None;
        }
        let items = || {
            let all = offer.rows.iter().flat_map(|row| &row.items);
            all.filter(|item| item.withheld.is_none())
        };
        let those = |fits: &dyn Fn(&OfferItem) -> bool| -> ScopeSet {
            let fitting = items().filter(|item| fits(item));
            fitting.map(|item| item.scope).collect()
        };
        let choices = those(&|_| true);
        let special = those(&|item| item.elevated && !item.checked);
        let without_special = |named: &ScopeSet| -> ScopeSet {
            let brings = |id: &scope::ScopeId| {
                special.contains(*id) || !catalog.implied_by(*id).intersection(&special).is_empty()
            };
            let named = named.iter().filter(|id| !brings(id)).collect();
            offer.answered(catalog, &named)
        };
        let everything = without_special(&choices);
        let locked = those(&|item| item.locked.is_some());
        let looks = |set: &ScopeSet| set.is_subset(catalog.looking());
        let goes_along: ScopeSet = offer.always.iter().copied().collect();
        let only_look = without_special(&choices.intersection(catalog.looking()));
        let is_true = looks(&goes_along) && locked.is_subset(&only_look);
        let is_another = !only_look.is_empty() && only_look != everything;
        Some(Self {
            only_look: Some(only_look).filter(|_| is_true && is_another),
            left_out: choices.difference(&everything),
            everything,
            required: offer.answered(catalog, &locked),
        })
    }
}
