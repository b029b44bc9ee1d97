//! The texts of a catalog, to translators and back.

mod csv;
mod entry;
mod exchange;
mod take;
mod translation;
mod xliff;

pub use entry::TextEntry;
pub use exchange::{read, texts, to_csv, to_xliff};
pub use take::{Taken, take};
pub use translation::Translation;
