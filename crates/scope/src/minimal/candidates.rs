//! The scopes that can be in an answer.

use std::collections::BTreeSet;

use fixedbitset::FixedBitSet;

use crate::{ScopeId, ScopeSet};

/// The scopes that can be in an answer, in catalog order. Elsewhere in this module a scope is
/// its place here.
pub(super) struct Candidates {
    ids: Vec<ScopeId>,
    /// By index of the catalog.
    numbers: Vec<Option<u32>>,
}

impl Candidates {
    pub(super) fn new(ids: &BTreeSet<ScopeId>) -> Self {
        let ids: Vec<ScopeId> = ids.iter().copied().collect();
        let count = ids.last().map_or(0, |last| last.index() + 1);
        let mut numbers = vec![None; count];
        for (id, number) in ids.iter().zip(0..) {
            if let Some(own) = numbers.get_mut(id.index()) {
                *own = Some(number);
            }
        }
        Self { ids, numbers }
    }

    pub(super) fn len(&self) -> usize {
        self.ids.len()
    }

    pub(super) fn number(&self, id: ScopeId) -> Option<u32> {
        self.numbers.get(id.index()).copied().flatten()
    }

    pub(super) fn place(&self, id: ScopeId) -> Option<usize> {
        self.number(id).map(|number| number as usize)
    }

    pub(super) fn set(&self, places: impl IntoIterator<Item = usize>) -> FixedBitSet {
        let mut set = FixedBitSet::with_capacity(self.len());
        set.extend(places);
        set
    }

    pub(super) fn of(&self, set: &ScopeSet) -> FixedBitSet {
        self.set(set.iter().filter_map(|id| self.place(id)))
    }

    pub(super) fn ids(&self, set: &FixedBitSet) -> ScopeSet {
        set.ones()
            .filter_map(|place| self.ids.get(place).copied())
            .collect()
    }
}
