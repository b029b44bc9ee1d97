//! Where all choices are too many to compare: one that no single exchange makes better.

use fixedbitset::FixedBitSet;

use super::narrow::{Narrowed, narrow};
use super::parts::Part;
use super::problem::Problem;
use super::search::Budget;

/// What narrowing may cost where kinds of call take several scopes together.
const MOST_STEPS: usize = 1 << 20;

/// From something that opens the calls to something that opens no more than it has to, of which no
/// scope can be left out, or exchanged for what opens the same calls at less cost. It ends because
/// each exchange costs less.
pub(super) fn improve(problem: &Problem, part: &Part<'_>, held: &FixedBitSet) -> Narrowed {
    let narrowed = |held: &FixedBitSet| {
        let pruned = problem.pruned(part, held);
        narrow(problem, part, &pruned, &mut Budget::new(MOST_STEPS))
    };
    let mut best = narrowed(held);
    while let Some(better) = exchanged(problem, part, &best.held, &narrowed) {
        best = better;
    }
    best
}

fn exchanged(
    problem: &Problem,
    part: &Part<'_>,
    held: &FixedBitSet,
    narrowed: &impl Fn(&FixedBitSet) -> Narrowed,
) -> Option<Narrowed> {
    let cost = problem.cost(held);
    let own = problem.candidates.set(held.difference(&part.base.held));
    for scope in problem.asked(&own).ones() {
        let mut rest = problem.without(held, scope);
        rest.union_with(&part.base.held);
        let calls = part.calls.iter().copied();
        let shut: Vec<usize> = calls
            .filter(|call| !problem.is_open(*call, &rest))
            .collect();
        let choices = shut.first().map(|call| problem.choices_of(*call));
        let choices = choices
            .into_iter()
            .flatten()
            .map(|(_, choice)| &choice.held);
        let nothing = problem.nothing();
        let added = choices.chain(shut.is_empty().then_some(&nothing));
        for added in added.filter(|added| !added.contains(scope)) {
            let mut next = rest.clone();
            next.union_with(added);
            if shut.iter().any(|call| !problem.is_open(*call, &next))
                || problem.cost(&problem.pruned(part, &next)) >= cost
            {
                continue;
            }
            let next = narrowed(&next);
            if problem.cost(&next.held) < cost {
                return Some(next);
            }
        }
    }
    None
}
