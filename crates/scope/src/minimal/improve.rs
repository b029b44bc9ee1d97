//! Where all choices are too many to compare: one that no single exchange makes better.

use fixedbitset::FixedBitSet;

use super::cost::Cost;
use super::narrow::{Narrowed, is_dominated, narrow};
use super::parts::Part;
use super::problem::Problem;
use super::search::Budget;

/// What narrowing may cost where kinds of call take several scopes together.
const MOST_STEPS: usize = 1 << 20;

/// From something that opens the calls to something that opens no more than it has to, of which no
/// scope can be left out, or exchanged for what opens the same calls at less cost. It ends because
/// each exchange costs less.
pub(super) fn improve(problem: &Problem, part: &Part<'_>, held: &FixedBitSet) -> Narrowed {
    let mut budget = Budget::new(MOST_STEPS);
    let pruned = problem.pruned(part, held);
    let mut best = narrow(problem, part, &pruned, &mut budget);
    loop {
        let cost = problem.cost(&best.held);
        let Some(better) = exchanged(problem, part, &best.held, cost, &mut budget) else {
            return best;
        };
        best = narrow(problem, part, &better, &mut budget);
    }
}

/// With the exchange of one scope, something of less cost that nothing opens strictly less than.
fn exchanged(
    problem: &Problem,
    part: &Part<'_>,
    held: &FixedBitSet,
    cost: Cost,
    budget: &mut Budget,
) -> Option<FixedBitSet> {
    let own = problem.candidates.set(held.difference(&part.base.held));
    for scope in problem.asked(&own).ones() {
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
            let next = problem.pruned(part, &next);
            if problem.risk(next.ones()).risk <= cost.risk
                && problem.cost(&next) < cost
                && !is_dominated(problem, part, &next, budget)
            {
                return Some(next);
            }
        }
    }
    None
}
