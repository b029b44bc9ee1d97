//! Takes away choices that no best answer needs, and holds what every one holds.
//!
//! What is proved in each of the steps: an answer that is best before is best after it, or another
//! one that is as good.

use fixedbitset::FixedBitSet;
use rustc_hash::FxHashMap;

use super::budget::Budget;
use super::problem::Problem;
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
    /// In order.
    live: Vec<usize>,
    /// By choice that is left: others of its calls that open no more, whatever is held besides.
    narrower: FxHashMap<usize, FixedBitSet>,
}

impl Compared {
    fn new(problem: &Problem, state: &State, budget: &mut Budget) -> Self {
        let mut added: Vec<Option<FixedBitSet>> = vec![None; problem.choices.len()];
        let mut narrower: FxHashMap<usize, FixedBitSet> = FxHashMap::default();
        let words = problem.openings.width / 64 + 1;
        for call in state.shut.ones() {
            for (place, choice) in problem.choices_of(call) {
                if let Some(added) = added.get_mut(place).filter(|own| own.is_none()) {
                    let mut own = choice.extent.clone();
                    own.difference_with(&state.extent);
                    *added = Some(own);
                    budget.take(2 * words);
                }
            }
            let of = |place: usize| added.get(place).and_then(Option::as_ref);
            for (place, _) in state.left(problem, call) {
                let Some(own) = of(place) else {
                    continue;
                };
                let known = narrower
                    .entry(place)
                    .or_insert_with(|| FixedBitSet::with_capacity(problem.choices.len()));
                let others = problem.choices_of(call).map(|(other, _)| other);
                for other in others.filter(|other| *other != place) {
                    budget.take(8);
                    if !known.contains(other) && of(other).is_some_and(|own_| own_.is_subset(own)) {
                        known.insert(other);
                    }
                }
            }
        }
        let mut live: Vec<usize> = narrower.keys().copied().collect();
        live.sort_unstable();
        Self { live, narrower }
    }

    /// Takes the choices that open some kind of call, if each of their calls can be opened without
    /// it by a choice that opens nothing else either: then whoever opens it opens too much.
    fn drop_what_opens_too_much(
        &self,
        problem: &Problem,
        state: &mut State,
        budget: &mut Budget,
    ) -> bool {
        let mut has_dropped = false;
        let kinds = problem.openings.kinds.iter().enumerate();
        for (kind, _) in kinds.filter(|(_, own)| own.is_plain) {
            if state.extent.contains(kind) {
                continue;
            }
            let openers = problem.openers(kind);
            let openers = openers.filter(|place| state.live.contains(*place));
            let is_spared = |place: usize| {
                let Some((choice, narrower)) =
                    problem.choices.get(place).zip(self.narrower.get(&place))
                else {
                    return true;
                };
                state.opened_by(choice).all(|call| {
                    budget.take(4);
                    let mut others = problem.choices_of(call);
                    others.any(|(other, choice)| {
                        narrower.contains(other) && !choice.extent.contains(kind)
                    })
                })
            };
            let mut openers_left = openers.clone();
            if openers_left.next().is_some() && openers.clone().all(is_spared) {
                let openers: Vec<usize> = openers.collect();
                openers
                    .into_iter()
                    .for_each(|place| state.live.remove(place));
                has_dropped = true;
            }
        }
        has_dropped
    }

    /// Takes a choice of one scope if another one opens all its calls, and no more of the API,
    /// at no more risk.
    fn drop_what_is_dearer(&self, problem: &Problem, state: &mut State) -> bool {
        let is_live = |state: &State, place: &usize| state.live.contains(*place);
        let mut holders = vec![0_usize; problem.candidates.len()];
        for place in self.live.iter().filter(|place| is_live(state, place)) {
            let choice = problem.choices.get(*place).into_iter();
            for scope in choice.flat_map(|own| own.held.difference(&state.held)) {
                if let Some(count) = holders.get_mut(scope) {
                    *count += 1;
                }
            }
        }
        let mut has_dropped = false;
        for place in self.live.iter().rev().copied() {
            let choice = problem
                .choices
                .get(place)
                .filter(|_| is_live(state, &place));
            let Some((choice, narrower)) = choice.zip(self.narrower.get(&place)) else {
                continue;
            };
            let mut own = choice.held.difference(&state.held);
            // Whoever holds the scope for another choice needs no other one here.
            let is_alone = match (own.next(), own.next()) {
                (Some(scope), None) => holders.get(scope) == Some(&1),
                _ => false,
            };
            if !is_alone || narrower.is_clear() {
                continue;
            }
            let risk = state.added(problem, choice);
            let calls: Vec<usize> = state.opened_by(choice).collect();
            let is_spared = narrower.ones().any(|other| {
                let better = problem
                    .choices
                    .get(other)
                    .filter(|_| is_live(state, &other));
                better.is_some_and(|better| {
                    calls.iter().all(|call| better.opens.contains(call))
                        && (state.added(problem, better), other) < (risk, place)
                })
            });
            if is_spared {
                state.live.remove(place);
                has_dropped = true;
            }
        }
        has_dropped
    }
}
