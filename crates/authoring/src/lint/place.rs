//! Where keys stand in a file.

use std::collections::HashMap;

use toml_edit::{Document, Item, Key, Table};

/// Lines by dotted key; of a list of tables, the first one. Endpoints go by their path.
pub(super) struct Places {
    lines: HashMap<String, usize>,
}

impl Places {
    pub(super) fn of(source: &str) -> Self {
        let mut places = Self {
            lines: HashMap::new(),
        };
        if let Ok(document) = Document::parse(source) {
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
                        let path = one.get("path").and_then(Item::as_str);
                        let at = one.key("path").and_then(Key::span);
                        if let (Some(path), Some(at)) = (path, at) {
                            self.lines.entry(path.to_owned()).or_insert(line(at.start));
                        }
                    }
                }
                _ => {}
            }
        }
    }
}
