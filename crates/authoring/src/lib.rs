//! Catalogs from the descriptions that APIs already have.
//!
//! `document` reads OpenAPI and Swagger files, whatever they are written in; `import` makes a
//! catalog of them, and a report of what was taken over, guessed and left out.

mod document;
mod import;

pub use document::files::{Files, OnDisk, Unreadable};
pub use import::options::{Allow, Lists, ListsRule, Options};
pub use import::report::Report;
pub use import::run::{Imported, import};
pub use import::source::Source;
