//! Reading one table by its list of keys, so that one wrong value does not hide the next.

use std::ops::Range;

use scope::Mistakes;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::key::{Absent, Key, Table};

/// A table being read.
pub struct Section<'d> {
    kind: &'static Table,
    entries: &'d DeTable<'d>,
    place: Range<usize>,
    /// Keys that stand there, but for a mistake in writing.
    misspelt: Vec<&'static str>,
}

type Node<'d> = Spanned<DeValue<'d>>;

impl<'d> Section<'d> {
    /// Begins to read; unknown keys are mistakes already.
    pub fn new(
        kind: &'static Table,
        entries: &'d DeTable<'d>,
        place: Range<usize>,
        mistakes: &mut Mistakes,
    ) -> Self {
        let known: Vec<&'static str> = kind.keys.iter().map(|key| key.name).collect();
        let mut misspelt = Vec::new();
        for key in entries.keys() {
            let name = key.get_ref().as_ref();
            if !known.contains(&name) {
                misspelt.extend(mistakes.unknown_key(&key.span(), named(kind), name, &known));
            }
        }
        Self {
            kind,
            entries,
            place,
            misspelt,
        }
    }

    /// A text that means something, or its default.
    pub fn value<T>(
        &self,
        key: &'static Key,
        mistakes: &mut Mistakes,
        read: impl Fn(&str) -> Result<T, String>,
    ) -> Option<T> {
        let Some(node) = self.node(key) else {
            return self.by_default(key, mistakes, &read);
        };
        match node.get_ref() {
            DeValue::String(text) => read_at(key, node, text, mistakes, &read),
            _ => wrong_type(key, node, mistakes),
        }
    }

    /// Yes or no, or its default.
    pub fn flag(&self, key: &'static Key, mistakes: &mut Mistakes) -> Option<bool> {
        match self.node(key) {
            None => self.by_default(key, mistakes, |text| {
                text.parse().map_err(|_| "no boolean".to_owned())
            }),
            Some(node) => match node.get_ref() {
                DeValue::Boolean(flag) => Some(*flag),
                _ => wrong_type(key, node, mistakes),
            },
        }
    }

    /// How many of something, one at least, or its default.
    pub fn count(&self, key: &'static Key, mistakes: &mut Mistakes) -> Option<usize> {
        let read = |text: &str| match text.parse() {
            Ok(count) if count > 0 => Ok(count),
            _ => Err(format!("{text} is no number from 1 on")),
        };
        match self.node(key) {
            None => self.by_default(key, mistakes, read),
            Some(node) => match node.get_ref() {
                DeValue::Integer(number) => {
                    read_at(key, node, &number.to_string(), mistakes, &read)
                }
                _ => wrong_type(key, node, mistakes),
            },
        }
    }

    /// A list of texts; the default is a list of one, or empty.
    pub fn list<T>(
        &self,
        key: &'static Key,
        mistakes: &mut Mistakes,
        read: impl Fn(&str) -> Result<T, String>,
    ) -> Vec<T> {
        let Some(node) = self.node(key) else {
            return Vec::from_iter(self.by_default(key, mistakes, &read));
        };
        let DeValue::Array(items) = node.get_ref() else {
            wrong_type::<()>(key, node, mistakes);
            return Vec::new();
        };
        items
            .iter()
            .filter_map(|item| match item.get_ref() {
                DeValue::String(text) => read_at(key, item, text, mistakes, &read),
                _ => wrong_type(key, item, mistakes),
            })
            .collect()
    }

    /// The table under a key, if it is there.
    pub fn table(
        &self,
        key: &'static Key,
        kind: &'static Table,
        mistakes: &mut Mistakes,
    ) -> Option<Section<'d>> {
        let node = self.node(key)?;
        match node.get_ref() {
            DeValue::Table(entries) => Some(Self::new(kind, entries, self.place_of(key), mistakes)),
            _ => wrong_type(key, node, mistakes),
        }
    }

    /// The tables under a key.
    pub fn tables(
        &self,
        key: &'static Key,
        kind: &'static Table,
        mistakes: &mut Mistakes,
    ) -> Vec<Section<'d>> {
        let Some(node) = self.node(key) else {
            if key.absent == Absent::Mistake {
                self.missing(key, format!("add {}", kind.head), mistakes);
            }
            return Vec::new();
        };
        let DeValue::Array(items) = node.get_ref() else {
            wrong_type::<()>(key, node, mistakes);
            return Vec::new();
        };
        if items.is_empty() && key.absent == Absent::Mistake {
            self.missing(key, format!("add {}", kind.head), mistakes);
        }
        items
            .iter()
            .filter_map(|item| match item.get_ref() {
                DeValue::Table(entries) => Some(Self::new(kind, entries, item.span(), mistakes)),
                _ => wrong_type(key, item, mistakes),
            })
            .collect()
    }

    /// Does the key stand there?
    pub fn has(&self, key: &Key) -> bool {
        self.node(key).is_some()
    }

    /// Where a key stands; without it, where the table begins.
    pub fn place_of(&self, key: &Key) -> Range<usize> {
        self.entries
            .keys()
            .find(|found| found.get_ref().as_ref() == key.name)
            .map_or_else(|| self.place.clone(), Spanned::span)
    }

    fn node(&self, key: &Key) -> Option<&'d Node<'d>> {
        debug_assert!(
            self.kind.keys.iter().any(|known| known.name == key.name),
            "{} is no key of {}",
            key.name,
            self.kind.head
        );
        self.entries.get(key.name)
    }

    fn by_default<T>(
        &self,
        key: &Key,
        mistakes: &mut Mistakes,
        read: impl Fn(&str) -> Result<T, String>,
    ) -> Option<T> {
        match key.absent {
            Absent::Means(text) => read(text).ok(),
            Absent::Off(_) => None,
            Absent::Mistake => {
                self.missing(key, format!("add it, as in `{}`", key.example), mistakes);
                None
            }
        }
    }

    fn missing(&self, key: &Key, help: String, mistakes: &mut Mistakes) {
        if self.misspelt.contains(&key.name) {
            return;
        }
        let what = format!("{} has no `{}`", named(self.kind), key.name);
        mistakes.at(&self.place, what, help);
    }
}

fn read_at<T>(
    key: &Key,
    node: &Node<'_>,
    text: &str,
    mistakes: &mut Mistakes,
    read: &impl Fn(&str) -> Result<T, String>,
) -> Option<T> {
    match read(text) {
        Ok(value) => Some(value),
        Err(problem) => {
            mistakes.at(
                &node.span(),
                format!("`{}`: {problem}", key.name),
                write(key),
            );
            None
        }
    }
}

fn wrong_type<T>(key: &Key, node: &Node<'_>, mistakes: &mut Mistakes) -> Option<T> {
    mistakes.at(
        &node.span(),
        format!("`{}` cannot be {}", key.name, kind_of(node.get_ref())),
        write(key),
    );
    None
}

/// What to write instead.
fn write(key: &Key) -> String {
    match key.form {
        "file" => format!(
            "name a file that is there, seen from the folder of this one, as in `{}`",
            key.example
        ),
        form => format!("write {form}, as in `{}`", key.example),
    }
}

fn kind_of(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

fn named(kind: &Table) -> &'static str {
    if kind.head.is_empty() {
        "the configuration"
    } else {
        kind.head
    }
}
