use std::sync::Arc;

use crate::error::StoreError;
use crate::postgres::{PgOptions, PgStore};
use crate::sqlite::{SqliteOptions, SqliteStore};
use crate::store::Store;
use crate::upgrade::Upgrade;

/// How a database is opened, whichever it is.
#[derive(Debug, Clone, Default)]
pub struct Opening {
    /// Only check that the tables are as this program knows them, do not bring them up to
    /// date.
    pub check_only: bool,
    /// The most connections to a PostgreSQL database, without the one that follows changes;
    /// `None` is the default of [`PgOptions`].
    pub connections: Option<u32>,
}

/// Opens a database and brings its tables up to date: `postgres://…` or `postgresql://…` for
/// PostgreSQL, `sqlite:PATH` or a plain path for SQLite. Must be called within a tokio
/// runtime, which has to outlive the store.
///
/// # Errors
/// [`StoreError::NewerSchema`] if a newer program made the tables,
/// [`StoreError::NotWritable`] or [`StoreError::Unavailable`] if it cannot be used.
pub async fn open(url_or_path: &str) -> Result<Arc<dyn Store>, StoreError> {
    open_with(url_or_path, &Opening::default()).await
}

/// The same with options.
///
/// # Errors
/// As [`open`]; with [`Opening::check_only`], [`StoreError::Misconfigured`] if the tables are
/// older than this program.
pub async fn open_with(url_or_path: &str, opening: &Opening) -> Result<Arc<dyn Store>, StoreError> {
    Ok(match Place::of(url_or_path) {
        Place::Postgres(url) => {
            let mut options = PgOptions {
                check_only: opening.check_only,
                ..PgOptions::default()
            };
            options.connections = opening.connections.unwrap_or(options.connections);
            Arc::new(PgStore::open_with(url, &options).await?)
        }
        Place::Sqlite(path) => {
            let options = SqliteOptions {
                check_only: opening.check_only,
                ..SqliteOptions::default()
            };
            Arc::new(SqliteStore::open_with(path, &options).await?)
        }
    })
}

/// Brings the tables of a database up to date, and does nothing else. A new database is made
/// whole either way.
///
/// # Errors
/// As [`open`].
pub async fn migrate(url_or_path: &str, upgrade: Upgrade) -> Result<(), StoreError> {
    match Place::of(url_or_path) {
        Place::Postgres(url) => PgStore::migrate(url, upgrade).await?,
        Place::Sqlite(path) => SqliteStore::migrate(path, upgrade).await?,
    };
    Ok(())
}

/// Where a database is.
#[derive(Debug, PartialEq, Eq)]
enum Place<'a> {
    Postgres(&'a str),
    Sqlite(&'a str),
}

impl<'a> Place<'a> {
    fn of(url_or_path: &'a str) -> Self {
        let is_postgres = ["postgres:", "postgresql:"]
            .iter()
            .any(|scheme| url_or_path.starts_with(scheme));
        if is_postgres {
            return Self::Postgres(url_or_path);
        }
        let path = url_or_path.strip_prefix("sqlite:").unwrap_or(url_or_path);
        // As in sqlite:///var/lib/scopegate/scopegate.sqlite, with no host.
        Self::Sqlite(
            path.strip_prefix("//")
                .filter(|path| path.starts_with('/'))
                .unwrap_or(path),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::Place::{self, Postgres, Sqlite};

    #[test]
    fn a_url_or_path_names_one_database() {
        for (given, place) in [
            ("postgres://a@b/c", Postgres("postgres://a@b/c")),
            ("postgresql://a@b/c", Postgres("postgresql://a@b/c")),
            ("sqlite:data/x.sqlite", Sqlite("data/x.sqlite")),
            ("sqlite:/data/x.sqlite", Sqlite("/data/x.sqlite")),
            ("sqlite:///data/x.sqlite", Sqlite("/data/x.sqlite")),
            ("/data/x.sqlite", Sqlite("/data/x.sqlite")),
            ("postgres.sqlite", Sqlite("postgres.sqlite")),
        ] {
            assert_eq!(Place::of(given), place, "{given}");
        }
    }
}
