//! Reading TOML tables by hand, so that one wrong value does not hide the next one.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use serde_json::Value;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::Text;
use crate::mistake::{Mistakes, Span, suggest};
use crate::unseen::misleading;

/// The most bytes of a text: a long section of prose has a tenth of it.
const MOST_TEXT: usize = 65_536;

/// A value with its place.
pub(crate) type Node<'d> = Spanned<DeValue<'d>>;

/// One table being read: remembers what was asked for, so that what is left is unknown.
pub(crate) struct Table<'d> {
    /// How messages name the table, such as `[token]`.
    pub(crate) name: String,
    /// The place of the key that opens it.
    pub(crate) span: Span,
    entries: Vec<Entry<'d>>,
    asked: Vec<&'static str>,
}

/// One key of a table.
#[derive(Clone)]
pub(crate) struct Entry<'d> {
    pub(crate) key: &'d str,
    pub(crate) span: Span,
    pub(crate) node: &'d Node<'d>,
}

impl<'d> Table<'d> {
    pub(crate) fn new(name: impl Into<String>, span: Span, table: &'d DeTable<'d>) -> Self {
        let mut entries: Vec<Entry<'d>> = table
            .iter()
            .map(|(key, node)| Entry {
                key: key.get_ref(),
                span: key.span(),
                node,
            })
            .collect();
        entries.sort_by_key(|entry| entry.span.start);
        Self {
            name: name.into(),
            span,
            entries,
            asked: Vec::new(),
        }
    }

    /// The entry, if it is there.
    pub(crate) fn take(&mut self, key: &'static str) -> Option<Entry<'d>> {
        self.asked.push(key);
        let index = self.entries.iter().position(|entry| entry.key == key)?;
        Some(self.entries.remove(index))
    }

    /// The entry; its absence is a mistake, and `help` says what to write.
    pub(crate) fn require(
        &mut self,
        key: &'static str,
        help: &str,
        m: &mut Mistakes,
    ) -> Option<Entry<'d>> {
        let entry = self.take(key);
        if entry.is_none() {
            m.at(&self.span, format!("{} has no `{key}`", self.name), help);
        }
        entry
    }

    /// A required text. An empty one stands for a mistake, which has been told.
    pub(crate) fn text(
        &mut self,
        key: &'static str,
        what: &str,
        languages: &[String],
        m: &mut Mistakes,
    ) -> Text {
        let help = format!("write `{key} = {{ en = \"…\" }}`, {what}");
        let entry = self.require(key, &help, m);
        entry
            .and_then(|entry| entry.text(languages, m))
            .unwrap_or_default()
    }

