//! What else would have opened the calls, and what more that opens.

use std::cmp::Ordering;

use fixedbitset::FixedBitSet;
use rustc_hash::FxHashSet;
use serde::Serialize;

use super::cost::Cost;
use super::opening::{Unit, What};
use super::problem::{Choice, Problem};
use crate::catalog::Catalog;

/// Other scopes for some of the calls.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Instead {
    /// What would be asked for.
    pub scopes: Vec<String>,
    /// In place of these, which are in the answer.
    pub of: Vec<String>,
    /// How many calls of the API that opens which the answer does not.
    pub more: usize,
    /// Some of them.
    pub examples: Vec<String>,
    /// How many calls the answer opens and that would not.
    pub less: usize,
    /// Why it was not chosen.
    pub why: WhyNot,
}

/// Why other scopes were not chosen; the first that is so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum WhyNot {
    /// They open all that the answer does, and more.
    OpensMore,
    /// They have more risk.
    MoreRisk,
    /// At the same risk they open more calls.
    OpensMoreCalls,
    /// They open as many calls at the same risk, and come later in the catalog.
    NoBetter,
    /// They have less risk, or open fewer calls, and some other choice opens strictly less than
    /// they would.
    OpensTooMuch,
}

/// How many examples are given.
const EXAMPLES: usize = 3;

/// For each scope that is asked for: the other choices that would open, in its place, the calls
/// that it alone opens.
pub(super) fn insteads(catalog: &Catalog, problem: &Problem, held: &FixedBitSet) -> Vec<Instead> {
    let answer = Answer::new(catalog, problem, held);
    let mut seen: FxHashSet<usize> = FxHashSet::default();
    let mut found = Vec::new();
    for (scope, alone) in &answer.alone {
        let rest = problem.without(held, *scope);
        let extent = problem.openings.extent(&rest);
        let first = alone.first();
        for (place, choice) in first.into_iter().flat_map(|call| problem.choices_of(*call)) {
            if choice.held.contains(*scope) || seen.contains(&place) {
                continue;
            }
            let mut next = rest.clone();
            next.union_with(&choice.held);
            if !alone.iter().all(|call| problem.is_open(*call, &next)) {
                continue;
            }
            seen.insert(place);
            let (spared, next) = answer.without_others(*scope, choice, next);
            let extent = match spared.is_empty() {
                true => problem.openings.joined(&extent, &choice.extent, &next),
                false => problem.openings.extent(&next),
            };
            let of = spared.into_iter().chain([*scope]);
            found.push(answer.instead(of, &next, problem.openings.kinds_of(extent)));
        }
    }
    found
}

struct Answer<'a> {
    catalog: &'a Catalog,
    problem: &'a Problem,
    asked: FixedBitSet,
    opened: FixedBitSet,
    cost: Cost,
    /// By scope that is asked for: the calls that are shut without it.
    alone: Vec<(usize, Vec<usize>)>,
}

impl<'a> Answer<'a> {
    fn new(catalog: &'a Catalog, problem: &'a Problem, held: &FixedBitSet) -> Self {
        let asked = problem.asked(held);
        let alone = asked.ones().map(|scope| {
            let rest = problem.without(held, scope);
            let mut alone = problem.calls_of(held.difference(&rest));
            alone.retain(|call| !problem.is_open(*call, &rest));
            (scope, alone)
        });
        Self {
            catalog,
            problem,
            alone: alone.collect(),
            asked,
            opened: problem.openings.opened(held),
            cost: problem.cost(held),
        }
    }

    /// Other scopes of the answer that a choice in the place of one makes superfluous, and what is
    /// held then.
    fn without_others(
        &self,
        scope: usize,
        choice: &Choice,
        mut held: FixedBitSet,
    ) -> (Vec<usize>, FixedBitSet) {
        let mut spared = Vec::new();
        for (other, alone) in self.alone.iter().filter(|(other, _)| *other != scope) {
            let is_in = choice.held.contains(*other);
            if is_in || !alone.iter().all(|call| choice.opens.contains(call)) {
                continue;
            }
            let mut rest = self.problem.without(&held, *other);
            rest.union_with(&choice.held);
            let calls = self.problem.calls_of(held.difference(&rest));
            if calls.iter().all(|call| self.problem.is_open(*call, &rest)) {
                spared.push(*other);
                held = rest;
            }
        }
        (spared, held)
    }

    fn instead(
        &self,
        of: impl Iterator<Item = usize>,
        held: &FixedBitSet,
        opened: FixedBitSet,
    ) -> Instead {
        let (problem, openings) = (self.problem, &self.problem.openings);
        let cost = Cost {
            calls: openings.count(&opened),
            ..problem.risk(held.ones())
        };
        let scopes = problem
            .asked(held)
            .difference(&self.asked)
            .collect::<Vec<_>>();
        let more = || openings.units(opened.difference(&self.opened));
        let less = openings.units(self.opened.difference(&opened)).count();
        Instead {
            scopes: self.names(scopes),
            of: self.names(of),
            more: more().count(),
            examples: more()
                .filter_map(|unit| self.told(unit))
                .take(EXAMPLES)
                .collect(),
            less,
            why: self.why_not(&opened, cost),
        }
    }

    fn why_not(&self, opened: &FixedBitSet, cost: Cost) -> WhyNot {
        if self.opened.is_subset(opened) && self.opened != *opened {
            return WhyNot::OpensMore;
        }
        match (
            cost.risk.cmp(&self.cost.risk),
            cost.calls.cmp(&self.cost.calls),
        ) {
            (Ordering::Greater, _) => WhyNot::MoreRisk,
            (Ordering::Equal, Ordering::Greater) => WhyNot::OpensMoreCalls,
            (Ordering::Equal, Ordering::Equal) => WhyNot::NoBetter,
            (Ordering::Equal, Ordering::Less) | (Ordering::Less, _) => WhyNot::OpensTooMuch,
        }
    }

    fn names(&self, scopes: impl IntoIterator<Item = usize>) -> Vec<String> {
        let ids = self
            .problem
            .candidates
            .ids(&self.problem.candidates.set(scopes));
        let names = self.catalog.names(&ids).into_iter();
        names.map(str::to_owned).collect()
    }

    fn told(&self, unit: &Unit) -> Option<String> {
        let what = match unit.what {
            What::Endpoint(index) => {
                let endpoint = self.catalog.endpoints().get(index)?;
                format!("{} {}", endpoint.method, endpoint.path)
            }
            What::Field(index) => {
                let expand = self.catalog.expand_parameter()?;
                let (field, _) = expand.fields.get(index)?;
                format!("{}={field}", expand.parameter)
            }
        };
        let rows = unit.is_every_row.then_some("every row");
        let told = unit.told.as_deref().into_iter().chain(rows);
        let told = told.collect::<Vec<_>>().join(", ");
        Some(match told.is_empty() {
            true => what,
            false => format!("{what} ({told})"),
        })
    }
}
