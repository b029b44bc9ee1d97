//! Texts out of a catalog, and out of files that came back.

use scope::Catalog;

use crate::unseen::shown;

use super::entry::{self, TextEntry};
use super::translation::Translation;
use super::{csv, xliff};

/// Every text of a catalog, in file order.
#[must_use]
pub fn texts(catalog: &Catalog) -> Vec<TextEntry> {
    entry::read(catalog.source(), catalog.languages())
}

/// A table with a column for each language, as spreadsheets read it (RFC 4180). A language that
/// the catalog lacks is a column without texts.
#[must_use]
pub fn to_csv(catalog: &Catalog, languages: &[String]) -> String {
    csv::write(&texts(catalog), languages)
}

/// What translators' programs read: XLIFF 1.2, from the catalog's first language to another.
#[must_use]
pub fn to_xliff(catalog: &Catalog, language: &str) -> String {
    let from = catalog.languages().first();
    let from = from.map(String::as_str).unwrap_or_default();
    xliff::write(catalog.id(), &texts(catalog), from, language)
}

/// The texts of a file that came back: CSV as [`to_csv`] writes it, XLIFF 1.2 or 2. `first` is the
/// catalog's first language.
///
/// # Errors
/// What is wrong, where, and what to do.
pub fn read(text: &str, first: &str) -> Result<Vec<Translation>, String> {
    let read = match text.trim_start_matches('\u{feff}').trim_start() {
        xml if xml.starts_with('<') => xliff::read(xml),
        table => csv::read(table, first),
    };
    read.map_err(|why| shown(&why))
}
