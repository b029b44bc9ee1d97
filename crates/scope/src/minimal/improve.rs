//! Where all choices are too many to compare: one that no single exchange makes better.

use fixedbitset::FixedBitSet;

use super::budget::Budget;
use super::narrow::{Narrowed, narrow, undominated};
use super::parts::Part;
use super::problem::Problem;

/// What narrowing may cost where kinds of call take several scopes together.
const MOST_STEPS: usize = 1 << 20;

/// From something that opens the calls to something that opens no more than it has to, of which no
/// scope can be left out, or exchanged for what opens the same calls at less cost. It ends because
/// each exchange costs less.
pub(super) fn improve(problem: &Problem, part: &Part<'_>, held: &FixedBitSet) -> Narrowed {
    let mut budget = Budget::new(MOST_STEPS);
    let pruned = part.pruned(problem, held);
    let mut best = narrow(problem, part, &pruned, &mut budget);
    // Once around from the last exchange, none is found any more.
    let mut from = 0;
    while let Some((scope, better)) = exchanged(problem, part, &best, from, &mut budget) {
        (best, from) = (better, scope);
    }
    best
}

/// With the exchange of one scope, something of less cost that nothing opens strictly less than;
/// and the scope, with which the next one begins.
fn exchanged(
    problem: &Problem,
    part: &Part<'_>,
    best: &Narrowed,
    from: usize,
    budget: &mut Budget,
) -> Option<(usize, Narrowed)> {
    let held = &best.held;
    let cost = problem.cost(held);
    let own = problem.candidates.set(held.difference(&part.base.held));
    let asked = problem.asked(&own);
    let behind = asked.ones().filter(|scope| *scope >= from);
    for scope in behind.chain(asked.ones().filter(|scope| *scope < from)) {
        let mut rest = problem.without(held, scope);
        rest.union_with(&part.base.held);
        let mut shut = problem.calls_of(held.difference(&rest));
        shut.retain(|call| part.has(*call) && !problem.is_open(*call, &rest));
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
            if shut.iter().any(|call| !problem.is_open(*call, &next)) {
                continue;
            }
            let next = part.pruned(problem, &next);
            if problem.risk(next.ones()).risk > cost.risk || problem.cost(&next) >= cost {
                continue;
            }
            if let Some(next) = undominated(problem, part, next, budget) {
                return Some((scope, next));
            }
        }
    }
    None
}
