//! What Scopegate keeps, and the databases it keeps it in.
//!
//! [`Store`] is the law; [`SqliteStore`] the embedded default. [`conformance`] is the suite
//! that every store passes.

mod change;
pub mod conformance;
mod error;
mod sandbox;
mod sqlite;
mod store;
mod text;

pub use change::{Change, ChangeSubject};
pub use error::StoreError;
pub use sandbox::{SandboxQuery, SandboxRecord};
pub use sqlite::{SqliteClaim, SqliteFile, SqliteOptions, SqliteStore};
pub use store::{Recording, Redemption, Store};
