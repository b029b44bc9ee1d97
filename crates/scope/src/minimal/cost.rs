//! What a choice costs: risk first, then how much it opens.

use crate::definition::ScopeDefinition;

/// The level of a scope whose risk nobody has said: the middle. Whoever marks only what is
/// dangerous, or only what is harmless, is understood.
const UNSAID: u8 = 3;

/// The cost of some scopes; the smaller one is better. Every scope has one level, so of two
/// choices with the same risk neither has fewer scopes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Cost {
    /// How many scopes there are at risk 5, at 4, and so on.
    pub(super) risk: [u32; 5],
    /// How many calls of the API are opened.
    pub(super) calls: u32,
}

impl Cost {
    pub(super) fn add_level(&mut self, level: u8) {
        let place = usize::from(5_u8.saturating_sub(level)).min(4);
        if let Some(count) = self.risk.get_mut(place) {
            *count += 1;
        }
    }

    pub(super) fn add_risk(&mut self, other: &Self) {
        for (own, others) in self.risk.iter_mut().zip(other.risk) {
            *own += others;
        }
    }
}

/// From 1 to 5.
pub(super) fn level(scope: &ScopeDefinition) -> u8 {
    scope.risk.as_ref().map_or(UNSAID, |risk| risk.level)
}

/// The risk of some scopes; what they open is not counted.
pub(crate) fn risk<'s>(scopes: impl Iterator<Item = &'s ScopeDefinition>) -> Cost {
    let mut cost = Cost::default();
    scopes.for_each(|scope| cost.add_level(level(scope)));
    cost
}
