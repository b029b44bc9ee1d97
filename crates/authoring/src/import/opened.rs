//! What each scope opens, as the operations say it: the ground for what is proposed about it.

use std::collections::{BTreeSet, HashMap};

use super::access::Access;
use super::told::Told;
use super::walk::Operation;
use crate::words::reads_by_post;
use scope::word;

/// What operations say of scopes.
pub(crate) struct Opened<'a> {
    operations: &'a [Operation],
    by_scope: HashMap<&'a str, Uses>,
    /// How many operations name scopes.
    pub(crate) all: usize,
}

/// Operations by their place among all.
#[derive(Debug, Default)]
pub(crate) struct Uses {
    /// Those that name the scope at all.
    pub(crate) named: BTreeSet<usize>,
    /// Those that it opens by itself, beside other ways.
    pub(crate) alone: BTreeSet<usize>,
    /// Those that name it in a list with others.
    pub(crate) listed: BTreeSet<usize>,
}

impl<'a> Opened<'a> {
    pub(crate) fn of(operations: &'a [Operation], told: &'a [Told]) -> Self {
        let mut by_scope: HashMap<&str, Uses> = HashMap::new();
        let mut all = 0;
        for (place, own) in told.iter().enumerate() {
            let Access::Scopes(lists) = own.access() else {
                continue;
            };
            all += 1;
            for list in lists {
                for name in list {
                    let uses = by_scope.entry(name).or_default();
                    uses.named.insert(place);
                    let kind = if list.len() == 1 {
                        &mut uses.alone
                    } else {
                        &mut uses.listed
                    };
                    kind.insert(place);
                }
            }
        }
        Self {
            operations,
            by_scope,
            all,
        }
    }

    pub(crate) fn uses(&self, scope: &str) -> Option<&Uses> {
        self.by_scope.get(scope)
    }

    pub(crate) fn scopes(&self) -> impl Iterator<Item = (&'a str, &Uses)> {
        self.by_scope.iter().map(|(name, uses)| (*name, uses))
    }

    /// Does an operation only read?
    pub(crate) fn reads(&self, place: usize) -> bool {
        self.operations.get(place).is_some_and(reads)
    }

    pub(crate) fn method(&self, place: usize) -> &str {
        self.operations
            .get(place)
            .map_or("", |own| own.method.as_str())
    }

    /// The words of the literal text of an operation's path, in the singular as far as that is simple.
    pub(crate) fn words(&self, place: usize) -> Vec<String> {
        let path = self
            .operations
            .get(place)
            .map_or("", |own| own.path.as_str());
        let texts = path.split('/').filter(|own| !own.contains('{'));
        texts.flat_map(word::words).map(singular).collect()
    }
}

/// Does an operation only read: by its method, or because it searches?
pub(crate) fn reads(operation: &Operation) -> bool {
    match operation.method.as_str() {
        "GET" | "HEAD" | "OPTIONS" | "QUERY" => true,
        "POST" => reads_by_post(&operation.path),
        _ => false,
    }
}

/// Without the ending of the plural.
pub(crate) fn singular(word: String) -> String {
    match word.strip_suffix("ies") {
        Some(stem) if stem.len() > 2 => format!("{stem}y"),
        _ => match word.strip_suffix('s') {
            Some(stem) if stem.len() > 2 && !stem.ends_with(['s', 'u', 'i']) => stem.to_owned(),
            _ => word,
        },
    }
}
