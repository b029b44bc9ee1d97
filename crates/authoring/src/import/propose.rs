//! A first draft of scopes for operations that name none: what they are about, from tags and
//! paths, and whether they read or write.

use std::collections::{BTreeMap, HashSet};

use super::opened::reads;
use super::walk::Operation;
use scope::word::{is_version, words};

/// What was proposed.
#[derive(Debug, Default)]
pub(crate) struct Proposed {
    /// Scopes that the documents do not have.
    pub(crate) names: HashSet<String>,
    /// Operations with a proposed scope, by their place among all, where others have one of the
    /// document's own.
    pub(crate) among_others: HashSet<usize>,
}

/// Segments that say nothing of what a call is about.
const SAYS_NOTHING: [&str; 8] = [
    "api", "apis", "rest", "public", "latest", "json", "beta", "services",
];

/// The scope proposed for each operation, in their order.
pub(crate) fn scopes(operations: &[Operation]) -> Vec<String> {
    let use_tags = tags_tell(operations);
    operations
        .iter()
        .map(|operation| {
            let tag = operation.tags().next().filter(|_| use_tags).map(slug);
            let resource = tag
                .filter(|tag| !tag.is_empty())
                .unwrap_or_else(|| of_path(&operation.path));
            format!(
                "{resource}:{}",
                if reads(operation) { "read" } else { "write" }
            )
        })
        .collect()
}

/// Do tags tell operations apart?
pub(crate) fn tags_tell(operations: &[Operation]) -> bool {
    let mut times: BTreeMap<&str, usize> = BTreeMap::new();
    for tag in operations.iter().filter_map(|own| own.tags().next()) {
        *times.entry(tag).or_default() += 1;
    }
    let most = times.values().copied().max().unwrap_or_default();
    times.len() > 1 && most * 5 < operations.len() * 4
}

fn of_path(path: &str) -> String {
    let texts = path
        .split(['/', ':', '?', '#'])
        .filter(|own| !own.is_empty() && !own.contains('{'));
    let telling =
        |own: &&str| !is_version(own) && !SAYS_NOTHING.contains(&own.to_ascii_lowercase().as_str());
    let found = texts
        .filter(telling)
        .map(slug)
        .find(|own| own.starts_with(|own: char| own.is_ascii_alphabetic()));
    found.unwrap_or_else(|| "api".to_owned())
}

fn slug(text: &str) -> String {
    let words: Vec<String> = words(text)
        .into_iter()
        .map(|word| {
            word.chars()
                .filter(char::is_ascii_alphanumeric)
                .collect::<String>()
        })
        .filter(|word| !word.is_empty())
        .collect();
    words.join("-")
}
