//! Operations of a description, and the catalog's rules for them.

use std::collections::{HashMap, HashSet};

use scope::{Catalog, Endpoint, Method, Requirement};

use crate::import::path::{self, Comparing, blank};
use crate::import::walk::Operation;

/// An operation that the catalog knows.
pub(super) struct Matched<'c> {
    /// The first of its rules, for its words.
    pub(super) endpoint: &'c Endpoint,
    /// What all of them need.
    pub(super) requirement: Requirement,
    /// Where it is not the operation's own.
    pub(super) method: Option<Method>,
    /// The catalog's, where the description writes them otherwise.
    pub(super) paths: Vec<String>,
    /// Do its paths need different things?
    pub(super) differs: bool,
}

/// The rules of a catalog by what they are for.
pub(super) struct Rules<'c> {
    catalog: &'c Catalog,
    by_path: HashMap<String, Vec<usize>>,
    comparing: Comparing,
    /// Those that an operation was found for.
    pub(super) used: HashSet<usize>,
}

impl<'c> Rules<'c> {
    pub(super) fn of(catalog: &'c Catalog) -> Self {
        let file: toml_edit::DocumentMut = catalog.source().parse().unwrap_or_default();
        let mut rules = Self {
            catalog,
            by_path: HashMap::new(),
            comparing: Comparing::of(&file),
            used: HashSet::new(),
        };
        for (place, endpoint) in catalog.endpoints().iter().enumerate() {
            let key = rules.key(&endpoint.path);
            rules.by_path.entry(key).or_default().push(place);
        }
        rules
    }

    /// What two spellings of a path have in common. How many segments a template takes is no part of
    /// that: OpenAPI cannot say it.
    fn key(&self, path: &str) -> String {
        self.comparing.key(path).replace("{...}", "{}")
    }

    /// The rules that decide a call of an operation.
    pub(super) fn find(&mut self, operation: &Operation) -> Option<Matched<'c>> {
        let method = Method::ALL
            .into_iter()
            .find(|own| own.as_str() == operation.method && *own != Method::Any)?;
        let written = path::normal(&operation.path, &operation.bases, &operation.parameters);
        let written = written.ok()?.paths;
        let mut found: Vec<&'c Endpoint> = Vec::new();
        for path in &written {
            if let Some(place) = self.place(path, method) {
                self.used.insert(place);
                found.extend(self.catalog.endpoints().get(place));
            }
        }
        let endpoint = *found.first()?;
        let mut needs: Vec<Requirement> = Vec::new();
        for own in &found {
            if !needs.contains(&own.requirement) {
                needs.push(own.requirement.clone());
            }
        }
        let differs = needs.len() > 1;
        let requirement = match differs {
            true => Requirement::All(needs),
            false => endpoint.requirement.clone(),
        };
        let own: Vec<String> = found.iter().map(|own| own.path.clone()).collect();
        let is_spelling = own.iter().all(|own| {
            let own = plain(own);
            written.iter().any(|path| plain(path) == own)
        });
        let paths = match own == written || !is_spelling {
            true => Vec::new(),
            false => own,
        };
        Some(Matched {
            endpoint,
            requirement,
            method: (endpoint.method != method).then_some(endpoint.method),
            paths,
            differs,
        })
    }

    /// As a gate finds it: `HEAD` is decided as `GET` where no rule names it, and any other by the
    /// rule for all.
    fn place(&self, path: &str, method: Method) -> Option<usize> {
        let places = self.by_path.get(&self.key(path))?;
        let of = |method: Method| {
            let endpoints = self.catalog.endpoints();
            let mut places = places.iter().copied();
            places.find(|place| {
                endpoints
                    .get(*place)
                    .is_some_and(|own| own.method == method)
            })
        };
        of(method)
            .or_else(|| of(Method::Get).filter(|_| method == Method::Head))
            .or_else(|| of(Method::Any))
    }

    /// The rules that no operation was found for.
    pub(super) fn missing(&self) -> impl Iterator<Item = &'c Endpoint> {
        let endpoints = self.catalog.endpoints().iter().enumerate();
        endpoints
            .filter(|(place, _)| !self.used.contains(place))
            .map(|(_, own)| own)
    }
}

fn plain(path: &str) -> String {
    blank(path).replace("{...}", "{}")
}
