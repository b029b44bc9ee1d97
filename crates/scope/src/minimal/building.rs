//! Takes a catalog apart into what is open or not.

use rustc_hash::FxHashMap;

use super::candidates::Candidates;
use super::clause::{Clause, absorbed, open};
use super::opening::{Unit, What};
use super::variants::{Part, Variant, variants};
use crate::ScopeId;
use crate::catalog::Catalog;
use crate::compiled::{Cases, Needs};
use crate::endpoint::ExpandField;

/// Stands behind scopes that are needed together.
pub(super) const MARK: u32 = u32::MAX;

/// The most clauses of one call.
const MOST_CLAUSES: usize = 1_024;

/// Everything that is open or not, by what opens it.
pub(super) struct Building<'a> {
    catalog: &'a Catalog,
    candidates: &'a Candidates,
    keys: FxHashMap<Box<[u32]>, usize>,
    units: Vec<Unit>,
    /// Of what is put in next.
    key: Vec<u32>,
    calls: usize,
    is_exact: bool,
}

/// What was built.
pub(super) struct Built {
    /// By what opens it: the place of a kind.
    pub(super) keys: FxHashMap<Box<[u32]>, usize>,
    pub(super) units: Vec<Unit>,
    /// How many calls there are.
    pub(super) calls: usize,
    /// Were all of them looked at, each for itself?
    pub(super) is_exact: bool,
}

impl<'a> Building<'a> {
    pub(super) fn new(catalog: &'a Catalog, candidates: &'a Candidates) -> Self {
        Self {
            catalog,
            candidates,
            keys: FxHashMap::default(),
            units: Vec::new(),
            key: Vec::new(),
            calls: 0,
            is_exact: true,
        }
    }

    pub(super) fn endpoint(&mut self, index: usize, needs: &Needs) {
        if self.is_plain(needs) {
            self.calls += 1;
            self.of_key(What::Endpoint(index), None, false);
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
                    self.add(What::Endpoint(index), told, clauses);
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
            self.key.extend(self.candidates.number(*id));
        }
        self.key.sort_unstable();
        self.key.dedup();
        true
    }

    /// Expanding adds the same to every call, so a field is one more thing that is open or not.
    pub(super) fn field(&mut self, index: usize, field: &ExpandField) {
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
            self.add(What::Field(index), told, clauses.unwrap_or_default());
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
            match self.candidates.number(id) {
                Some(number) => vec![number],
                None => return Vec::new(),
            }
        };
        let has_filter = self.catalog.row_filter(id).is_some();
        vec![Clause { all, has_filter }]
    }

    fn add(&mut self, what: What, told: impl Fn() -> Option<Box<str>>, clauses: Vec<Clause>) {
        let mut clauses = absorbed(clauses);
        let filtered = clauses.iter().any(|own| own.has_filter);
        if filtered {
            let whole = clauses.iter().filter(|own| !own.has_filter);
            let whole: Vec<Clause> = whole.cloned().collect();
            self.of_clauses(what, told(), true, whole);
            clauses.iter_mut().for_each(|own| own.has_filter = false);
            clauses = absorbed(clauses);
        }
        self.of_clauses(what, told(), false, clauses);
    }

    fn of_clauses(
        &mut self,
        what: What,
        told: Option<Box<str>>,
        is_every_row: bool,
        mut clauses: Vec<Clause>,
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
                self.key.push(MARK);
            }
        }
        self.of_key(what, told, is_every_row);
    }

    /// What `key` says opens it: scopes, or scopes together, each time with a mark behind them.
    fn of_key(&mut self, what: What, told: Option<Box<str>>, is_every_row: bool) {
        if self.key.is_empty() {
            return;
        }
        let next = self.keys.len();
        let kind = match self.keys.get(self.key.as_slice()) {
            Some(kind) => *kind,
            None => {
                self.keys.insert(self.key.as_slice().into(), next);
                next
            }
        };
        self.units.push(Unit {
            kind,
            what,
            told,
            is_every_row,
        });
    }

    pub(super) fn finished(self) -> Built {
        Built {
            keys: self.keys,
            units: self.units,
            calls: self.calls,
            is_exact: self.is_exact,
        }
    }
}
