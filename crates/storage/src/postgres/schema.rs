//! The tables, version by version.

use sqlx::error::DatabaseError;
use sqlx::postgres::PgConnection;
use sqlx::{query, query_scalar, raw_sql};

use super::sql::fault::fault;
use crate::error::StoreError;

/// In order, without gaps: the first is version 1. A released one is never changed.
const MIGRATIONS: &[&str] = &[
    include_str!("../../migrations/postgres/0001_records.sql"),
    include_str!("../../migrations/postgres/0002_login_attempts.sql"),
    include_str!("../../migrations/postgres/0003_rotated_refresh_tokens.sql"),
];

/// Tells listeners the number of a change, when it is committed.
const ANNOUNCE: &str = "CREATE OR REPLACE FUNCTION announce_change(latest BIGINT) RETURNS VOID
     LANGUAGE sql AS $$ SELECT pg_notify('scopegate_changes', latest::TEXT) $$";
/// The same where nobody can listen: the others find changes by looking for them.
const ANNOUNCE_NOTHING: &str =
    "CREATE OR REPLACE FUNCTION announce_change(latest BIGINT) RETURNS VOID
     LANGUAGE sql AS $$ SELECT NULL::VOID $$";

/// Brings the tables up to what this program knows and answers their version.
///
/// Nodes that start together do it once: the row of version 0 is a lock, which every database
/// with transactions has. Each version and its mark are committed together.
pub(super) async fn migrate(connection: &mut PgConnection) -> Result<i64, StoreError> {
    if let Ok(Some(found)) = version(connection).await
        && found >= known()
    {
        refuse_newer(found)?;
        return Ok(found);
    }
    raw(
        connection,
        "SET statement_timeout = 0; SET lock_timeout = 0",
    )
    .await?;
    make_lock(connection).await?;
    let announces = raw(connection, "SELECT pg_notify('scopegate_changes', '0')")
        .await
        .is_ok();
    raw(connection, "BEGIN").await?;
    let migrated = migrate_in_transaction(connection, announces).await;
    let end = if migrated.is_ok() {
        "COMMIT"
    } else {
        "ROLLBACK"
    };
    let ended = raw(connection, end).await;
    migrated.and_then(|version| ended.map(|()| version))
}

/// The tables must be there as they are known.
pub(super) async fn require_current(connection: &mut PgConnection) -> Result<(), StoreError> {
    let found = version(connection).await?.unwrap_or(0);
    refuse_newer(found)?;
    if found == known() {
        return Ok(());
    }
    Err(StoreError::NotWritable(format!(
        "it has schema {found} and this program needs {}; run `scopegate migrate`, which brings it up to date",
        known()
    )))
}

/// Two that make the same table at the same moment: one of them fails, and finds it made.
async fn make_lock(connection: &mut PgConnection) -> Result<(), StoreError> {
    const LOCK: &str =
        "CREATE TABLE IF NOT EXISTS schema_versions (version BIGINT NOT NULL PRIMARY KEY);
         INSERT INTO schema_versions (version) VALUES (0) ON CONFLICT DO NOTHING";
    if raw(connection, LOCK).await.is_ok() {
        return Ok(());
    }
    raw(connection, LOCK).await
}

async fn migrate_in_transaction(
    connection: &mut PgConnection,
    announces: bool,
) -> Result<i64, StoreError> {
    raw(
        connection,
        "SELECT version FROM schema_versions WHERE version = 0 FOR UPDATE",
    )
    .await?;
    let found = version(connection).await?.unwrap_or(0);
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
    if found < known() {
        let announce = if announces {
            ANNOUNCE
        } else {
            ANNOUNCE_NOTHING
        };
        raw(connection, announce).await?;
    }
    Ok(known())
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

/// `None` if there are no tables.
async fn version(connection: &mut PgConnection) -> Result<Option<i64>, StoreError> {
    const UNDEFINED_TABLE: &str = "42P01";
    let version = query_scalar("SELECT COALESCE(MAX(version), 0) FROM schema_versions")
        .fetch_one(connection)
        .await;
    match version {
        Ok(version) => Ok(Some(version)),
        Err(error) => {
            let code = error.as_database_error().and_then(DatabaseError::code);
            match code.as_deref() {
                Some(UNDEFINED_TABLE) => Ok(None),
                _ => Err(fault(error)),
            }
        }
    }
}

async fn raw(connection: &mut PgConnection, sql: &'static str) -> Result<(), StoreError> {
    raw_sql(sql).execute(connection).await.map_err(fault)?;
    Ok(())
}
