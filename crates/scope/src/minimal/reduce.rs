//! Takes away choices that no best answer needs, and holds what every one holds.
//!
//! What is proved in each of the steps: an answer that is best before is best after it, or another
//! one that is as good.

use fixedbitset::FixedBitSet;
use rustc_hash::{FxHashMap, FxHashSet};

use super::problem::Problem;
use super::search::Budget;
use super::state::State;

/// Is there still an answer?
pub(super) fn reduce(problem: &Problem, state: &mut State, budget: &mut Budget) -> bool {
    loop {
        match hold_the_only_ones(problem, state) {
            None => return false,
            Some(true) => continue,
            Some(false) => {}
        }
        if state.shut.is_clear() || budget.is_spent() {
            return true;
        }
        let compared = Compared::new(problem, state, budget);
        let wide = compared.drop_what_opens_too_much(problem, state, budget);
        let dear = compared.drop_what_is_dearer(problem, state);
        if !wide && !dear {
            return true;
        }
    }
}

/// Where a call has one choice left, holds it. Nothing where a call has none.
fn hold_the_only_ones(problem: &Problem, state: &mut State) -> Option<bool> {
    let mut has_changed = false;
    for call in state.shut.clone().ones() {
        if !state.shut.contains(call) {
            continue;
        }
        let mut left = state.left(problem, call);
        let (_, first) = left.next()?;
        if left.next().is_none() {
            drop(left);
            state.hold(problem, first);
            has_changed = true;
        }
    }
    Some(has_changed)
}

/// The choices of shut calls, and which of them opens no more than which.
struct Compared {
    /// By choice: what it opens besides what is open, as far as choices of one call are compared.
    added: FxHashMap<usize, FixedBitSet>,
    /// By choice that is left: others of its calls that open no more, whatever is held besides.
    narrower: FxHashMap<usize, FxHashSet<usize>>,
}

impl Compared {
    fn new(problem: &Problem, state: &State, budget: &mut Budget) -> Self {
        let mut added = FxHashMap::default();
        let mut narrower: FxHashMap<usize, FxHashSet<usize>> = FxHashMap::default();
        let words = problem.openings.width / 64 + 1;
        for call in state.shut.ones() {
            for (place, choice) in problem.choices_of(call) {
                added.entry(place).or_insert_with(|| {
                    budget.take(words);
                    let mut added = choice.extent.clone();
                    added.difference_with(&state.extent);
                    added
                });
            }
            for (place, _) in state.left(problem, call) {
                let Some(own) = added.get(&place) else {
                    continue;
                };
                let known = narrower.entry(place).or_default();
                for (other, _) in problem.choices_of(call) {
                    if other == place || known.contains(&other) {
                        continue;
                    }
                    budget.take(1 + words / 8);
                    if added.get(&other).is_some_and(|other| other.is_subset(own)) {
                        known.insert(other);
                    }
                }
            }
        }
        Self { added, narrower }
    }

    /// Takes the choices that open some kind of call, if each of their calls can be opened without
    /// it by a choice that opens nothing else either: then whoever opens it opens too much.
    fn drop_what_opens_too_much(
        &self,
        problem: &Problem,
        state: &mut State,
        budget: &mut Budget,
    ) -> bool {
        let mut openers: FxHashMap<usize, Vec<usize>> = FxHashMap::default();
        for place in self.narrower.keys() {
            for kind in self
                .added
                .get(place)
                .into_iter()
                .flat_map(FixedBitSet::ones)
            {
                openers.entry(kind).or_default().push(*place);
            }
        }
        let mut looked_at: FxHashSet<Vec<usize>> = FxHashSet::default();
        let mut has_dropped = false;
        for (kind, mut openers) in openers {
            let is_plain = problem
                .openings
                .kinds
                .get(kind)
                .is_some_and(|own| own.is_plain);
            openers.retain(|place| state.live.contains(*place));
            openers.sort_unstable();
            if !is_plain || openers.is_empty() || !looked_at.insert(openers.clone()) {
                continue;
            }
            let opens = |place: &usize| self.added.get(place).is_some_and(|own| own.contains(kind));
            let is_spared = |place: usize| {
                let Some((choice, narrower)) =
                    problem.choices.get(place).zip(self.narrower.get(&place))
                else {
                    return false;
                };
                state.opened_by(choice).all(|call| {
                    let mut others = problem.choices_of(call);
                    budget.take(1);
                    others.any(|(other, _)| narrower.contains(&other) && !opens(&other))
                })
            };
            if openers.iter().copied().all(is_spared) {
                openers.iter().for_each(|place| state.live.remove(*place));
                has_dropped = true;
            }
        }
        has_dropped
    }

    /// Takes a choice of one scope if another one opens all its calls, and no more of the API,
    /// at no more risk.
    fn drop_what_is_dearer(&self, problem: &Problem, state: &mut State) -> bool {
        let mut holders: FxHashMap<usize, usize> = FxHashMap::default();
        let live = |state: &State, place: &usize| state.live.contains(*place);
        for place in self.narrower.keys().filter(|place| live(state, place)) {
            let choice = problem.choices.get(*place);
            for scope in choice
                .into_iter()
                .flat_map(|own| own.held.difference(&state.held))
            {
                *holders.entry(scope).or_default() += 1;
            }
        }
        let mut places: Vec<usize> = self.narrower.keys().copied().collect();
        places.sort_unstable();
        let mut has_dropped = false;
        for place in places.into_iter().rev() {
            let Some(choice) = problem.choices.get(place).filter(|_| live(state, &place)) else {
                continue;
            };
            let mut own = choice.held.difference(&state.held);
            // Whoever holds the scope for another choice needs no other one here.
            let is_alone = match (own.next(), own.next()) {
                (Some(scope), None) => holders.get(&scope) == Some(&1),
                _ => false,
            };
            if !is_alone {
                continue;
            }
            let risk = state.added(problem, choice);
            let calls: Vec<usize> = state.opened_by(choice).collect();
            let narrower = self.narrower.get(&place).into_iter().flatten();
            let is_spared = narrower.copied().any(|other| {
                let Some(better) = problem.choices.get(other).filter(|_| live(state, &other))
                else {
                    return false;
                };
                let other_risk = state.added(problem, better);
                let opens_all = calls.iter().all(|call| better.calls.contains(call));
                opens_all && (other_risk, other) < (risk, place)
            });
            if is_spared {
                state.live.remove(place);
                has_dropped = true;
            }
        }
        has_dropped
    }
}
