//! The scopes of the documents: declared, used, or both.

use std::collections::HashSet;

use indexmap::IndexMap;
use scope::ScopeToken;

use super::finding::{Findings, Kind};
use super::propose::Proposed;
use super::text;
use super::told::Told;
use super::walk::Description;

/// Every scope, those that operations name first, with the documents' texts.
pub(crate) struct Scopes {
    pub(crate) texts: IndexMap<String, String>,
    /// How many of them operations name.
    pub(crate) used: usize,
}

impl Scopes {
    /// Finds them, and tells what is wrong with names.
    pub(super) fn of(
        descriptions: &[Description],
        told: &[Told],
        proposed: &Proposed,
        findings: &mut Findings,
    ) -> Scopes {
        let mut declared: IndexMap<&str, &str> = IndexMap::new();
        for (name, text) in descriptions.iter().flat_map(|own| &own.schemes.declared) {
            declared.entry(name).or_insert(text);
        }
        let mut seen: HashSet<&str> = HashSet::new();
        let mut texts: IndexMap<String, String> = IndexMap::new();
        let named = told.iter().flat_map(|own| own.names());
        let named: Vec<&str> = named.filter(|name| seen.insert(name)).collect();
        // In the order of the document, which people know.
        let in_order = declared.keys().filter(|name| seen.contains(*name)).copied();
        let undeclared = named
            .iter()
            .filter(|name| !declared.contains_key(*name))
            .copied();
        for name in in_order.chain(undeclared) {
            if let Err(error) = ScopeToken::parse(name) {
                findings.add(
                    Kind::IllegalName,
                    shown(name),
                    proposal(name, &error.to_string()),
                );
                continue;
            }
            if !declared.contains_key(name) && !proposed.names.contains(name) {
                findings.add(Kind::Undeclared, name, "");
            }
            texts.insert(
                name.to_owned(),
                declared.get(name).copied().unwrap_or_default().to_owned(),
            );
        }
        let used = texts.len();
        for (name, text) in declared.iter().filter(|(name, _)| !seen.contains(*name)) {
            match ScopeToken::parse(name) {
                Ok(_) => {
                    findings.add(Kind::Unused, *name, "");
                    texts.insert((*name).to_owned(), (*text).to_owned());
                }
                Err(error) => findings.add(
                    Kind::IllegalName,
                    shown(name),
                    proposal(name, &error.to_string()),
                ),
            }
        }
        for name in texts.keys().filter(|name| name.contains('*')) {
            findings.add(Kind::PatternName, name, "");
        }
        Scopes { texts, used }
    }
}

/// What is wrong with a name, and what it could be.
fn proposal(name: &str, wrong: &str) -> String {
    let fits = |own: char| matches!(own, '\x21' | '\x23'..='\x5B' | '\x5D'..='\x7E');
    let words: Vec<String> = name
        .split(|own| !fits(own))
        .filter(|part| !part.is_empty())
        .map(text::short)
        .collect();
    match words.as_slice() {
        [] => wrong.to_owned(),
        words => format!("{wrong}; call it `{}`", words.join("_")),
    }
}

/// A name for people; one that is empty says so.
fn shown(name: &str) -> String {
    match name {
        "" => "(an empty name)".to_owned(),
        _ => text::short(name),
    }
}
