//! What lists of several scopes seem to mean: all of them, as OpenAPI has it, or any.

use std::collections::{BTreeSet, HashSet};

use super::access::in_words;
use super::finding::{Findings, Kind};
use super::implication::by_lists;
use super::opened::{Opened, singular};
use super::told::Told;
use scope::word::said;

/// The longest list whose names are compared with each other.
const MOST: usize = 8;

/// Says what speaks for either reading, where lists of several scopes were found.
pub(crate) fn tell(told: &[Told], opened: &Opened<'_>, findings: &mut Findings) {
    if !findings.has(Kind::SeveralScopes) {
        return;
    }
    let pairs: HashSet<(&str, &str)> = by_lists(opened).into_iter().collect();
    let (mut wider, mut alike, mut others) = (Vec::new(), Vec::new(), Vec::new());
    for own in told {
        let several = own.said.several();
        if several.is_empty() {
            continue;
        }
        let short = || several.iter().filter(|list| list.len() <= MOST);
        let side = if short().any(|list| has_pair(list, &pairs)) {
            &mut wider
        } else if short().any(|list| differ_in_a_word(list)) {
            &mut alike
        } else {
            &mut others
        };
        side.push(in_words(&several));
    }
    let signs = [
        (
            wider,
            "it looks like any of them: what reads lists both, what changes only the wider one",
        ),
        (
            alike,
            "it looks like any of them: the names differ in one word",
        ),
        (others, "nothing tells whether all or any of them are meant"),
    ];
    for (operations, says) in signs {
        if let Some(example) = operations.first() {
            let note = format!("in {} {says} ({example})", operations.len());
            findings.note(Kind::SeveralScopes, note);
        }
    }
}

fn has_pair(list: &[String], pairs: &HashSet<(&str, &str)>) -> bool {
    let all = list
        .iter()
        .flat_map(|one| list.iter().map(move |other| (one.as_str(), other.as_str())));
    all.into_iter().any(|pair| pairs.contains(&pair))
}

/// Do all names say the same of things that differ in a word, such as
/// `playlist-modify-public` and `playlist-modify-private`?
fn differ_in_a_word(list: &[String]) -> bool {
    let all: Vec<_> = list.iter().map(|name| said(name, "")).collect();
    let mut verbs = all.iter().map(|own| own.verb);
    let first = verbs.next().flatten();
    if first.is_none() || verbs.any(|own| own != first) {
        return false;
    }
    let words: Vec<BTreeSet<String>> = all
        .into_iter()
        .map(|own| own.object.into_iter().map(singular).collect())
        .collect();
    let common = words
        .iter()
        .skip(1)
        .fold(words.first().cloned().unwrap_or_default(), |common, own| {
            &common & own
        });
    !common.is_empty() && words.iter().all(|own| own.len() <= common.len() + 1)
}
