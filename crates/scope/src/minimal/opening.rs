//! What scopes open of the whole API.
//!
//! A *kind* is calls that are opened by the same scopes, whichever they are, so that they count
//! as one. A call that a scope opens for some rows only is two: the call, and all rows of it.

use fixedbitset::FixedBitSet;
use rustc_hash::FxHashMap;

use super::problem::Candidates;
use super::variants::{Part, Variant, variants};
use crate::ScopeId;
use crate::catalog::Catalog;
use crate::compiled::{Cases, Needs};
use crate::endpoint::ExpandField;

/// What each candidate opens.
pub(super) struct Openings {
    pub(super) kinds: Vec<Kind>,
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
#[derive(Default)]
pub(super) struct Kind {
    /// How many calls they are.
    pub(super) calls: u32,
    pub(super) units: Vec<Unit>,
    /// Is one of these scopes enough, each for itself?
    pub(super) is_plain: bool,
}

/// One call of the API, as catalogs tell them apart.
pub(super) struct Unit {
    pub(super) what: What,
    /// The value of its conditions, if it has any.
    pub(super) told: Option<Box<str>>,
    /// All of its rows, where other scopes open some of them.
    pub(super) is_every_row: bool,
}

#[derive(Clone, Copy)]
pub(super) enum What {
    /// By index into the catalog's endpoints.
    Endpoint(usize),
    /// By index into the fields of the parameter that expands.
    Field(usize),
}

/// Candidates that together open something.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Clause {
    /// In order, each once.
    all: Vec<usize>,
    /// Some rows only.
    has_filter: bool,
}

impl Clause {
    fn contains(&self, other: &Self) -> bool {
        other.all.iter().all(|own| self.all.contains(own))
    }

    /// Does it open nothing that the other does not?
    fn is_spared_by(&self, other: &Self) -> bool {
        self.contains(other) && (self.has_filter || !other.has_filter)
    }
}

/// The most clauses of one call.
const MOST_CLAUSES: usize = 1_024;

impl Openings {
    pub(super) fn new(catalog: &Catalog, candidates: &Candidates) -> Self {
        let mut building = Building {
            catalog,
            candidates,
            kinds: Vec::new(),
            by_key: FxHashMap::default(),
            key: Vec::new(),
            calls: 0,
            is_exact: true,
        };
        for (index, needs) in catalog.needs.iter().enumerate() {
            building.endpoint(index, needs);
        }
        if let Some(expand) = &catalog.expand_rules {
            for (index, (_, field)) in expand.fields.iter().enumerate() {
                building.field(index, field);
            }
        }
        building.finished()
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

struct Building<'a> {
    catalog: &'a Catalog,
    candidates: &'a Candidates,
    /// With their keys.
    kinds: Vec<(Kind, Box<[usize]>)>,
    by_key: FxHashMap<Box<[usize]>, usize>,
    /// Of what is put in next.
    key: Vec<usize>,
    calls: usize,
    is_exact: bool,
}

impl Building<'_> {
    fn endpoint(&mut self, index: usize, needs: &Needs) {
        if self.is_plain(needs) {
            self.calls += 1;
            self.of_key(What::Endpoint(index), None, false, 1);
            return;
        }
        let Some(variants) = variants(needs) else {
            self.calls += 1;
            self.is_exact = false;
            return;
        };
        self.calls += variants.len();
        for variant in variants {
            match self.clauses(needs, &variant) {
                Some(clauses) => {
                    let told = || variant.told().map(String::into_boxed_str);
                    self.add(What::Endpoint(index), told, clauses, 1);
                }
                None => self.is_exact = false,
            }
        }
    }

    /// Most endpoints are one call, and one scope of a list is enough for it: its places are put
    /// into `key` then.
    fn is_plain(&mut self, needs: &Needs) -> bool {
        let parts = match needs {
            Needs::Any(parts) => &**parts,
            one => std::slice::from_ref(one),
        };
        self.key.clear();
        for part in parts {
            let Needs::Scope(id) = part else {
                return false;
            };
            if self.catalog.every_grant().contains(*id) || self.catalog.row_filter(*id).is_some() {
                return false;
            }
            self.key.extend(self.candidates.place(*id));
        }
        self.key.sort_unstable();
        self.key.dedup();
        true
    }

