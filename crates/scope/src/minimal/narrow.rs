//! Can the calls be opened with strictly less?
//!
//! Opening less means to do without some kind of call, and without everything else that is not
//! opened now. Where one scope is enough for each kind, that is a look at each call: has it a
//! choice left that does? Where kinds take several scopes together, it is a search.

use fixedbitset::FixedBitSet;

use super::budget::Budget;
use super::parts::Part;
use super::problem::Problem;

/// A choice that opens the calls.
pub(super) struct Narrowed {
    pub(super) held: FixedBitSet,
    /// Is it proved that none opens strictly less?
    pub(super) is_proved: bool,
}

/// `held` itself where nothing opens strictly less, else something that does, and that nothing
/// opens strictly less than.
pub(super) fn narrow(
    problem: &Problem,
    part: &Part<'_>,
    held: &FixedBitSet,
    budget: &mut Budget,
) -> Narrowed {
    let mut narrowing = Narrowing::new(problem, part, held, budget);
    let mut is_narrower = false;
    for kind in &problem.widest {
        is_narrower |= narrowing.do_without(*kind, budget);
    }
    let found = match narrowing.found.take() {
        None if is_narrower => narrowing.first_choices(),
        found => found,
    };
    Narrowed {
        held: found.map_or_else(|| held.clone(), |found| part.pruned(problem, &found)),
        is_proved: narrowing.is_proved && problem.openings.is_exact,
    }
}

/// `held` itself where nothing opens strictly less, else nothing.
pub(super) fn undominated(
    problem: &Problem,
    part: &Part<'_>,
    held: FixedBitSet,
    budget: &mut Budget,
) -> Option<Narrowed> {
    let mut narrowing = Narrowing::new(problem, part, &held, budget);
    let mut kinds = problem.widest.iter();
    let is_dominated = kinds.any(|kind| narrowing.do_without(*kind, budget));
    (!is_dominated).then(|| Narrowed {
        held,
        is_proved: narrowing.is_proved && problem.openings.is_exact,
    })
}

struct Narrowing<'a> {
    problem: &'a Problem,
    part: &'a Part<'a>,
    /// What may be opened.
    permitted: FixedBitSet,
    /// What is opened anyway.
    base: FixedBitSet,
    /// The choices that open nothing else, each with `base`.
    allowed: FixedBitSet,
    /// By call: how many of its choices are allowed; of calls of other parts, more than there are.
    left: Vec<usize>,
    /// What is opened by choices that are the last ones of their calls.
    needed: FixedBitSet,
    /// Could several allowed choices together open what none of them does?
    is_joint: bool,
    /// The last assignment, where that is searched for.
    found: Option<FixedBitSet>,
    is_proved: bool,
}

impl<'a> Narrowing<'a> {
    fn new(
        problem: &'a Problem,
        part: &'a Part<'a>,
        held: &FixedBitSet,
        budget: &mut Budget,
    ) -> Self {
        let openings = &problem.openings;
        let permitted = openings.opened(held);
        // Also what nobody counts: what a choice could open with others.
        let mut shown = permitted.clone();
        shown.insert_range(openings.kinds.len()..);
        let mut allowed = FixedBitSet::with_capacity(problem.choices.len());
        let mut left = vec![usize::MAX / 2; problem.calls.len()];
        for call in &part.calls {
            if let Some(count) = left.get_mut(*call) {
                *count = 0;
            }
        }
        let mut all = part.base.held.clone();
        budget.take(part.choices.len() * (openings.width / 64 + 1));
        for place in &part.choices {
            let Some(choice) = problem.choices.get(*place) else {
                continue;
            };
            if !choice.extent.is_subset(&shown) {
                continue;
            }
            if !openings.together.is_empty() {
                let mut with = part.base.held.clone();
                with.union_with(&choice.held);
                let extent = openings.joined(&part.base.extent, &choice.extent, &with);
                if !extent.is_subset(&shown) {
                    continue;
                }
            }
            allowed.insert(*place);
            all.union_with(&choice.held);
            for call in &choice.calls {
                if let Some(count) = left.get_mut(*call) {
                    *count += 1;
                }
            }
        }
        let is_joint = openings
            .together
            .iter()
            .any(|(_, scopes)| scopes.is_subset(&all) && !scopes.is_subset(&part.base.held));
        let mut narrowing = Self {
            problem,
            part,
            permitted,
            base: openings.kinds_of(part.base.extent.clone()),
            allowed,
            left,
            needed: FixedBitSet::with_capacity(openings.width),
            is_joint,
            found: None,
            is_proved: true,
        };
        for call in &part.calls {
            narrowing.note_if_last(*call);
        }
        narrowing
    }

