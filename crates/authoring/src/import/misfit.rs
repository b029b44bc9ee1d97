//! What somebody wrote by hand into the extension of an operation may fit no catalog: which operation's
//! it is, so that the others' still count.

use std::collections::BTreeMap;

use scope::{Catalog, Method, Mistakes};
use toml_edit::{Document, Item, Key};

use crate::document::files::Unreadable;
use crate::extension::NAME;

use super::draft::{Chapter, Parts, Table};
use super::path::{Comparing, blank};
use super::walk::Operation;
use super::write;

/// Operations by their place among all, each with why its extension does not count.
pub(super) type PassedOver = BTreeMap<usize, String>;

/// Why nothing can be written.
#[derive(Debug)]
pub(super) struct Misfit {
    pub(super) why: Unreadable,
    /// The operations whose extensions it is for, where that is known.
    pub(super) operations: PassedOver,
    /// Is it the catalog that the description carries, so that there is nothing to pass over?
    pub(super) is_of_head: bool,
}

impl From<Unreadable> for Misfit {
    fn from(why: Unreadable) -> Self {
        let operations = PassedOver::new();
        Self {
            why,
            operations,
            is_of_head: false,
        }
    }
}

/// Every operation with an extension that is not passed over yet.
pub(super) fn all(operations: &[Operation], known: &PassedOver, why: &Unreadable) -> PassedOver {
    let mut lines = why.what.lines();
    let what = lines.next().unwrap_or_default();
    let first = lines.next().unwrap_or(what);
    let others = operations.iter().enumerate().filter(|(place, own)| {
        let has_one = own.node.member(NAME).is_some();
        has_one && !known.contains_key(place)
    });
    others.map(|(place, _)| (place, first.to_owned())).collect()
}

/// A file of these parts, or its mistakes and the operations whose extensions make them: none,
/// where a mistake stands before the calls.
pub(super) fn written(
    beginning: String,
    base_path: &str,
    chapters: &[Chapter],
    parts: &Parts<'_>,
) -> Result<String, (Mistakes, PassedOver)> {
    let lines_before = beginning.matches('\n').count();
    let calls = write::endpoints(base_path, chapters);
    let text = beginning + &calls;
    let Err(mistakes) = Catalog::parse("the catalog", &text) else {
        return Ok(text);
    };
    let tables: Vec<&Table> = chapters.iter().flat_map(|own| &own.tables).collect();
    let lines: Vec<(usize, &str)> = numbered(&calls);
    let mut operations = PassedOver::new();
    for mistake in mistakes.mistakes() {
        let line = mistake.line.checked_sub(lines_before + 1);
        let Some((table, line)) = line.and_then(|own| lines.get(own)) else {
            return Err((mistakes, PassedOver::new()));
        };
        let table = table.checked_sub(1).and_then(|own| tables.get(own));
        let key = line.split(" = ").next().unwrap_or_default();
        for place in table
            .into_iter()
            .flat_map(|own| places(own, key, base_path, parts))
        {
            operations
                .entry(place)
                .or_insert_with(|| mistake.what.clone());
        }
    }
    Err((mistakes, operations))
}

/// Each line with how many tables of calls have begun there.
fn numbered(calls: &str) -> Vec<(usize, &str)> {
    let mut table = 0;
    let lines = calls.lines();
    lines
        .map(|line| {
            table += usize::from(line == "[[endpoints]]");
            (table, line)
        })
        .collect()
}

/// The operations with an extension of a method of a table, or of all where the key is none.
fn places(table: &Table, key: &str, base_path: &str, parts: &Parts<'_>) -> Vec<usize> {
    let has_key = table.methods.iter().any(|(own, _)| is_named(*own, key));
    let mut places = Vec::new();
    for path in &table.paths {
        let own = parts.rules.paths.get(&blank(&format!("{base_path}{path}")));
        for (method, rule) in own.into_iter().flat_map(|own| &own.rules) {
            if !has_key || is_named(*method, key) {
                places.extend(&rule.operations);
            }
        }
    }
    with_extension(places, parts)
}

/// Those of these operations that have one.
fn with_extension(mut places: Vec<usize>, parts: &Parts<'_>) -> Vec<usize> {
    places.retain(|place| {
        let own = parts.operations.get(*place);
        own.is_some_and(|own: &Operation| own.node.member(NAME).is_some())
    });
    places
}

/// The operations whose extensions make the mistakes of a file that people edit, by the keys on
/// whose lines they stand. What was there before has none.
pub(super) fn in_edited(
    text: &str,
    comparing: Comparing,
    mistakes: &Mistakes,
    parts: &Parts<'_>,
) -> PassedOver {
    let mut operations = PassedOver::new();
    let Ok(document) = Document::parse(text) else {
        return operations;
    };
    let base = document.get("base_path").and_then(Item::as_str);
    let base = base.unwrap_or_default();
    let line = |key: &Key| {
        let before = text.get(..key.span()?.start)?;
        Some(before.matches('\n').count() + 1)
    };
    let tables = document.get("endpoints").and_then(Item::as_array_of_tables);
    for table in tables.into_iter().flatten() {
        for (key, _) in table {
            let line = table.key(key).and_then(line);
            let mut own = mistakes.mistakes().iter();
            let Some(mistake) = own.find(|own| Some(own.line) == line) else {
                continue;
            };
            let paths = match table.get("path") {
                Some(Item::Value(toml_edit::Value::Array(list))) => {
                    list.iter().filter_map(toml_edit::Value::as_str).collect()
                }
                path => path.and_then(Item::as_str).into_iter().collect::<Vec<_>>(),
            };
            let known = paths
                .iter()
                .map(|path| comparing.key(&format!("{base}{path}")));
            let known: Vec<String> = known.collect();
            let rules = parts.rules.paths.values();
            let rules = rules.filter(|own| known.contains(&comparing.key(&own.path)));
            let is_method = Method::ALL.iter().any(|own| is_named(*own, key));
            let places = rules
                .flat_map(|own| &own.rules)
                .filter(|(method, _)| !is_method || is_named(**method, key))
                .flat_map(|(_, rule)| rule.operations.iter().copied());
            for place in with_extension(places.collect(), parts) {
                operations
                    .entry(place)
                    .or_insert_with(|| mistake.what.clone());
            }
        }
    }
    operations
}

fn is_named(method: Method, key: &str) -> bool {
    method.as_str().eq_ignore_ascii_case(key)
}