    /// Expanding adds the same to every call, so a field is one more thing that is open or not.
    fn field(&mut self, index: usize, field: &ExpandField) {
        let names = match field {
            ExpandField::Nothing => return,
            ExpandField::Scope(name) => vec![(None, name)],
            ExpandField::ById(prefixes) => {
                let each = prefixes
                    .iter()
                    .filter_map(|(start, name)| Some((Some(start), name.as_ref()?)));
                each.collect()
            }
        };
        for (start, name) in names {
            let clauses = self.catalog.find(name).map(|id| self.scope(id));
            let told = || start.map(|start| format!("of {start}\u{2026}").into_boxed_str());
            self.add(What::Field(index), told, clauses.unwrap_or_default(), 0);
        }
    }

    /// What opens one call; nothing where it would be too much to look at.
    fn clauses(&self, needs: &Needs, variant: &Variant<'_>) -> Option<Vec<Clause>> {
        let part = match needs {
            Needs::Scope(id) => return Some(self.scope(*id)),
            Needs::AnyToken | Needs::Public => return Some(open()),
            Needs::All(parts) => return self.all(parts.iter(), variant),
            Needs::Any(parts) => {
                let mut any = Vec::new();
                for part in parts {
                    any.extend(self.clauses(part, variant)?);
                }
                return Some(any);
            }
            Needs::BySubject(person, client) => {
                variant.person_or_client(person.as_deref(), client.as_deref())
            }
            Needs::ByPath {
                place,
                parameter,
                cases,
            } => variant.by_path(*place, parameter, cases),
            Needs::ByQuery { parameter, cases } => variant.by_query(parameter.as_str(), cases),
            Needs::ByBody { pointer, cases, .. } => variant.by_body(pointer, cases),
        };
        match part {
            Part::Needs(needs) => self.clauses(needs, variant),
            Part::Everything(cases) => self.all(Cases::iter(cases), variant),
            Part::Closed => Some(Vec::new()),
        }
    }

