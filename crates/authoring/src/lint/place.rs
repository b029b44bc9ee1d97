//! Where keys stand in a file.

use std::collections::HashMap;
use std::ops::Range;

use toml_edit::{Document, Item, Key, Table};

/// Lines by dotted key; of a list of tables, the first one. Endpoints go by their path.
pub(super) struct Places {
    lines: HashMap<String, usize>,
    /// What the paths of endpoints begin with, which is not written into each.
    base_path: String,
}

impl Places {
    pub(super) fn of(source: &str) -> Self {
        let mut places = Self {
            lines: HashMap::new(),
            base_path: String::new(),
        };
        if let Ok(document) = Document::parse(source) {
            let base_path = document.get("base_path").and_then(Item::as_str);
            base_path
                .unwrap_or_default()
                .clone_into(&mut places.base_path);
            let breaks = source.match_indices('\n').map(|(at, _)| at + 1);
            let begins: Vec<usize> = std::iter::once(0).chain(breaks).collect();
            places.read(document.as_table(), "", &begins);
        }
        places
    }

    /// The line of a key, from 1.
    pub(super) fn line(&self, key: &str) -> Option<usize> {
        self.lines.get(key).copied()
    }

    fn read(&mut self, table: &Table, above: &str, begins: &[usize]) {
        let line = |at: usize| begins.partition_point(|begin| *begin <= at);
        for (name, item) in table.iter() {
            let key = if above.is_empty() {
                name.to_owned()
            } else {
                format!("{above}.{name}")
            };
            let at = table.key(name).and_then(Key::span).or_else(|| item.span());
            if let Some(at) = at {
                self.lines.entry(key.clone()).or_insert(line(at.start));
            }
            match item {
                Item::Table(inner) => self.read(inner, &key, begins),
                Item::ArrayOfTables(all) => {
                    for one in all {
                        for (path, at) in one.get("path").into_iter().flat_map(paths) {
                            let path = format!("{}{path}", self.base_path);
                            self.lines.entry(path).or_insert(line(at.start));
                        }
                    }
                }
                _ => {}
            }
        }
    }
}

/// A path, or each of several, with where it stands.
fn paths(item: &Item) -> Vec<(&str, Range<usize>)> {
    let one = item.as_value().filter(|own| own.is_str());
    let several = item.as_array().into_iter().flatten();
    let all = one.into_iter().chain(several);
    all.filter_map(|own| Some((own.as_str()?, own.span()?)))
        .collect()
}
