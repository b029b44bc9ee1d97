//! Catalogs from the descriptions that APIs already have.
//!
//! `document` reads OpenAPI and Swagger files, whatever they are written in; `import` makes a
//! catalog of them, and a report of what was taken over, guessed and left out, and `describe` keeps
//! what they say of parameters, bodies and answers; `export` writes a catalog back into one, with
//! `extension` for what OpenAPI has no words for. `lint` tells what a catalog could do better; `texts`
//! takes its texts to translators and back; `runs` reads the calls that an app made and finds the
//! least scopes for them.

mod describe;
mod document;
mod export;
mod extension;
mod import;
mod lint;
mod new;
mod paths;
mod runs;
mod tenant;
mod texts;
mod unseen;
mod words;

pub use document::files::{Files, OnDisk, Unreadable, open_file};
pub use export::options::ExportOptions;
pub use export::report::ExportReport;
pub use export::run::{Exported, export};
pub use import::options::{Allow, Lists, ListsRule, Options};
pub use import::report::Report;
pub use import::run::{Imported, import};
pub use import::source::Source;
pub use lint::{Finding, Level, Lint, Rule, lint};
pub use new::new_catalog;
pub use runs::{
    Base, LeastOfRun, LeftOut, MissingBase, NoRule, NoRules, RecordedBody, RecordedCall, Run,
    RunFormat, RunOptions, UnreadableLine, UnreadableRun, UnseenBody, least_of_run, read_run,
};
pub use texts::{
    Taken, TextEntry, Translation, read as read_translations, take, texts, to_csv, to_xliff,
};
pub use unseen::with_numbers;
