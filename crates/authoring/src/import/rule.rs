//! Rules: what operations need, once those that are one call for a gate are put together.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use scope::{Method, Requirement};

use crate::extension::plain::{any, of_parts};

use super::access::{in_words, is_alike};
use super::finding::{Findings, Kind};
use super::path::blank;

/// The most alternatives of a catalog's rule.
const MOST_WAYS: usize = 256;

/// What a call needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Need {
    /// The scopes of each of these: OR of AND, all of which must be met. Usually one.
    Scopes(Vec<Vec<Vec<String>>>),
    AnyToken,
    Public,
    /// What an export left in the description, and what `security` says of it, as above.
    Exact(Requirement, Vec<Vec<Vec<String>>>),
}

impl Need {
    pub(crate) fn of(lists: Vec<Vec<String>>) -> Self {
        Self::Scopes(vec![lists])
    }

    /// Both of them.
    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Scopes(mut own), Self::Scopes(other)) => {
                for lists in other {
                    if !own.iter().any(|known| is_alike(known, &lists)) {
                        own.push(lists);
                    }
                }
                Self::Scopes(own)
            }
            (Self::Exact(own, mut parts), other) => {
                let needs = other.requirement();
                if let Self::Scopes(more) | Self::Exact(_, more) = other {
                    parts.extend(more);
                }
                Self::Exact(Requirement::All(vec![own, needs]), parts)
            }
            (own, other @ Self::Exact(..)) => other.and(own),
            (own @ Self::Scopes(_), _) => own,
            (Self::Public, other) | (Self::AnyToken, other @ Self::Scopes(_)) => other,
            (Self::AnyToken, _) => Self::AnyToken,
        }
    }

    fn is_like(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Scopes(own), Self::Scopes(other)) => {
                own.len() == other.len()
                    && own
                        .iter()
                        .all(|lists| other.iter().any(|known| is_alike(known, lists)))
            }
            _ => self == other,
        }
    }

    /// In how many ways it can be met.
    fn ways(&self) -> usize {
        match self {
            Self::Scopes(parts) => parts.iter().map(Vec::len).fold(1, usize::saturating_mul),
            // The catalog it comes from could say it.
            Self::Exact(..) | Self::AnyToken | Self::Public => 1,
        }
    }

    /// For people.
    pub(crate) fn in_words(&self) -> String {
        match self {
            Self::Scopes(parts) => {
                let parts: Vec<String> = parts.iter().map(|lists| in_words(lists)).collect();
                parts.join("; and ")
            }
            Self::AnyToken => "any token".to_owned(),
            Self::Public => "nothing".to_owned(),
            Self::Exact(requirement, _) => requirement.to_string(),
        }
    }

    /// As the catalog has it.
    pub(crate) fn requirement(&self) -> Requirement {
        match self {
            Self::AnyToken => Requirement::AnyToken,
            Self::Public => Requirement::Public,
            Self::Exact(requirement, _) => requirement.clone(),
            Self::Scopes(parts) => {
                let mut all: Vec<Requirement> = Vec::new();
                for lists in parts {
                    match any(lists) {
                        Requirement::All(own) => all.extend(own),
                        own => all.push(own),
                    }
                }
                of_parts(all, Requirement::All)
            }
        }
    }
}

/// One method of one path.
#[derive(Debug, Clone)]
pub(crate) struct Rule {
    pub(crate) need: Need,
    /// Its operations, by their place among all; the first gave the rule its words.
    pub(crate) operations: Vec<usize>,
}

/// One path for a gate.
#[derive(Debug)]
pub(crate) struct PathRules {
    pub(crate) path: String,
    pub(crate) rules: BTreeMap<Method, Rule>,
}

/// Every path, in the order of the documents; by what it is without its templates' names.
#[derive(Debug)]
pub(crate) struct Rules {
    pub(crate) paths: IndexMap<String, PathRules>,
    /// The base path that most operations have.
    pub(crate) base: String,
}

impl Rules {
    pub(crate) fn with_base(base: String) -> Self {
        let paths = IndexMap::new();
        Self { paths, base }
    }

    /// Leaves out what has more alternatives than a catalog can have.
    pub(crate) fn bound(&mut self, findings: &mut Findings) {
        for own in self.paths.values_mut() {
            own.rules.retain(|method, rule| {
                let ways = rule.need.ways();
                if ways > MOST_WAYS {
                    let what = format!("{ways} alternatives, from several operations");
                    findings.add(Kind::TooMuch, format!("{method} {}", own.path), what);
                }
                ways <= MOST_WAYS
            });
        }
        self.paths.retain(|_, own| !own.rules.is_empty());
    }

    /// Adds an operation. `name` is what findings call it.
    pub(crate) fn add(
        &mut self,
        path: &str,
        method: Method,
        need: Need,
        operation: usize,
        name: &str,
        findings: &mut Findings,
    ) {
        let own = self.paths.entry(blank(path)).or_insert_with(|| PathRules {
            path: path.to_owned(),
            rules: BTreeMap::new(),
        });
        let Some(rule) = own.rules.get_mut(&method) else {
            let operations = vec![operation];
            own.rules.insert(method, Rule { need, operations });
            return;
        };
        if !rule.operations.contains(&operation) {
            rule.operations.push(operation);
        }
        if rule.need.is_like(&need) {
            if method == Method::Any || matches!(need, Need::Exact(..)) {
                return;
            }
            findings.once(
                Kind::MergedSame,
                name,
                format!("the same call as {method} {}", own.path),
            );
            return;
        }
        let what = format!(
            "the same call as {method} {}: {} / {}",
            own.path,
            rule.need.in_words(),
            need.in_words()
        );
        findings.once(Kind::MergedDifferent, name, what);
        rule.need = std::mem::replace(&mut rule.need, Need::Public).and(need);
    }
}
