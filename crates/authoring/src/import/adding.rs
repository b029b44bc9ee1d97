//! New calls in a file that people have edited.

use std::collections::HashMap;

use scope::Method;
use toml_edit::{ArrayOfTables, DocumentMut, Item, Table};

use super::draft::Line;
use super::finding::{Findings, Kind};
use super::path::Comparing;
use super::write;

/// A call that the file does not have.
pub(super) struct New<'d> {
    /// With what stands in front of all.
    pub(super) path: String,
    /// What its spellings have in common.
    pub(super) key: String,
    pub(super) method: Method,
    pub(super) line: &'d Line,
}

impl New<'_> {
    fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }
}

/// Adds them where their paths are, or at the end.
pub(super) fn add(
    document: &mut DocumentMut,
    comparing: Comparing,
    new: &[New<'_>],
    findings: &mut Findings,
) {
    let base = base(document, new, findings);
    let item = document
        .entry("endpoints")
        .or_insert(Item::ArrayOfTables(ArrayOfTables::new()));
    if !item.is_array_of_tables() {
        let own = std::mem::take(item).into_array_of_tables();
        *item = own.map_or_else(|own| own, Item::ArrayOfTables);
    }
    // What was compiled has endpoints.
    let Some(tables) = item.as_array_of_tables_mut() else {
        return;
    };
    let mut adding = Adding {
        places: places(tables, &base, comparing),
        tables,
        base,
    };
    let by_call: HashMap<(&str, Method), &New<'_>> = new
        .iter()
        .map(|own| ((own.key.as_str(), own.method), own))
        .collect();
    for own in new {
        adding.add(own, &by_call);
        findings.add(Kind::Added, own.name(), own.line.requirement.to_string());
    }
}

/// What stands in front of every path. Where a new one stands elsewhere, the beginning that all have,
/// and the rest is written into each path.
fn base(document: &mut DocumentMut, new: &[New<'_>], findings: &mut Findings) -> String {
    let before = document.get("base_path").and_then(Item::as_str);
    let before = before.unwrap_or_default().to_owned();
    let mut base = before.as_str();
    for own in new {
        while !is_behind(&own.path, base) {
            base = base.rsplit_once('/').map_or("", |(base, _)| base);
        }
    }
    if base == before {
        return before;
    }
    let rest = before.strip_prefix(base).unwrap_or_default();
    let outside = new.iter().filter(|own| !is_behind(&own.path, &before));
    for own in outside {
        findings.add(
            Kind::Rebased,
            own.name(),
            format!("`base_path` was {before}"),
        );
    }
    match base {
        "" => drop(document.remove("base_path")),
        _ => {
            if let Some(own) = document.get_mut("base_path").and_then(Item::as_value_mut) {
                let decor = own.decor().clone();
                *own = base.into();
                *own.decor_mut() = decor;
            }
        }
    }
    if let Some(list) = document.get_mut("endpoints") {
        each_path(list, &|path| format!("{rest}{path}"));
    }
    base.to_owned()
}

fn is_behind(path: &str, base: &str) -> bool {
    path.strip_prefix(base)
        .is_some_and(|own| own.starts_with('/'))
}

/// Writes every path anew.
fn each_path(list: &mut Item, written: &dyn Fn(&str) -> String) {
    let change = |value: &mut toml_edit::Value| {
        if let Some(path) = value.as_str() {
            let decor = value.decor().clone();
            *value = written(path).into();
            *value.decor_mut() = decor;
        }
    };
    let paths = |path: &mut toml_edit::Value| match path.as_array_mut() {
        Some(list) => list.iter_mut().for_each(change),
        None => change(path),
    };
    if let Some(tables) = list.as_array_of_tables_mut() {
        let tables = tables.iter_mut();
        let own = tables.filter_map(|own| own.get_mut("path")?.as_value_mut());
        own.for_each(paths);
    } else if let Some(list) = list.as_array_mut() {
        let tables = list.iter_mut().filter_map(|own| own.as_inline_table_mut());
        tables.filter_map(|own| own.get_mut("path")).for_each(paths);
    }
}

/// Where the rules of a path stand.
#[derive(Clone)]
enum Place {
    /// In a table of its own.
    Alone(usize),
    /// In one with other spellings, as this one.
    Listed(usize, String),
}

fn places(tables: &ArrayOfTables, base: &str, comparing: Comparing) -> HashMap<String, Place> {
    let mut places = HashMap::new();
    for (place, table) in tables.iter().enumerate() {
        let key = |path: &str| comparing.key(&format!("{base}{path}"));
        match texts(table) {
            paths if paths.len() == 1 => {
                places.extend(paths.iter().map(|path| (key(path), Place::Alone(place))));
            }
            paths => {
                let paths = paths.into_iter();
                places.extend(paths.map(|path| (key(&path), Place::Listed(place, path))));
            }
        }
    }
    places
}

/// The paths of a table.
fn texts(table: &Table) -> Vec<String> {
    let path = table.get("path");
    let one = path.and_then(Item::as_str).map(str::to_owned);
    let list = path.and_then(Item::as_array).into_iter().flatten();
    let list = list.filter_map(|own| own.as_str().map(str::to_owned));
    one.into_iter().chain(list).collect()
}

struct Adding<'d> {
    tables: &'d mut ArrayOfTables,
    base: String,
    /// By what the spellings of a path have in common.
    places: HashMap<String, Place>,
}

impl Adding<'_> {
    fn add(&mut self, new: &New<'_>, all: &HashMap<(&str, Method), &New<'_>>) {
        let place = match self.places.get(&new.key).cloned() {
            Some(Place::Alone(place)) => place,
            Some(Place::Listed(place, _)) if self.is_for_all(place, new, all) => place,
            Some(Place::Listed(place, path)) => self.alone(place, &path, new),
            None => {
                let mut table = Table::new();
                let own = new.path.strip_prefix(&self.base).unwrap_or(&new.path);
                table.insert("path", toml_edit::value(own));
                table.decor_mut().set_prefix("\n");
                self.push(table, new)
            }
        };
        let value = write::rule(new.line).parse::<toml_edit::Value>();
        if let (Some(table), Ok(mut value)) = (self.tables.get_mut(place), value) {
            value.decor_mut().set_suffix(write::remark(new.line));
            let key = new.method.as_str().to_ascii_lowercase();
            // What is for all spellings is written once.
            if !table.contains_key(&key) {
                table.insert(&key, Item::Value(value));
            }
        }
    }

    fn push(&mut self, table: Table, new: &New<'_>) -> usize {
        self.tables.push(table);
        let place = self.tables.len() - 1;
        self.places.insert(new.key.clone(), Place::Alone(place));
        place
    }

    /// Is the same new to every spelling of the list?
    fn is_for_all(
        &self,
        place: usize,
        new: &New<'_>,
        all: &HashMap<(&str, Method), &New<'_>>,
    ) -> bool {
        let is_here = |own: &Place| matches!(own, Place::Listed(own, _) if *own == place);
        let mut spellings = self.places.iter().filter(|(_, own)| is_here(own));
        spellings.all(|(key, _)| {
            let own = all.get(&(key.as_str(), new.method));
            own.is_some_and(|own| own.line.requirement == new.line.requirement)
        })
    }

    /// Takes a spelling out of its list, with the rules that it has there.
    fn alone(&mut self, place: usize, path: &str, new: &New<'_>) -> usize {
        let Some(listed) = self.tables.get_mut(place) else {
            return place;
        };
        let mut own = listed.clone();
        own.decor_mut().set_prefix("\n");
        own.insert("path", toml_edit::value(path));
        let list = listed.get_mut("path").and_then(Item::as_array_mut);
        if let Some(list) = list {
            list.retain(|own| own.as_str() != Some(path));
        }
        if let [only] = texts(listed).as_slice() {
            let only = only.clone();
            listed.insert("path", toml_edit::value(only));
        }
        self.push(own, new)
    }
}
