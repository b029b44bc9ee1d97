//! The calls as a problem: of each call, hold one of its choices.

use std::collections::{BTreeMap, BTreeSet};

use fixedbitset::FixedBitSet;

use super::candidates::Candidates;
use super::cost::{Cost, level};
use super::opening::Openings;
use crate::catalog::Catalog;
use crate::{ScopeId, ScopeSet};

/// One way to open calls.
pub(super) struct Choice {
    /// What has to be held: with what its scopes bring, without defaults.
    pub(super) held: FixedBitSet,
    /// What that opens by itself.
    pub(super) extent: FixedBitSet,
    /// The calls that it is a choice of.
    pub(super) calls: Vec<usize>,
    /// The calls it opens: also those that less than it would open.
    pub(super) opens: Vec<usize>,
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
    /// By candidate: the calls with a choice that it is in.
    calls_of: Vec<Vec<usize>>,
    /// The choices that open a kind, each by itself, one kind after the other.
    openers: Vec<u32>,
    /// By kind: where its openers begin; and where the last ones end.
    starts: Vec<usize>,
    /// Every kind, first those that nothing of little risk opens, and that are many calls.
    pub(super) widest: Vec<usize>,
    /// Is each choice one scope?
    pub(super) is_plain: bool,
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
                    opens: Vec::new(),
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
        let mut problem = Self {
            levels: levels.collect(),
            brings: brings.collect(),
            calls_of: vec![Vec::new(); candidates.len()],
            openers: Vec::new(),
            starts: Vec::new(),
            widest: (0..openings.kinds.len()).collect(),
            is_plain: choices.iter().all(|own| own.held.count_ones(..) == 1),
            candidates,
            openings,
            choices,
            calls,
        };
        problem.index();
        problem
    }

    fn index(&mut self) {
        for place in 0..self.choices.len() {
            let Some(choice) = self.choices.get(place) else {
                continue;
            };
            let opens = match self.is_plain {
                true => choice.calls.clone(),
                false => {
                    let calls = 0..self.calls.len();
                    calls
                        .filter(|call| self.is_open(*call, &choice.held))
                        .collect()
                }
            };
            if let Some(choice) = self.choices.get_mut(place) {
                choice.opens = opens;
            }
        }
        for choice in &self.choices {
            for scope in choice.held.ones() {
                if let Some(calls) = self.calls_of.get_mut(scope) {
                    calls.extend(&choice.calls);
                }
            }
        }
        for calls in &mut self.calls_of {
            calls.sort_unstable();
            calls.dedup();
        }
        self.index_openers();
    }

    fn index_openers(&mut self) {
        let kinds = self.openings.kinds.len();
        // What is counted at one kind is where the next one starts.
        let mut starts = vec![0_usize; kinds + 1];
        let mut least = vec![u8::MAX; kinds];
        for choice in &self.choices {
            let levels = choice
                .held
                .ones()
                .filter_map(|scope| self.levels.get(scope));
            let riskiest = levels.max().copied().unwrap_or_default();
            for kind in choice.extent.ones().take_while(|kind| *kind < kinds) {
                if let Some(count) = starts.get_mut(kind + 1) {
                    *count += 1;
                }
                if let Some(least) = least.get_mut(kind) {
                    *least = riskiest.min(*least);
                }
            }
        }
        let mut total = 0;
        for start in &mut starts {
            total += *start;
            *start = total;
        }
        let mut openers = vec![0; total];
        let mut ends = starts.clone();
        for (choice, number) in self.choices.iter().zip(0_u32..) {
            for kind in choice.extent.ones().take_while(|kind| *kind < kinds) {
                if let Some(end) = ends.get_mut(kind) {
                    if let Some(own) = openers.get_mut(*end) {
                        *own = number;
                    }
                    *end += 1;
                }
            }
        }
        (self.openers, self.starts) = (openers, starts);
        let calls = |kind: usize| self.openings.kinds.get(kind).map_or(0, |own| own.calls);
        self.widest.sort_by_cached_key(|kind| {
            std::cmp::Reverse((least.get(*kind).copied(), calls(*kind)))
        });
    }

    /// The choices that open a kind by themselves.
    pub(super) fn openers(&self, kind: usize) -> impl Iterator<Item = usize> + Clone {
        let own = match self.starts.get(kind..kind + 2) {
            Some([start, end]) => self.openers.get(*start..*end),
            _ => None,
        };
        own.unwrap_or_default()
            .iter()
            .map(|number| *number as usize)
    }

    /// The calls that some choice with one of these scopes would open.
    pub(super) fn calls_of(&self, scopes: impl Iterator<Item = usize>) -> Vec<usize> {
        let calls = scopes
            .filter_map(|scope| self.calls_of.get(scope))
            .flatten();
        let mut calls: Vec<usize> = calls.copied().collect();
        calls.sort_unstable();
        calls.dedup();
        calls
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
}
