//! What Scopegate keeps, and the databases it keeps it in.
//!
//! [`Store`] is the law; [`SqliteStore`] the embedded default, [`PgStore`] for several nodes,
//! and [`open`] takes whichever is named. The suite that every store passes is `conformance`,
//! compiled with the feature of that name.

mod change;
#[cfg(feature = "conformance")]
pub mod conformance;
mod error;
mod figures;
mod open;
mod postgres;
mod single_use;
mod sqlite;
mod store;
mod text;
mod upgrade;

pub use change::{Change, ChangeSubject};
pub use error::StoreError;
pub use figures::{ConnectionFigures, StoreFigures};
pub use open::{Opening, migrate, open, open_with};
pub use postgres::{PgOptions, PgStore};
pub use sqlite::{SqliteClaim, SqliteFile, SqliteOptions, SqliteStore};
pub use store::{
    Accounts, ApiKeys, Approvals, ArrivalStep, Audit, Catalogs, Changes, Clients, Codes, Families,
    Gates, Grants, Hook, Housekeeping, Keys, Once, Organisations, People, Realms, Requests,
    Sandbox, Sessions, SignIns, Store, Tokens, Wiped,
};
pub use upgrade::Upgrade;