    /// Has nothing been left?
    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// What was not asked for, in file order.
    pub(crate) fn rest(self) -> Vec<Entry<'d>> {
        self.entries
    }

    /// Takes the entries not asked for so far whose key fits, in file order.
    pub(crate) fn take_where(&mut self, fits: impl Fn(&Entry<'d>) -> bool) -> Vec<Entry<'d>> {
        let (taken, left) = std::mem::take(&mut self.entries)
            .into_iter()
            .partition(fits);
        self.entries = left;
        taken
    }

    /// What was not asked for is unknown.
    pub(crate) fn finish(self, m: &mut Mistakes) {
        for entry in &self.entries {
            m.unknown_key(&entry.span, &self.name, entry.key, &self.asked);
        }
    }
}

impl<'d> Entry<'d> {
    /// A string that is not empty, and that people can read.
    pub(crate) fn string(&self, m: &mut Mistakes) -> Option<&'d str> {
        let text = self.written(m)?;
        self.readable("", &self.span, text, m);
        Some(text)
    }

    /// A string that is not empty.
    fn written(&self, m: &mut Mistakes) -> Option<&'d str> {
        match self.node.get_ref() {
            DeValue::String(text) if text.trim().is_empty() => {
                m.at(
                    &self.span,
                    format!("`{}` is empty", self.key),
                    "write some text, or remove the key",
                );
                None
            }
            DeValue::String(text) => Some(text),
            _ => self.wrong_type("a string", m),
        }
    }

    /// A whole number within these bounds.
    pub(crate) fn integer(&self, within: RangeInclusive<i64>, m: &mut Mistakes) -> Option<i64> {
        let DeValue::Integer(number) = self.node.get_ref() else {
            return self.wrong_type("a whole number", m);
        };
        let value = i64::from_str_radix(number.as_str(), number.radix()).ok();
        let value = value.filter(|value| within.contains(value));
        if value.is_none() {
            let what = format!("`{}` cannot be {}", self.key, number.as_str());
            let help = format!("write a number from {} to {}", within.start(), within.end());
            m.at(&self.span, what, help);
        }
        value
    }

    pub(crate) fn boolean(&self, m: &mut Mistakes) -> Option<bool> {
        match self.node.get_ref() {
            DeValue::Boolean(value) => Some(*value),
            _ => self.wrong_type("true or false", m),
        }
    }

    pub(crate) fn table(&self, name: impl Into<String>, m: &mut Mistakes) -> Option<Table<'d>> {
        match self.node.get_ref() {
            DeValue::Table(table) => Some(Table::new(name, self.span.clone(), table)),
            _ => self.wrong_type("a table", m),
        }
    }

    pub(crate) fn array(&self, m: &mut Mistakes) -> Option<&'d [Node<'d>]> {
        match self.node.get_ref() {
            DeValue::Array(array) => Some(array),
            _ => self.wrong_type("a list", m),
        }
    }

    /// Is it a list or table without anything in it?
    pub(crate) fn is_empty_list(&self) -> bool {
        match self.node.get_ref() {
            DeValue::Array(items) => items.is_empty(),
            DeValue::Table(table) => table.is_empty(),
            _ => false,
        }
    }

    /// The tables of `[[key]]`, each named like `[[key]]`.
    pub(crate) fn tables(&self, m: &mut Mistakes) -> Vec<Table<'d>> {
        let name = format!("[[{}]]", self.key);
        let mut tables = Vec::new();
        for node in self.array(m).unwrap_or_default() {
            match node.get_ref() {
                DeValue::Table(table) => tables.push(Table::new(name.clone(), node.span(), table)),
                _ => m.at(
                    &node.span(),
                    format!("{name} is not a table"),
                    format!("write {name} above its keys"),
                ),
            }
        }
        tables
    }

    /// A list of strings, each with its place.
    pub(crate) fn strings(&self, m: &mut Mistakes) -> Vec<(&'d str, Span)> {
        let mut strings = Vec::new();
        for node in self.array(m).unwrap_or_default() {
            match node.get_ref() {
                DeValue::String(text) => {
                    self.readable("", &node.span(), text, m);
                    strings.push((&**text, node.span()));
                }
                other => m.at(
                    &node.span(),
                    format!("`{}` holds {}", self.key, described(other)),
                    "every item is a string in quotes",
                ),
            }
        }
        strings
    }

    /// One of the listed words.
    pub(crate) fn word<T: Copy>(&self, words: &[(&str, T)], m: &mut Mistakes) -> Option<T> {
        let given = self.string(m)?;
        let found = words.iter().find(|(word, _)| *word == given);
        if found.is_none() {
            let known = words.iter().map(|(word, _)| *word);
            m.at(
                &self.span,
                format!("`{}` cannot be `{given}`", self.key),
                suggest(given, known, ""),
            );
        }
        found.map(|(_, value)| *value)
    }

    /// A text in every language of the catalog.
    pub(crate) fn text(&self, languages: &[String], m: &mut Mistakes) -> Option<Text> {
        let fallback = languages.first()?;
        let table = self.table(format!("`{}`", self.key), m)?;
        let mut by_language = BTreeMap::new();
        let mut seen = Vec::new();
        for entry in table.rest() {
            seen.push(entry.key);
            if !languages.iter().any(|language| language == entry.key) {
                m.at(
                    &entry.span,
                    format!(
                        "`{}` has a text in `{}`, which is not in `languages`",
                        self.key, entry.key
                    ),
                    format!("add `{}` to `languages`, or remove this text", entry.key),
                );
            } else if let Some(text) = entry.written(m) {
                let language = format!(" in `{}`", entry.key);
                self.readable(&language, &entry.span, text, m);
                by_language.insert(entry.key.to_owned(), text.to_owned());
            }
        }
        // What another language lacks is told by `catalog lint`: readers get this one.
        if !seen.contains(&fallback.as_str()) {
            m.at(
                &self.span,
                format!("`{}` has no text in `{fallback}`", self.key),
                "every text exists in the first language of `languages`; the others fall back to it",
            );
        }
        Some(Text::new(by_language, fallback))
    }

    /// What is written is for people: not endless, and of signs that they can see.
    fn readable(&self, language: &str, span: &Span, text: &str, m: &mut Mistakes) {
        let key = self.key;
        if text.len() > MOST_TEXT {
            m.at(
                span,
                format!("`{key}` has {} bytes{language}", text.len()),
                format!("say it in at most {MOST_TEXT} bytes"),
            );
        }
        if let Some(hidden) = misleading(text) {
            m.at(
                span,
                format!(
                    "`{key}` has a sign{language} that nobody sees: U+{:04X}",
                    u32::from(hidden)
                ),
                "write the text without it",
            );
        }
    }

    /// A life such as `4h`, in seconds.
    pub(crate) fn seconds(&self, m: &mut Mistakes) -> Option<u64> {
        let given = self.string(m)?;
        let seconds = given
            .strip_suffix(['s', 'm', 'h', 'd'])
            .filter(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
            .and_then(|number| number.parse::<u64>().ok())
            .and_then(|number| number.checked_mul(unit(given)))
            .filter(|seconds| (1..=MOST_SECONDS).contains(seconds));
        if seconds.is_none() {
            m.at(
                &self.span,
                format!("`{}` cannot be `{given}`", self.key),
                "write a whole number of s, m, h or d, such as `90s`, `4h` or `14d`; at most 3650d",
            );
        }
        seconds
    }

    pub(crate) fn wrong_type<T>(&self, wanted: &str, m: &mut Mistakes) -> Option<T> {
        m.at(
            &self.span,
            format!("`{}` is {}", self.key, described(self.node.get_ref())),
            format!("make it {wanted}"),
        );
        None
    }
}

/// Ten years: longer lives are typing mistakes.
const MOST_SECONDS: u64 = 3650 * 86_400;

fn unit(given: &str) -> u64 {
    match given.bytes().last() {
        Some(b's') => 1,
        Some(b'm') => 60,
        Some(b'h') => 3600,
        _ => 86_400,
    }
}

/// The value as JSON; dates become strings.
pub(crate) fn json(value: &DeValue<'_>) -> Value {
    match value {
        DeValue::String(text) => Value::from(&**text),
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
            .map_or_else(|_| Value::from(number.as_str()), Value::from),
        DeValue::Float(number) => number
            .as_str()
            .parse::<f64>()
            .map_or(Value::Null, Value::from),
        DeValue::Boolean(value) => Value::from(*value),
        DeValue::Datetime(when) => Value::from(when.to_string()),
        DeValue::Array(items) => items.iter().map(|item| json(item.get_ref())).collect(),
        DeValue::Table(table) => table
            .iter()
            .map(|(key, value)| (key.get_ref().to_string(), json(value.get_ref())))
            .collect(),
    }
}

/// The kind of a value with its article.
pub(crate) fn described(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
