//! A database of the release of 22 November 2026, and the secrets that belong to it; see
//! `crates/storage/tests/fixtures/2026-11-22`.

use std::path::Path;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, raw_sql};

use super::postgres_server::TestDatabase;

/// What belongs to the database of [`sqlite`].
pub const SQLITE_SECRETS: &str = include_str!("../../tests/fixtures/2026-11-22/sqlite.json");
/// What belongs to the database of [`postgres`].
pub const POSTGRES_SECRETS: &str = include_str!("../../tests/fixtures/2026-11-22/postgres.json");

/// Makes the file.
///
/// # Panics
/// If it is there already, or cannot be made.
pub async fn sqlite(path: &Path) {
    assert!(!path.exists());
    let options = SqliteConnectOptions::new().filename(path);
    let mut connection = options.create_if_missing(true).connect().await.unwrap();
    let dump = include_str!("../../tests/fixtures/2026-11-22/sqlite.sql");
    raw_sql(dump).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

/// Fills an empty database.
///
/// # Panics
/// If it is not empty.
pub async fn postgres(database: &TestDatabase) {
    let dump = include_str!("../../tests/fixtures/2026-11-22/postgres.sql");
    database.execute(dump).await;
}

/// What the release asks of a database before it runs on it: no version above 3.
pub const VERSION: &str = "SELECT COALESCE(MAX(version), 0) FROM schema_versions";