    /// Where a call has one choice left, all that this opens is needed.
    fn note_if_last(&mut self, call: usize) {
        if self.left.get(call) == Some(&1) {
            let mut choices = self.problem.choices_of(call);
            if let Some((_, last)) = choices.find(|(place, _)| self.allowed.contains(*place)) {
                self.needed.union_with(&last.extent);
            }
        }
    }

    /// Goes on without this kind of call, if that is possible.
    fn do_without(&mut self, kind: usize, budget: &mut Budget) -> bool {
        let is_open = self.permitted.contains(kind) && !self.base.contains(kind);
        if !is_open || self.needed.contains(kind) {
            return false;
        }
        let openers = self.problem.openers(kind);
        budget.take(4);
        self.permitted.remove(kind);
        let mut gone = Vec::new();
        let mut is_possible = true;
        for place in openers {
            if self.allowed.contains(place) {
                gone.push(place);
                is_possible &= self.disallow(place);
                if !is_possible {
                    break;
                }
            }
        }
        if is_possible && self.is_joint {
            let mut search = Assigning {
                narrowing: self,
                budget,
            };
            match search.assigned(0, self.part.base.held.clone()) {
                Ok(Some(found)) => self.found = Some(found),
                Ok(None) => is_possible = false,
                Err(Spent) => (is_possible, self.is_proved) = (false, false),
            }
        }
        for place in gone {
            if is_possible {
                let calls = self.problem.choices.get(place).map(|own| &own.calls);
                calls
                    .into_iter()
                    .flatten()
                    .for_each(|call| self.note_if_last(*call));
            } else {
                self.allowed.insert(place);
                self.count(place, |count| *count += 1);
            }
        }
        if !is_possible {
            self.permitted.insert(kind);
        }
        is_possible
    }

    /// Has each call a choice without this one?
    fn disallow(&mut self, place: usize) -> bool {
        self.allowed.remove(place);
        let mut is_possible = true;
        self.count(place, |count| {
            *count -= 1;
            is_possible &= *count > 0;
        });
        is_possible
    }

    fn count(&mut self, place: usize, mut change: impl FnMut(&mut usize)) {
        let choice = self.problem.choices.get(place);
        for call in choice.into_iter().flat_map(|own| &own.calls) {
            if let Some(count) = self.left.get_mut(*call) {
                change(count);
            }
        }
    }

    /// The allowed choice of least risk, call by call: whichever are taken, they open the same.
    fn first_choices(&self) -> Option<FixedBitSet> {
        let mut held = self.part.base.held.clone();
        for call in &self.part.calls {
            if !self.problem.is_open(*call, &held) {
                let allowed = self.problem.choices_of(*call);
                let allowed = allowed.filter(|(place, _)| self.allowed.contains(*place));
                let (_, choice) = allowed.min_by_key(|(place, choice)| {
                    (self.problem.risk(choice.held.difference(&held)), *place)
                })?;
                held.union_with(&choice.held);
            }
        }
        Some(held)
    }
}

/// The budget is spent.
struct Spent;

struct Assigning<'s, 'a> {
    narrowing: &'s Narrowing<'a>,
    budget: &'s mut Budget,
}

impl Assigning<'_, '_> {
    /// A choice for each call from this one on, so that only what is permitted is opened.
    fn assigned(&mut self, from: usize, held: FixedBitSet) -> Result<Option<FixedBitSet>, Spent> {
        let Narrowing { problem, part, .. } = self.narrowing;
        let mut calls = part.calls.iter().enumerate().skip(from);
        let Some((turn, call)) = calls.find(|(_, call)| !problem.is_open(**call, &held)) else {
            return Ok(Some(held));
        };
        for (place, choice) in problem.choices_of(*call) {
            if !self.narrowing.allowed.contains(place) {
                continue;
            }
            let mut next = held.clone();
            next.union_with(&choice.held);
            self.budget.take(1 + problem.openings.width / 64);
            if self.budget.is_spent() {
                return Err(Spent);
            }
            let opened = problem.openings.opened(&next);
            if opened.is_subset(&self.narrowing.permitted)
                && let Some(found) = self.assigned(turn + 1, next)?
            {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }
}
