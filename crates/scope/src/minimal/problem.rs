//! The calls as a problem: of each call, hold one of its choices.

use std::collections::{BTreeMap, BTreeSet};

use fixedbitset::FixedBitSet;
use rustc_hash::FxHashMap;

use super::cost::{Cost, level};
use super::opening::Openings;
use super::parts::Part;
use crate::catalog::Catalog;
use crate::{ScopeId, ScopeSet};

/// The scopes that can be in an answer, in catalog order. Elsewhere in this module a scope is
/// its place here.
pub(super) struct Candidates {
    ids: Vec<ScopeId>,
    places: FxHashMap<ScopeId, usize>,
}

impl Candidates {
    fn new(ids: &BTreeSet<ScopeId>) -> Self {
        let ids: Vec<ScopeId> = ids.iter().copied().collect();
        let places = ids.iter().enumerate();
        let places = places.map(|(place, id)| (*id, place)).collect();
        Self { ids, places }
    }

    pub(super) fn len(&self) -> usize {
        self.ids.len()
    }

    pub(super) fn place(&self, id: ScopeId) -> Option<usize> {
        self.places.get(&id).copied()
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

/// One way to open calls.
pub(super) struct Choice {
    /// What has to be held: with what its scopes bring, without defaults.
    pub(super) held: FixedBitSet,
    /// What that opens by itself.
    pub(super) extent: FixedBitSet,
    /// The calls it opens.
    pub(super) calls: Vec<usize>,
}

pub(super) struct Problem {
    pub(super) candidates: Candidates,
    /// By candidate: what it brings, without itself.
    brings: Vec<FixedBitSet>,
    /// By candidate: its risk.
    pub(super) levels: Vec<u8>,
    pub(super) openings: Openings,
    /// In order of their scopes, so that an answer does not depend on the order of calls.
    pub(super) choices: Vec<Choice>,
    /// By call: its choices, in order. Calls with the same choices are one.
    pub(super) calls: Vec<Vec<usize>>,
}

impl Problem {
    /// Of what each call needs: at least one of these sets.
    pub(super) fn new(catalog: &Catalog, needs: &[Vec<ScopeSet>]) -> Self {
        let own = |set: &ScopeSet| {
            let asked = set.difference(catalog.every_grant());
            catalog.expand(&asked).difference(catalog.every_grant())
        };
        let needs: BTreeSet<Vec<Vec<ScopeId>>> = needs
            .iter()
            .map(|sets| {
                let sets: BTreeSet<Vec<ScopeId>> =
                    sets.iter().map(|set| own(set).iter().collect()).collect();
                sets.into_iter().collect()
            })
            .filter(|sets: &Vec<Vec<ScopeId>>| !sets.iter().any(Vec::is_empty))
            .collect();
        let ids = needs.iter().flatten().flatten().copied().collect();
        let candidates = Candidates::new(&ids);
        let openings = Openings::new(catalog, &candidates);
        let sets: BTreeSet<&Vec<ScopeId>> = needs.iter().flatten().collect();
        let places: BTreeMap<&Vec<ScopeId>, usize> = sets
            .into_iter()
            .enumerate()
            .map(|(place, set)| (set, place))
            .collect();
        let mut choices: Vec<Choice> = places
            .keys()
            .map(|set| {
                let held = candidates.set(set.iter().filter_map(|id| candidates.place(*id)));
                let extent = openings.extent(&held);
                Choice {
                    held,
                    extent,
                    calls: Vec::new(),
                }
            })
            .collect();
        let mut calls = Vec::new();
        for (call, sets) in needs.iter().enumerate() {
            let own: Vec<usize> = sets
                .iter()
                .filter_map(|set| places.get(set).copied())
                .collect();
            for choice in &own {
                if let Some(choice) = choices.get_mut(*choice) {
                    choice.calls.push(call);
                }
            }
            calls.push(own);
        }
        let levels = ids.iter().filter_map(|id| catalog.scope(*id)).map(level);
        let brings = ids.iter().map(|id| candidates.of(catalog.implied_by(*id)));
        Self {
            levels: levels.collect(),
            brings: brings.collect(),
            candidates,
            openings,
            choices,
            calls,
        }
    }

    pub(super) fn nothing(&self) -> FixedBitSet {
        FixedBitSet::with_capacity(self.candidates.len())
    }

    pub(super) fn choices_of(&self, call: usize) -> impl Iterator<Item = (usize, &Choice)> {
        let own = self.calls.get(call).map(Vec::as_slice).unwrap_or_default();
        own.iter()
            .filter_map(|place| Some((*place, self.choices.get(*place)?)))
    }

    pub(super) fn is_open(&self, call: usize, held: &FixedBitSet) -> bool {
        let mut choices = self.choices_of(call);
        choices.any(|(_, choice)| choice.held.is_subset(held))
    }

    /// Of these scopes, those that no other one brings.
    pub(super) fn asked(&self, held: &FixedBitSet) -> FixedBitSet {
        let mut asked = held.clone();
        for brings in held.ones().filter_map(|scope| self.brings.get(scope)) {
            asked.difference_with(brings);
        }
        asked
    }

    /// What is held without asking for this scope.
    pub(super) fn without(&self, held: &FixedBitSet, scope: usize) -> FixedBitSet {
        let mut asked = self.asked(held);
        asked.remove(scope);
        let mut rest = asked.clone();
        for brings in asked.ones().filter_map(|scope| self.brings.get(scope)) {
            rest.union_with(brings);
        }
        rest
    }

    /// The risk of some scopes; what they open is not counted.
    pub(super) fn risk(&self, scopes: impl Iterator<Item = usize>) -> Cost {
        let mut cost = Cost::default();
        for level in scopes.filter_map(|scope| self.levels.get(scope)) {
            cost.add_level(*level);
        }
        cost
    }

    pub(super) fn cost(&self, held: &FixedBitSet) -> Cost {
        Cost {
            calls: self.openings.count(&self.openings.opened(held)),
            ..self.risk(held.ones())
        }
    }

    /// `held`, made of `base` and of choices, without those that the calls can spare, the riskiest
    /// first.
    pub(super) fn pruned(&self, part: &Part<'_>, held: &FixedBitSet) -> FixedBitSet {
        let base = &part.base.held;
        let own = |place: &usize| Some((*place, self.choices.get(*place)?));
        let mut used: Vec<(Cost, usize)> = part
            .choices
            .iter()
            .filter_map(own)
            .filter(|(_, choice)| choice.held.is_subset(held))
            .map(|(place, choice)| (self.risk(choice.held.difference(base)), place))
            .collect();
        used.sort_unstable();
        let mut kept: Vec<usize> = used.iter().map(|(_, place)| *place).collect();
        let union = |kept: &[usize]| {
            let mut held = base.clone();
            for (_, choice) in kept.iter().filter_map(own) {
                held.union_with(&choice.held);
            }
            held
        };
        let mut held = union(&kept);
        for (_, place) in used.iter().rev() {
            let rest: Vec<usize> = kept.iter().copied().filter(|own| own != place).collect();
            let without = union(&rest);
            if part.calls.iter().all(|call| self.is_open(*call, &without)) {
                (kept, held) = (rest, without);
            }
        }
        held
    }
}
