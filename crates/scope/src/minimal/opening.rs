//! What scopes open of the whole API.
//!
//! A *kind* is calls that are opened by the same scopes, whichever they are, so that they count
//! as one. A call that a scope opens for some rows only is two: the call, and all rows of it.

use std::collections::BTreeMap;
use std::ops::Range;

use fixedbitset::FixedBitSet;

use super::building::{Building, Built, MARK};
use super::candidates::Candidates;
use crate::catalog::Catalog;

/// What each candidate opens.
pub(super) struct Openings {
    pub(super) kinds: Vec<Kind>,
    /// By kind.
    units: Vec<Unit>,
    /// By candidate: the kinds it opens alone, and behind them a bit for itself where it opens
    /// something together with others. If the bits of one set are all among those of another,
    /// so is what it opens, whatever is held besides.
    alone: Vec<FixedBitSet>,
    /// What it takes several candidates to open: a kind, and all of these.
    pub(super) together: Vec<(usize, FixedBitSet)>,
    /// Bits of an extent.
    pub(super) width: usize,
    /// How many calls the API has.
    pub(super) calls: usize,
    /// Were all calls looked at, each for itself?
    pub(super) is_exact: bool,
}

/// Calls that are opened by the same scopes.
#[derive(Clone)]
pub(super) struct Kind {
    /// How many calls they are.
    pub(super) calls: u32,
    /// Among all units.
    units: Range<usize>,
    /// Is one of these scopes enough, each for itself?
    pub(super) is_plain: bool,
}

/// One call of the API, as catalogs tell them apart.
pub(super) struct Unit {
    pub(super) kind: usize,
    pub(super) what: What,
    /// The value of its conditions, if it has any.
    pub(super) told: Option<Box<str>>,
    /// All of its rows, where other scopes open some of them.
    pub(super) is_every_row: bool,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum What {
    /// By index into the catalog's endpoints.
    Endpoint(usize),
    /// By index into the fields of the parameter that expands.
    Field(usize),
}

impl Default for Kind {
    fn default() -> Self {
        Self {
            calls: 0,
            units: 0..0,
            is_plain: true,
        }
    }
}

impl Unit {
    /// Rows and fields are no calls of their own.
    fn is_call(&self) -> bool {
        matches!(self.what, What::Endpoint(_)) && !self.is_every_row
    }
}

impl Openings {
    pub(super) fn new(catalog: &Catalog, candidates: &Candidates) -> Self {
        let mut building = Building::new(catalog, candidates);
        for (index, needs) in catalog.needs.iter().enumerate() {
            building.endpoint(index, needs);
        }
        if let Some(expand) = &catalog.expand_rules {
            for (index, (_, field)) in expand.fields.iter().enumerate() {
                building.field(index, field);
            }
        }
        Self::of(building.finished(), candidates)
    }

    fn of(built: Built, candidates: &Candidates) -> Self {
        let count = built.keys.len();
        let mut kinds = vec![Kind::default(); count];
        let mut plain: Vec<(usize, &[u32])> = Vec::new();
        let mut together: Vec<(usize, &[u32])> = Vec::new();
        for (key, place) in &built.keys {
            if !key.contains(&MARK) {
                plain.push((*place, key));
                continue;
            }
            let clauses = key.split(|own| *own == MARK).filter(|all| !all.is_empty());
            together.extend(clauses.map(|all| (*place, all)));
            if let Some(kind) = kinds.get_mut(*place) {
                kind.is_plain = false;
            }
        }
        let mut behind: BTreeMap<u32, usize> = BTreeMap::new();
        for scope in together
            .iter()
            .filter(|(_, all)| all.len() > 1)
            .flat_map(|(_, all)| *all)
        {
            let next = count + behind.len();
            behind.entry(*scope).or_insert(next);
        }
        let width = count + behind.len();
        let mut alone = vec![FixedBitSet::with_capacity(width); candidates.len()];
        let mut opens = |scope: u32, bit: usize| {
            if let Some(own) = alone.get_mut(scope as usize) {
                own.insert(bit);
            }
        };
        behind
            .into_iter()
            .for_each(|(scope, bit)| opens(scope, bit));
        for (place, all) in plain {
            all.iter().for_each(|scope| opens(*scope, place));
        }
        let mut joint = Vec::new();
        for (place, all) in together {
            match all {
                [scope] => opens(*scope, place),
                _ => joint.push((place, candidates.set(all.iter().map(|own| *own as usize)))),
            }
        }
        joint.sort_by_key(|(place, _)| *place);
        let mut units = built.units;
        units.sort_by_key(|unit| unit.kind);
        for (place, unit) in units.iter().enumerate() {
            if let Some(kind) = kinds.get_mut(unit.kind) {
                kind.calls += u32::from(unit.is_call());
                let first = match kind.units.is_empty() {
                    true => place,
                    false => kind.units.start,
                };
                kind.units = first..place + 1;
            }
        }
        Self {
            kinds,
            units,
            alone,
            together: joint,
            width,
            calls: built.calls,
            is_exact: built.is_exact,
        }
    }

    /// The calls of some kinds.
    pub(super) fn units(&self, kinds: impl Iterator<Item = usize>) -> impl Iterator<Item = &Unit> {
        let kinds = kinds.filter_map(|kind| self.kinds.get(kind));
        kinds.flat_map(|kind| self.units.get(kind.units.clone()).unwrap_or_default())
    }

    /// The kinds a set opens.
    pub(super) fn opened(&self, held: &FixedBitSet) -> FixedBitSet {
        self.kinds_of(self.extent(held))
    }

    /// The kinds of an extent.
    pub(super) fn kinds_of(&self, mut extent: FixedBitSet) -> FixedBitSet {
        extent.remove_range(self.kinds.len()..);
        extent
    }

    /// The kinds a set opens, and the bits of what it could open with others.
    pub(super) fn extent(&self, held: &FixedBitSet) -> FixedBitSet {
        let mut extent = FixedBitSet::with_capacity(self.width);
        for own in held.ones().filter_map(|scope| self.alone.get(scope)) {
            extent.union_with(own);
        }
        for (kind, all) in &self.together {
            if all.is_subset(held) {
                extent.insert(*kind);
            }
        }
        extent
    }

    /// The extent of two sets together, of which `held` is the union.
    pub(super) fn joined(
        &self,
        left: &FixedBitSet,
        right: &FixedBitSet,
        held: &FixedBitSet,
    ) -> FixedBitSet {
        let mut extent = left.clone();
        extent.union_with(right);
        for (kind, all) in &self.together {
            if all.is_subset(held) {
                extent.insert(*kind);
            }
        }
        extent
    }

    /// How many calls some kinds are.
    pub(super) fn count(&self, kinds: &FixedBitSet) -> u32 {
        let kinds = kinds.ones().filter_map(|kind| self.kinds.get(kind));
        kinds.map(|kind| kind.calls).sum()
    }
}
