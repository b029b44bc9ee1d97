//! The tables, version by version.

use sqlx::sqlite::SqliteConnection;
use sqlx::{Row, query, raw_sql};

use super::fault::fault;
use crate::error::StoreError;

/// In order, without gaps: the first is version 1. A released one is never changed.
const MIGRATIONS: &[&str] = &[
    include_str!("../../migrations/sqlite/0001_records.sql"),
    include_str!("../../migrations/sqlite/0002_login_attempts.sql"),
    include_str!("../../migrations/sqlite/0003_rotated_refresh_tokens.sql"),
];

/// Brings the tables up to what this program knows, in one transaction: two processes that
/// start together do it once.
pub(super) async fn migrate(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    raw(connection, "BEGIN IMMEDIATE").await?;
    let migrated = migrate_in_transaction(connection).await;
    let end = if migrated.is_ok() {
        "COMMIT"
    } else {
        "ROLLBACK"
    };
    let ended = raw(connection, end).await;
    migrated.and(ended)
}

/// For a database that may not be written: the tables must be there as they are known.
pub(super) async fn require_current(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    let found = version(connection).await?;
    refuse_newer(found)?;
    if found == known() {
        return Ok(());
    }
    Err(StoreError::NotWritable(format!(
        "it has schema {found} and this program needs {}; run `scopegate migrate`, which brings it up to date",
        known()
    )))
}

/// The version of tables that this program can read or bring up to date.
pub(super) async fn require_known(connection: &mut SqliteConnection) -> Result<i64, StoreError> {
    let found = version(connection).await?;
    refuse_newer(found)?;
    Ok(found)
}

async fn migrate_in_transaction(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    raw(
        connection,
        "CREATE TABLE IF NOT EXISTS schema_versions (version INTEGER NOT NULL PRIMARY KEY) STRICT",
    )
    .await?;
    let found = version(connection).await?;
    refuse_newer(found)?;
    for (number, migration) in (1_i64..).zip(MIGRATIONS) {
        if number > found {
            raw(connection, migration).await?;
            query("INSERT INTO schema_versions (version) VALUES ($1)")
                .bind(number)
                .execute(&mut *connection)
                .await
                .map_err(fault)?;
        }
    }
    Ok(())
}

fn refuse_newer(found: i64) -> Result<(), StoreError> {
    let known = known();
    if found > known {
        return Err(StoreError::NewerSchema { found, known });
    }
    Ok(())
}

fn known() -> i64 {
    i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX)
}

async fn version(connection: &mut SqliteConnection) -> Result<i64, StoreError> {
    let row = query("SELECT COALESCE(MAX(version), 0) FROM schema_versions")
        .fetch_one(connection)
        .await
        .map_err(fault)?;
    row.try_get(0).map_err(fault)
}

async fn raw(connection: &mut SqliteConnection, sql: &'static str) -> Result<(), StoreError> {
    raw_sql(sql).execute(connection).await.map_err(fault)?;
    Ok(())
}
