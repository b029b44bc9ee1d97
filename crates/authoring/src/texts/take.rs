//! Translations into a catalog file that people edit.

use std::collections::BTreeMap;

use scope::{Catalog, misleading};
use toml_edit::{DocumentMut, Item, TableLike, Value};

use super::entry;
use super::translation::Translation;

/// What came of taking translations in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Taken {
    /// The catalog file with them.
    pub file: String,
    /// How many texts were set, by language.
    pub set: BTreeMap<String, usize>,
    /// How many stood there already.
    pub same: usize,
    /// Keys that the catalog does not have.
    pub unknown: Vec<String>,
    /// Keys whose text in the first language is another one by now: the translation was taken, and
    /// somebody has to read it again.
    pub outdated: Vec<String>,
    /// Keys whose translator says that there is more to do; not taken.
    pub unfinished: Vec<String>,
    /// Keys whose translation has a sign that nobody sees; not taken.
    pub unseen: Vec<String>,
    /// Languages that the catalog did not have.
    pub new_languages: Vec<String>,
}

/// Sets the texts of all languages but the first, which is not translated; whatever else the file
/// says stays as it is.
///
/// # Errors
/// The mistakes of the catalog, before or after.
pub fn take(name: &str, file: &str, translations: &[Translation]) -> Result<Taken, String> {
    let catalog = Catalog::parse(name, file).map_err(|mistakes| mistakes.to_string())?;
    let mut document: DocumentMut = file
        .parse()
        .map_err(|error| format!("{name}: it cannot be edited: {error}"))?;
    let mut languages = catalog.languages().to_vec();
    let first = languages.first().cloned().unwrap_or_default();
    let known: BTreeMap<String, BTreeMap<String, String>> = entry::read(file, &languages)
        .into_iter()
        .map(|entry| (entry.key, entry.by_language))
        .collect();
    let mut taken = Taken::default();
    for own in translations.iter().filter(|own| own.language != first) {
        let Some(texts) = known.get(&own.key) else {
            note(&mut taken.unknown, &own.key);
            continue;
        };
        if !own.is_finished {
            note(&mut taken.unfinished, &own.key);
            continue;
        }
        if misleading(&own.text).is_some() {
            note(&mut taken.unseen, &own.key);
            continue;
        }
        let is_outdated = match (&own.source, texts.get(&first)) {
            (Some(source), Some(text)) => source.trim() != text.trim(),
            _ => false,
        };
        if texts.get(&own.language) == Some(&own.text) {
            taken.same += 1;
            continue;
        }
        let Some(table) = find(document.as_table_mut(), &own.key) else {
            note(&mut taken.unknown, &own.key);
            continue;
        };
        set(table, &own.language, &own.text);
        *taken.set.entry(own.language.clone()).or_default() += 1;
        if is_outdated {
            note(&mut taken.outdated, &own.key);
        }
        if !languages.contains(&own.language) {
            languages.push(own.language.clone());
            taken.new_languages.push(own.language.clone());
        }
    }
    if let Some(list) = document.get_mut("languages").and_then(Item::as_array_mut) {
        for language in &taken.new_languages {
            list.push(language.as_str());
        }
    }
    taken.file = document.to_string();
    Catalog::parse(name, &taken.file).map_err(|mistakes| {
        format!(
            "with these texts the catalog would have mistakes, so nothing was written\n{mistakes}"
        )
    })?;
    Ok(taken)
}

fn note(keys: &mut Vec<String>, key: &str) {
    if keys.last().is_none_or(|last| last != key) {
        keys.push(key.to_owned());
    }
}

fn set(text: &mut Item, language: &str, value: &str) {
    if let Some(inline) = text.as_inline_table_mut() {
        inline.insert(language, Value::from(value));
        inline.fmt();
    } else if let Some(table) = text.as_table_like_mut() {
        table.insert(language, Item::Value(Value::from(value)));
    }
}

/// The text at a key such as `guide[0].title`. Names of resources may hold dots: the longest
/// name that is there is taken.
fn find<'d>(table: &'d mut dyn TableLike, key: &str) -> Option<&'d mut Item> {
    let cuts = key.match_indices('.').map(|(at, _)| at);
    let mut ends: Vec<usize> = cuts.chain(std::iter::once(key.len())).collect();
    ends.reverse();
    let fitting = ends.into_iter().find(|end| {
        let name = key.get(..*end).unwrap_or_default();
        table.contains_key(split_place(name).0)
    })?;
    let (name, rest) = key.split_at_checked(fitting)?;
    let rest = rest.strip_prefix('.');
    let (name, place) = split_place(name);
    let item = table.get_mut(name)?;
    match (place, rest) {
        (Some(place), Some(rest)) => find(item.as_array_of_tables_mut()?.get_mut(place)?, rest),
        (Some(_), None) => None,
        (None, Some(rest)) => find(item.as_table_like_mut()?, rest),
        (None, None) => Some(item),
    }
}

/// A name, and the place in a list behind it.
fn split_place(name: &str) -> (&str, Option<usize>) {
    let split = name.strip_suffix(']').and_then(|own| own.rsplit_once('['));
    match split.map(|(name, place)| (name, place.parse().ok())) {
        Some((name, Some(place))) => (name, Some(place)),
        _ => (name, None),
    }
}
