//! Can the calls be opened with strictly less?
//!
//! Opening less means to do without some kind of call, and without everything else that is not
//! opened now. Where one scope is enough for each kind, that is a look at each call: has it a
//! choice left that does? Where kinds take several scopes together, it is a search.

use fixedbitset::FixedBitSet;
use rustc_hash::FxHashMap;

use super::parts::Part;
use super::problem::Problem;
use super::search::Budget;

/// A choice that opens the calls.
pub(super) struct Narrowed {
    pub(super) held: FixedBitSet,
    /// Is it proved that none opens strictly less?
    pub(super) is_proved: bool,
}

/// `held` itself where nothing opens strictly less, else something that does.
pub(super) fn narrow(
    problem: &Problem,
    part: &Part<'_>,
    held: &FixedBitSet,
    budget: &mut Budget,
) -> Narrowed {
    let mut narrowing = Narrowing::new(problem, part, held);
    let base = problem.openings.opened(&part.base.held);
    let mut kinds: Vec<usize> = narrowing.permitted.difference(&base).collect();
    let calls = |kind: &usize| problem.openings.kinds.get(*kind).map_or(0, |own| own.calls);
    kinds.sort_by_key(|kind| std::cmp::Reverse(calls(kind)));
    for kind in kinds {
        narrowing.do_without(kind, budget);
    }
    let held = match narrowing.found {
        Some(found) => problem.pruned(part, &found),
        None => held.clone(),
    };
    Narrowed {
        held,
        is_proved: narrowing.is_proved && problem.openings.is_exact,
    }
}

struct Narrowing<'a> {
    problem: &'a Problem,
    part: &'a Part<'a>,
    /// What may be opened.
    permitted: FixedBitSet,
    /// The choices that open nothing else, each with `base`.
    allowed: FixedBitSet,
    /// By kind: the allowed choices that open it.
    openers: FxHashMap<usize, Vec<usize>>,
    /// By call: how many of its choices are allowed.
    left: FxHashMap<usize, usize>,
    /// Could several allowed choices together open what none of them does?
    is_joint: bool,
    found: Option<FixedBitSet>,
    is_proved: bool,
}

impl<'a> Narrowing<'a> {
    fn new(problem: &'a Problem, part: &'a Part<'a>, held: &FixedBitSet) -> Self {
        let openings = &problem.openings;
        let permitted = openings.opened(held);
        let mut allowed = FixedBitSet::with_capacity(problem.choices.len());
        let mut openers: FxHashMap<usize, Vec<usize>> = FxHashMap::default();
        let mut left: FxHashMap<usize, usize> = part.calls.iter().map(|call| (*call, 0)).collect();
        let mut all = part.base.held.clone();
        for place in &part.choices {
            let Some(choice) = problem.choices.get(*place) else {
                continue;
            };
            let mut with = part.base.held.clone();
            with.union_with(&choice.held);
            let extent = openings.joined(&part.base.extent, &choice.extent, &with);
            let opened = openings.kinds_of(extent);
            if !opened.is_subset(&permitted) {
                continue;
            }
            allowed.insert(*place);
            all.union_with(&choice.held);
            for kind in opened.ones() {
                openers.entry(kind).or_default().push(*place);
            }
            for call in &choice.calls {
                if let Some(count) = left.get_mut(call) {
                    *count += 1;
                }
            }
        }
        let is_joint = openings
            .together
            .iter()
            .any(|(_, scopes)| scopes.is_subset(&all) && !scopes.is_subset(&part.base.held));
        Self {
            problem,
            part,
            permitted,
            allowed,
            openers,
            left,
            is_joint,
            found: None,
            is_proved: true,
        }
    }

    /// Goes on without this kind of call, if that is possible.
    fn do_without(&mut self, kind: usize, budget: &mut Budget) {
        let openers = self
            .openers
            .get(&kind)
            .map(Vec::as_slice)
            .unwrap_or_default();
        let openers: Vec<usize> = openers
            .iter()
            .copied()
            .filter(|place| self.allowed.contains(*place))
            .collect();
        budget.take(1 + openers.len());
        self.permitted.remove(kind);
        let has_choices = openers.iter().all(|place| self.disallow(*place));
        let found = match (has_choices, self.is_joint) {
            (false, _) => None,
            (true, false) => self.first_choices(),
            (true, true) => {
                let mut search = Assigning {
                    narrowing: self,
                    budget,
                };
                match search.assigned(0, self.part.base.held.clone()) {
                    Ok(found) => found,
                    Err(Spent) => {
                        self.is_proved = false;
                        None
                    }
                }
            }
        };
        if found.is_some() {
            self.found = found;
            return;
        }
        self.permitted.insert(kind);
        for place in openers {
            if !self.allowed.contains(place) {
                self.allowed.insert(place);
                self.count(place, |count| *count += 1);
            }
        }
    }

    /// Has each call a choice without this one?
    fn disallow(&mut self, place: usize) -> bool {
        self.allowed.remove(place);
        let mut has_choices = true;
        self.count(place, |count| {
            *count -= 1;
            has_choices &= *count > 0;
        });
        has_choices
    }

    fn count(&mut self, place: usize, mut change: impl FnMut(&mut usize)) {
        let choice = self.problem.choices.get(place);
        for call in choice.into_iter().flat_map(|own| &own.calls) {
            if let Some(count) = self.left.get_mut(call) {
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
