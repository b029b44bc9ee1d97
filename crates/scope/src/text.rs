//! Texts for people, in every language of the catalog.

use std::collections::BTreeMap;

use serde::Serialize;

/// Can it be a language of a catalog: a tag such as `en` or `de-CH` (RFC 5646 section 2.1)? Subtags
/// have one to eight letters or digits, the first at least two letters.
pub fn is_language(tag: &str) -> bool {
    let mut subtags = tag.split('-');
    let first = subtags.next().unwrap_or_default();
    let is_subtag = |own: &str| {
        (1..=8).contains(&own.len()) && own.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    let is_word = first.bytes().all(|byte| byte.is_ascii_alphabetic());
    first.len() >= 2 && is_word && is_subtag(first) && subtags.all(is_subtag)
}

/// One text in every language of its catalog, by language key such as `en` or `de`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Text {
    by_language: BTreeMap<String, String>,
    #[serde(skip)]
    fallback: String,
}

impl Text {
    pub(crate) fn new(by_language: BTreeMap<String, String>, fallback: &str) -> Self {
        Self {
            by_language,
            fallback: fallback.to_owned(),
        }
    }

    /// The text in this language: the exact key, else its primary subtag (`de` for `de-CH`),
    /// else the catalog's first language.
    pub fn get(&self, language: &str) -> &str {
        let primary = language.split(['-', '_']).next().unwrap_or_default();
        [language, primary, &self.fallback]
            .into_iter()
            .find_map(|key| self.by_language.get(key))
            .map_or("", String::as_str)
    }

    /// The language of what is not said in the one that is asked for.
    pub(crate) fn fallback(&self) -> &str {
        &self.fallback
    }

    /// Every language with its text.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.by_language
            .iter()
            .map(|(language, text)| (language.as_str(), text.as_str()))
    }
}
