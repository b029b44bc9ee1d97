//! Calls that have nothing to do with each other.

use std::collections::BTreeMap;

use fixedbitset::FixedBitSet;
use rustc_hash::FxHashMap;

use super::cost::Cost;
use super::problem::{Choice, Problem};
use super::state::State;

/// Calls that have nothing to do with the others, once what `base` holds is held.
pub(super) struct Part<'a> {
    pub(super) base: &'a State,
    /// In order.
    pub(super) calls: Vec<usize>,
    /// Those that are left of their choices, in order.
    pub(super) choices: Vec<usize>,
}

impl Part<'_> {
    pub(super) fn has(&self, call: usize) -> bool {
        self.calls.binary_search(&call).is_ok()
    }

    /// `held`, made of `base` and of choices, without those that the calls can spare, the riskiest
    /// first.
    pub(super) fn pruned(&self, problem: &Problem, held: &FixedBitSet) -> FixedBitSet {
        let base = &self.base.held;
        let mut used: Vec<(Cost, &Choice)> = self
            .choices
            .iter()
            .filter_map(|place| problem.choices.get(*place))
            .filter(|choice| choice.held.is_subset(held))
            .map(|choice| (problem.risk(choice.held.difference(base)), choice))
            .collect();
        used.sort_by_key(|(risk, _)| std::cmp::Reverse(*risk));
        let mut openers = vec![0_usize; problem.calls.len()];
        for call in used.iter().flat_map(|(_, choice)| &choice.opens) {
            if let Some(count) = openers.get_mut(*call) {
                *count += 1;
            }
        }
        let mut kept: Vec<&Choice> = Vec::new();
        for (_, choice) in used {
            let own = choice.opens.iter().filter(|call| self.has(**call));
            let is_spared = |call: &usize| openers.get(*call).is_some_and(|count| *count > 1);
            if !own.clone().all(is_spared) {
                kept.push(choice);
                continue;
            }
            for call in own {
                if let Some(count) = openers.get_mut(*call) {
                    *count -= 1;
                }
            }
        }
        let union = |kept: &[&Choice]| {
            let mut held = base.clone();
            kept.iter().for_each(|choice| held.union_with(&choice.held));
            held
        };
        let mut held = union(&kept);
        if problem.is_plain {
            return held;
        }
        // Several together may open what one more is kept for.
        let mut place = 0;
        while place < kept.len() {
            let mut rest = kept.clone();
            rest.remove(place);
            let without = union(&rest);
            if self
                .calls
                .iter()
                .all(|call| problem.is_open(*call, &without))
            {
                (kept, held) = (rest, without);
            } else {
                place += 1;
            }
        }
        held
    }
}

/// All that is still shut, as one part, with every choice.
pub(super) fn whole<'a>(problem: &Problem, state: &'a State) -> Part<'a> {
    let calls: Vec<usize> = state.shut.ones().collect();
    let mut choices: Vec<usize> = calls
        .iter()
        .flat_map(|call| problem.choices_of(*call).map(|(place, _)| place))
        .collect();
    choices.sort_unstable();
    choices.dedup();
    Part {
        base: state,
        calls,
        choices,
    }
}

/// Calls belong together if they share a choice, and choices if they share a scope, or open
/// the same, or could together.
pub(super) fn parts<'a>(problem: &Problem, state: &'a State) -> Vec<Part<'a>> {
    let mut joined = Joined {
        parents: (0..problem.choices.len()).collect(),
    };
    let mut scopes = vec![None; problem.candidates.len()];
    let mut bits = vec![None; problem.openings.width];
    let mut clauses = vec![None; problem.openings.together.len()];
    let mut choices: FxHashMap<usize, &Choice> = FxHashMap::default();
    for call in state.shut.ones() {
        let mut first = None;
        for (place, choice) in state.left(problem, call) {
            joined.by(Some(&mut first), place);
            choices.insert(place, choice);
        }
    }
    for (place, choice) in &choices {
        for scope in choice.held.difference(&state.held) {
            joined.by(scopes.get_mut(scope), *place);
        }
        for bit in choice.extent.difference(&state.extent) {
            joined.by(bits.get_mut(bit), *place);
        }
        for (clause, (_, all)) in problem.openings.together.iter().enumerate() {
            if !all.is_subset(&state.held) && !all.is_disjoint(&choice.held) {
                joined.by(clauses.get_mut(clause), *place);
            }
        }
    }
    let mut parts: BTreeMap<usize, Part<'a>> = BTreeMap::new();
    let mut places: Vec<usize> = choices.into_keys().collect();
    places.sort_unstable();
    for place in places {
        let part = parts.entry(joined.root(place)).or_insert_with(|| Part {
            base: state,
            calls: Vec::new(),
            choices: Vec::new(),
        });
        part.choices.push(place);
    }
    for call in state.shut.ones() {
        let first = state.left(problem, call).next();
        let root = first.map(|(place, _)| joined.root(place));
        if let Some(part) = root.and_then(|root| parts.get_mut(&root)) {
            part.calls.push(call);
        }
    }
    parts.into_values().collect()
}

/// Sets of choices that only become larger.
struct Joined {
    /// By choice: one of its set, itself where it stands for all.
    parents: Vec<usize>,
}

impl Joined {
    /// By something that choices have in common, of which the first one is remembered.
    fn by(&mut self, first: Option<&mut Option<usize>>, place: usize) {
        let first = first.map_or(place, |first| *first.get_or_insert(place));
        let (left, right) = (self.root(first), self.root(place));
        if let Some(parent) = self.parents.get_mut(left.max(right)) {
            *parent = left.min(right);
        }
    }

    fn root(&mut self, of: usize) -> usize {
        let mut at = of;
        while let Some(parent) = self.parents.get(at).copied().filter(|own| *own != at) {
            at = parent;
        }
        if let Some(parent) = self.parents.get_mut(of) {
            *parent = at;
        }
        at
    }
}