    fn all<'n>(
        &self,
        parts: impl Iterator<Item = &'n Needs>,
        variant: &Variant<'_>,
    ) -> Option<Vec<Clause>> {
        let mut total = open();
        for part in parts {
            let part = self.clauses(part, variant)?;
            if total.len().saturating_mul(part.len()) > MOST_CLAUSES {
                return None;
            }
            let pairs = total
                .iter()
                .flat_map(|left| part.iter().map(move |right| (left, right)));
            let pairs = pairs.map(|(left, right)| {
                let mut all = left.all.clone();
                all.extend(right.all.iter().filter(|own| !left.all.contains(own)));
                all.sort_unstable();
                Clause {
                    all,
                    has_filter: left.has_filter || right.has_filter,
                }
            });
            total = absorbed(pairs.collect());
        }
        Some(total)
    }

    fn scope(&self, id: ScopeId) -> Vec<Clause> {
        let all = if self.catalog.every_grant().contains(id) {
            Vec::new()
        } else {
            match self.candidates.place(id) {
                Some(place) => vec![place],
                None => return Vec::new(),
            }
        };
        let has_filter = self.catalog.row_filter(id).is_some();
        vec![Clause { all, has_filter }]
    }

    fn add(
        &mut self,
        what: What,
        told: impl Fn() -> Option<Box<str>>,
        clauses: Vec<Clause>,
        calls: u32,
    ) {
        let mut clauses = absorbed(clauses);
        let filtered = clauses.iter().any(|own| own.has_filter);
        if filtered {
            let whole = clauses.iter().filter(|own| !own.has_filter);
            let whole: Vec<Clause> = whole.cloned().collect();
            self.of_clauses(what, told(), true, whole, 0);
            clauses.iter_mut().for_each(|own| own.has_filter = false);
            clauses = absorbed(clauses);
        }
        self.of_clauses(what, told(), false, clauses, calls);
    }

    fn of_clauses(
        &mut self,
        what: What,
        told: Option<Box<str>>,
        is_every_row: bool,
        mut clauses: Vec<Clause>,
        calls: u32,
    ) {
        // What is always open, or never, makes no difference.
        if clauses.is_empty() || clauses.iter().any(|own| own.all.is_empty()) {
            return;
        }
        self.key.clear();
        clauses.sort_unstable();
        let is_plain = clauses.iter().all(|own| own.all.len() == 1);
        for clause in &clauses {
            self.key.extend(&clause.all);
            if !is_plain {
                self.key.push(usize::MAX);
            }
        }
        self.of_key(what, told, is_every_row, calls);
    }

    /// What `key` says opens it: scopes, or scopes together, each time with a mark behind them.
    fn of_key(&mut self, what: What, told: Option<Box<str>>, is_every_row: bool, calls: u32) {
        if self.key.is_empty() {
            return;
        }
        let next = self.kinds.len();
        let place = match self.by_key.get(self.key.as_slice()) {
            Some(place) => *place,
            None => {
                let key: Box<[usize]> = self.key.as_slice().into();
                self.by_key.insert(key.clone(), next);
                let kind = Kind {
                    is_plain: !key.contains(&usize::MAX),
                    ..Kind::default()
                };
                self.kinds.push((kind, key));
                next
            }
        };
        if let Some((kind, _)) = self.kinds.get_mut(place) {
            kind.calls += calls;
            kind.units.push(Unit {
                what,
                told,
                is_every_row,
            });
        }
    }

    fn finished(self) -> Openings {
        let count = self.kinds.len();
        let clauses = |key: &[usize]| -> Vec<Vec<usize>> {
            let each = key.split(|own| *own == usize::MAX);
            each.filter(|all| !all.is_empty())
                .map(<[usize]>::to_vec)
                .collect()
        };
        let mut behind: FxHashMap<usize, usize> = FxHashMap::default();
        let together = self
            .kinds
            .iter()
            .enumerate()
            .filter(|(_, (kind, _))| !kind.is_plain);
        let together: Vec<(usize, Vec<usize>)> = together
            .flat_map(|(place, (_, key))| clauses(key).into_iter().map(move |all| (place, all)))
            .collect();
        for (_, all) in together.iter().filter(|(_, all)| all.len() > 1) {
            for scope in all {
                let next = count + behind.len();
                behind.entry(*scope).or_insert(next);
            }
        }
        let width = count + behind.len();
        let mut alone = vec![FixedBitSet::with_capacity(width); self.candidates.len()];
        let mut opens = |scope: usize, bit: usize| {
            if let Some(own) = alone.get_mut(scope) {
                own.insert(bit);
            }
        };
        behind
            .into_iter()
            .for_each(|(scope, bit)| opens(scope, bit));
        let mut joint = Vec::new();
        for (place, all) in together {
            match all.as_slice() {
                [scope] => opens(*scope, place),
                _ => joint.push((place, self.candidates.set(all))),
            }
        }
        for (place, (_, key)) in self
            .kinds
            .iter()
            .enumerate()
            .filter(|(_, (kind, _))| kind.is_plain)
        {
            key.iter().for_each(|scope| opens(*scope, place));
        }
        Openings {
            kinds: self.kinds.into_iter().map(|(kind, _)| kind).collect(),
            alone,
            together: joint,
            width,
            calls: self.calls,
            is_exact: self.is_exact,
        }
    }
}

fn open() -> Vec<Clause> {
    vec![Clause {
        all: Vec::new(),
        has_filter: false,
    }]
}

/// Without clauses that another one spares.
fn absorbed(mut clauses: Vec<Clause>) -> Vec<Clause> {
    clauses.sort_unstable_by(|left, right| (left.all.len(), left).cmp(&(right.all.len(), right)));
    clauses.dedup();
    if clauses
        .iter()
        .all(|own| own.all.len() == 1 && !own.has_filter)
    {
        return clauses;
    }
    let mut kept: Vec<Clause> = Vec::new();
    for next in clauses {
        if !kept.iter().any(|own| next.is_spared_by(own)) {
            kept.retain(|own| !own.is_spared_by(&next));
            kept.push(next);
        }
    }
    kept
}
