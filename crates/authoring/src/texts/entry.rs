//! The texts of a catalog file, by where they stand in it.

use std::collections::BTreeMap;

use toml_edit::{Document, Item, Table, TableLike, Value};

/// One text in the languages it is there in.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TextEntry {
    /// Where it stands: keys with dots between, and the place in a list from 0, such as
    /// `resources.contact.show.title` or `guide[0].text`.
    pub key: String,
    /// The line in the file, from 1.
    pub line: usize,
    /// By language.
    pub by_language: BTreeMap<String, String>,
}

/// Every text of a catalog file, in file order. A table is a text if its keys are languages.
pub(crate) fn read(source: &str, languages: &[String]) -> Vec<TextEntry> {
    let Ok(document) = Document::parse(source) else {
        return Vec::new();
    };
    let breaks = source.match_indices('\n').map(|(at, _)| at + 1);
    let mut reading = Reading {
        languages,
        begins: std::iter::once(0).chain(breaks).collect(),
        entries: Vec::new(),
    };
    reading.table(document.as_table(), "");
    reading.entries.sort_by_key(|entry| entry.line);
    reading.entries
}

struct Reading<'l> {
    languages: &'l [String],
    begins: Vec<usize>,
    entries: Vec<TextEntry>,
}

impl Reading<'_> {
    fn table(&mut self, table: &Table, above: &str) {
        for (name, item) in table {
            let at = table.key(name).and_then(toml_edit::Key::span);
            self.item(item, &joined(above, name), at.map_or(0, |at| at.start));
        }
    }

    fn item(&mut self, item: &Item, key: &str, at: usize) {
        match item {
            Item::Table(table) if self.is_text(table) => self.add(table, key, at),
            Item::Table(table) => self.table(table, key),
            Item::ArrayOfTables(tables) => {
                for (place, table) in tables.iter().enumerate() {
                    self.table(table, &format!("{key}[{place}]"));
                }
            }
            Item::Value(value) => self.value(value, key, at),
            Item::None => {}
        }
    }

    fn value(&mut self, value: &Value, key: &str, at: usize) {
        match value {
            Value::InlineTable(table) if self.is_text(table) => self.add(table, key, at),
            Value::InlineTable(table) => {
                for (name, value) in table {
                    self.value(value, &joined(key, name), at);
                }
            }
            _ => {}
        }
    }

    fn is_text(&self, table: &dyn TableLike) -> bool {
        let is_language = |name: &str| self.languages.iter().any(|own| own == name);
        !table.is_empty()
            && table
                .iter()
                .all(|(name, item)| is_language(name) && item.is_str())
    }

    fn add(&mut self, table: &dyn TableLike, key: &str, at: usize) {
        let text = |(name, item): (&str, &Item)| Some((name.to_owned(), item.as_str()?.to_owned()));
        self.entries.push(TextEntry {
            key: key.to_owned(),
            line: self.begins.partition_point(|begin| *begin <= at),
            by_language: table.iter().filter_map(text).collect(),
        });
    }
}

fn joined(above: &str, name: &str) -> String {
    match above {
        "" => name.to_owned(),
        _ => format!("{above}.{name}"),
    }
}
