//! Where a search stands: what is held, which calls are still shut, which choices are left.

use fixedbitset::FixedBitSet;

use super::cost::Cost;
use super::problem::{Choice, Problem};

#[derive(Clone)]
pub(super) struct State {
    pub(super) held: FixedBitSet,
    /// What is opened by what is held, and could be with others.
    pub(super) extent: FixedBitSet,
    /// Calls that nothing held opens.
    pub(super) shut: FixedBitSet,
    /// Choices that some best answer can still take.
    pub(super) live: FixedBitSet,
}

impl State {
    pub(super) fn of(problem: &Problem) -> Self {
        let all = |count| {
            let mut all = FixedBitSet::with_capacity(count);
            all.insert_range(..);
            all
        };
        let held = problem.nothing();
        Self {
            extent: problem.openings.extent(&held),
            held,
            shut: all(problem.calls.len()),
            live: all(problem.choices.len()),
        }
    }

    /// Holds what a choice holds, and is done with the calls that this opens.
    pub(super) fn hold(&mut self, problem: &Problem, choice: &Choice) {
        self.held.union_with(&choice.held);
        let openings = &problem.openings;
        self.extent = openings.joined(&self.extent, &choice.extent, &self.held);
        for call in problem.calls_of(choice.held.ones()) {
            if problem.is_open(call, &self.held) {
                self.shut.remove(call);
            }
        }
    }

    /// The choices of a call that are left.
    pub(super) fn left<'p>(
        &self,
        problem: &'p Problem,
        call: usize,
    ) -> impl Iterator<Item = (usize, &'p Choice)> {
        let choices = problem.choices_of(call);
        choices.filter(|(place, _)| self.live.contains(*place))
    }

    /// The shut calls that a choice opens by itself.
    pub(super) fn opened_by<'p>(
        &self,
        choice: &'p Choice,
    ) -> impl Iterator<Item = usize> + use<'_, 'p> {
        let calls = choice.calls.iter().copied();
        calls.filter(|call| self.shut.contains(*call))
    }

    /// What holding a choice adds to the risk.
    pub(super) fn added(&self, problem: &Problem, choice: &Choice) -> Cost {
        problem.risk(choice.held.difference(&self.held))
    }
}
