//! Texts that a language lacks.

use scope::Catalog;

use super::finding::{Finding, Found};
use super::rule::Rule;
use crate::texts;

pub(super) fn look(catalog: &Catalog, found: &mut Found<'_>) {
    for entry in texts::texts(catalog) {
        let lacks = |language: &&String| !entry.by_language.contains_key(*language);
        for language in catalog.languages().iter().filter(lacks) {
            found.findings.push(Finding {
                rule: Rule::MissingText,
                subject: format!("{} in {language}", entry.key),
                what: format!("there is no text in `{language}`"),
                line: Some(entry.line),
            });
        }
    }
}
