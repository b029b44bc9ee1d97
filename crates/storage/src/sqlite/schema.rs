//! The tables on SQLite.

use sqlx::sqlite::SqliteConnection;
use sqlx::{query_scalar, raw_sql};

use super::fault::fault;
use super::sql::schema::{History, Kind, Step, upgrade};
use crate::error::StoreError;
use crate::upgrade::Upgrade;

pub(super) const HISTORY: History = History {
    versions: &[
        include_str!("../../migrations/sqlite/0001_records.sql"),
        include_str!("../../migrations/sqlite/0002_login_attempts.sql"),
        include_str!("../../migrations/sqlite/0003_rotated_refresh_tokens.sql"),
    ],
    steps: &[
        Step {
            needs: 3,
            script: concat!(
                include_str!("../../migrations/sqlite/0004_formats.sql"),
                include_str!("../../migrations/sqlite/0004_audit.sql"),
                include_str!("../../migrations/sqlite/0004_requests.sql"),
                include_str!("../../migrations/sqlite/0004_families.sql"),
                include_str!("../../migrations/sqlite/0004_gate_calls.sql"),
                include_str!("../../migrations/sqlite/0004_api_keys.sql"),
                include_str!("../../migrations/sqlite/0004_sign_in.sql"),
                include_str!("../../migrations/sqlite/0004_openid.sql"),
                include_str!("../../migrations/sqlite/0004_rights.sql")
            ),
            kind: Kind::Expand {
                room: "",
                compatible: include_str!("../../migrations/sqlite/0004_compatible.sql"),
            },
        },
        Step {
            needs: 4,
            script: include_str!("../../migrations/sqlite/0005_finished.sql"),
            kind: Kind::Contract,
        },
    ],
};

/// Brings the tables up to what this program knows, in one transaction: two processes that
/// start together do it once.
pub(super) async fn migrate(
    connection: &mut SqliteConnection,
    wanted: Upgrade,
) -> Result<i64, StoreError> {
    raw(connection, "BEGIN IMMEDIATE").await?;
    migrate_in_transaction(connection, wanted).await
}

/// The same in a transaction that has begun; ends it.
pub(super) async fn migrate_in_transaction(
    connection: &mut SqliteConnection,
    wanted: Upgrade,
) -> Result<i64, StoreError> {
    let migrated = async {
        raw(
            connection,
            "CREATE TABLE IF NOT EXISTS schema_versions (version INTEGER NOT NULL PRIMARY KEY) STRICT",
        )
        .await?;
        upgrade(connection, wanted).await
    };
    let migrated = migrated.await;
    let end = if migrated.is_ok() {
        "COMMIT"
    } else {
        "ROLLBACK"
    };
    let ended = raw(connection, end).await;
    migrated.and_then(|step| ended.map(|()| step))
}

pub(super) async fn has_table(
    connection: &mut SqliteConnection,
    name: &str,
) -> Result<bool, StoreError> {
    query_scalar("SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = $1)")
        .bind(name)
        .fetch_one(connection)
        .await
        .map_err(fault)
}

async fn raw(connection: &mut SqliteConnection, sql: &'static str) -> Result<(), StoreError> {
    raw_sql(sql).execute(connection).await.map_err(fault)?;
    Ok(())
}
