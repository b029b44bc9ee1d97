//! The pages people see: signing in, consent, connected apps, the reference of scopes.

pub(crate) mod attempts;
pub(crate) mod browser;
pub(crate) mod code;
pub(crate) mod compressed;
mod cut;
pub(crate) mod differences;
pub(crate) mod errors;
pub(crate) mod forgotten;
pub(crate) mod form;
pub(crate) mod group_title;
pub(crate) mod home;
pub mod letters;
pub(crate) mod link;
pub(crate) mod login;
pub(crate) mod missing;
pub(crate) mod next;
pub(crate) mod organisation_names;
pub(crate) mod public;
pub(crate) mod realm_home;
pub(crate) mod reference;
pub(crate) mod refusal;
pub mod respond;
pub(crate) mod rows;
pub(crate) mod scopes;
pub(crate) mod shorten;
pub(crate) mod static_files;
#[cfg(test)]
mod tests;
pub(crate) mod views;
pub(crate) mod visit;
pub(crate) mod words;

pub use static_files::stylesheet_path;
pub use views::{LanguageLink, SampleAccount, SampleAccounts};
pub use visit::{choose_language, foreign_form, language_links, nowhere};
pub use words::{Texts, Words};

pub use crate::language::Language;
