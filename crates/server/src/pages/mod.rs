//! The pages people see: signing in, consent, connected apps, the reference of scopes.

pub mod account;
mod attempts;
pub(crate) mod consent;
pub mod form;
pub mod login;
pub mod next;
pub mod refusal;
mod rows;
pub mod scopes;
pub mod static_files;
pub mod views;
pub mod visit;
pub mod words;

pub use attempts::{PER_ADDRESS, PER_USERNAME, WINDOW_MINUTES};
pub use static_files::stylesheet_path;
pub use visit::ClientAddress;
