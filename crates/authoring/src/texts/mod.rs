//! The texts of a catalog, for translators.

pub(crate) mod entry;

use scope::Catalog;

use self::entry::TextEntry;

/// Every text of a catalog, in file order.
#[must_use]
pub fn of(catalog: &Catalog) -> Vec<TextEntry> {
    entry::read(catalog.source(), catalog.languages())
}
