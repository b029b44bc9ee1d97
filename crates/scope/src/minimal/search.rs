//! The best choice: nothing that opens the calls opens strictly less, and of such choices the one
//! with the least cost.
//!
//! What is held in every best choice is found first, and what is in none. What remains falls into
//! parts that have nothing to do with each other; in each of them all choices are compared, as far as
//! a bound on their cost does not spare it.

use fixedbitset::FixedBitSet;

use super::budget::Budget;
use super::cost::Cost;
use super::improve::improve;
use super::narrow::narrow;
use super::parts::{Part, parts, whole};
use super::problem::{Choice, Problem};
use super::reduce::reduce;
use super::state::State;

/// What was found, and how sure it is.
pub(super) struct Found {
    /// With what the scopes bring, without defaults.
    pub(super) held: FixedBitSet,
    /// Were all choices compared?
    pub(super) is_least: bool,
    /// Is it proved that no choice opens strictly less?
    pub(super) is_undominated: bool,
}

pub(super) fn solve(problem: &Problem, most_steps: usize) -> Found {
    let mut budget = Budget::new(most_steps);
    let mut state = State::of(problem);
    reduce(problem, &mut state, &mut budget);
    let mut found = Found {
        held: state.held.clone(),
        is_least: problem.openings.is_exact,
        is_undominated: problem.openings.is_exact,
    };
    let mut parts = parts(problem, &state);
    parts.sort_by_key(|part| part.choices.len());
    let count = parts.len();
    for (place, part) in parts.iter().enumerate() {
        let own = budget.share(count - place);
        let mut search = Search::new(problem, part, own);
        search.run();
        budget.put_back(&search.budget);
        found.is_least &= search.is_proved && !search.budget.is_spent();
        if let Some((_, held)) = search.best {
            found.held.union_with(&held);
        }
    }
    if !found.is_least {
        let whole = whole(problem, &state);
        let narrowed = improve(problem, &whole, &found.held);
        found.held = narrowed.held;
        found.is_undominated = narrowed.is_proved;
    }
    found
}

/// The comparison of all choices of one part.
struct Search<'a> {
    problem: &'a Problem,
    part: &'a Part<'a>,
    best: Option<(Cost, FixedBitSet)>,
    is_proved: bool,
    budget: Budget,
}

impl<'a> Search<'a> {
    fn new(problem: &'a Problem, part: &'a Part<'a>, budget: Budget) -> Self {
        Self {
            problem,
            part,
            best: None,
            is_proved: true,
            budget,
        }
    }

    fn run(&mut self) {
        let mut state = self.part.base.clone();
        state.shut.clear();
        state.shut.extend(self.part.calls.iter().copied());
        state.live.clear();
        state.live.extend(self.part.choices.iter().copied());
        self.take(&self.greedy(state.clone()));
        self.visit(state);
    }

    /// Something to begin with: call by call, what adds the least risk.
    fn greedy(&self, mut state: State) -> FixedBitSet {
        while let Some(call) = self.narrowest_call(&state) {
            let left = state.left(self.problem, call);
            let added = |choice: &Choice| {
                let cost = state.added(self.problem, choice);
                (cost, choice.extent.difference_count(&state.extent))
            };
            let least = left.min_by_key(|(place, choice)| (added(choice), *place));
            match least {
                Some((_, choice)) => state.hold(self.problem, choice),
                None => break,
            }
        }
        state.held
    }

    /// The shut call with the fewest choices left.
    fn narrowest_call(&self, state: &State) -> Option<usize> {
        let shut = state.shut.ones();
        shut.min_by_key(|call| state.left(self.problem, *call).count())
    }

    fn visit(&mut self, mut state: State) {
        let problem = self.problem;
        self.budget.take(1);
        if self.budget.is_spent() || !reduce(problem, &mut state, &mut self.budget) {
            return;
        }
        let bound = self.bound(&state);
        if self.best.as_ref().is_some_and(|(cost, _)| bound >= *cost) {
            return;
        }
        let Some(call) = self.narrowest_call(&state) else {
            self.take(&state.held);
            return;
        };
        let mut choices: Vec<_> = state.left(problem, call).collect();
        choices.sort_by_cached_key(|(place, choice)| (state.added(problem, choice), *place));
        for (_, choice) in choices {
            let mut next = state.clone();
            next.hold(problem, choice);
            self.visit(next);
            // Whatever holds it has been looked at.
            let own = problem.candidates.set(choice.held.difference(&state.held));
            for place in state.live.clone().ones() {
                let other = problem.choices.get(place);
                if other.is_some_and(|other| own.is_subset(&other.held)) {
                    state.live.remove(place);
                }
            }
        }
    }

    /// No answer that holds this costs less: calls whose choices share no scope add up.
    fn bound(&mut self, state: &State) -> Cost {
        let problem = self.problem;
        let mut bound = problem.risk(state.held.ones());
        let mut seen = problem.nothing();
        for call in state.shut.ones() {
            let choices = || state.left(problem, call).map(|(_, choice)| choice);
            self.budget.take(1);
            let is_apart = choices().all(|choice| {
                let mut own = choice.held.difference(&state.held);
                own.all(|scope| !seen.contains(scope))
            });
            if is_apart {
                if let Some(least) = choices().map(|own| state.added(problem, own)).min() {
                    bound.add_risk(&least);
                }
                choices().for_each(|choice| seen.union_with(&choice.held));
            }
        }
        bound.calls = problem.openings.count(&state.extent);
        bound
    }

    /// Something that opens all calls: it, or what opens strictly less, may be the best so far.
    fn take(&mut self, held: &FixedBitSet) {
        let held = self.part.pruned(self.problem, held);
        let cost = self.problem.cost(&held);
        let is_better =
            |best: &Option<(Cost, FixedBitSet)>, cost| best.as_ref().is_none_or(|own| cost < own.0);
        if !is_better(&self.best, cost) {
            return;
        }
        let narrowed = narrow(self.problem, self.part, &held, &mut self.budget);
        self.is_proved &= narrowed.is_proved;
        let cost = self.problem.cost(&narrowed.held);
        if is_better(&self.best, cost) {
            self.best = Some((cost, narrowed.held));
        }
    }
}
