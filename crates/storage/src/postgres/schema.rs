//! The tables on PostgreSQL: how several nodes bring them up to date once, and how nodes of the
//! version before go on meanwhile.

use std::time::Duration;

use sqlx::postgres::PgConnection;
use sqlx::{query_scalar, raw_sql};

use super::sql::fault::fault;
use super::sql::schema::{History, Kind, State, Step, upgrade};
use crate::error::StoreError;
use crate::upgrade::Upgrade;

pub(super) const HISTORY: History = History {
    versions: &[
        include_str!("../../migrations/postgres/0001_records.sql"),
        include_str!("../../migrations/postgres/0002_login_attempts.sql"),
        include_str!("../../migrations/postgres/0003_rotated_refresh_tokens.sql"),
    ],
    steps: &[
        Step {
            needs: 3,
            script: concat!(
                include_str!("../../migrations/postgres/0004_formats.sql"),
                include_str!("../../migrations/postgres/0004_audit.sql"),
                include_str!("../../migrations/postgres/0004_requests.sql"),
                include_str!("../../migrations/postgres/0004_families.sql"),
                include_str!("../../migrations/postgres/0004_gate_calls.sql"),
                include_str!("../../migrations/postgres/0004_api_keys.sql"),
                include_str!("../../migrations/postgres/0004_sign_in.sql"),
                include_str!("../../migrations/postgres/0004_openid.sql"),
                include_str!("../../migrations/postgres/0004_rights.sql")
            ),
            kind: Kind::Expand {
                room: include_str!("../../migrations/postgres/0004_aside.sql"),
                compatible: include_str!("../../migrations/postgres/0004_compatible.sql"),
            },
        },
        Step {
            needs: 4,
            script: include_str!("../../migrations/postgres/0005_finished.sql"),
            kind: Kind::Contract,
        },
    ],
};

/// Tells listeners the number of a change, when it is committed.
const ANNOUNCE: &str = "CREATE OR REPLACE FUNCTION announce_change(latest BIGINT) RETURNS VOID
     LANGUAGE sql AS $$ SELECT pg_notify('scopegate_changes', latest::TEXT) $$";
/// The same where nobody can listen: the others find changes by looking for them.
const ANNOUNCE_NOTHING: &str =
    "CREATE OR REPLACE FUNCTION announce_change(latest BIGINT) RETURNS VOID
     LANGUAGE sql AS $$ SELECT NULL::VOID $$";

/// How often is tried to take tables that statements under way hold, and the pause between.
const TRIES: u32 = 60;
const PAUSE: Duration = Duration::from_millis(500);

/// Brings the tables up to what this program knows and answers the step they are at.
///
/// Nodes that start together do it once: the row of version 0 is a lock, which every database
/// with transactions has. All steps are committed together.
pub(super) async fn migrate(
    connection: &mut PgConnection,
    wanted: Upgrade,
) -> Result<i64, StoreError> {
    let found = State::of(connection).await?;
    found.require_known()?;
    if found.has_reached(wanted) {
        return Ok(found.step);
    }
    found.require_room(connection).await?;
    raw(
        connection,
        "SET statement_timeout = 0; SET lock_timeout = 0",
    )
    .await?;
    make_lock(connection).await?;
    let announces = raw(connection, "SELECT pg_notify('scopegate_changes', '0')")
        .await
        .is_ok();
    let mut tried = 0;
    loop {
        raw(connection, "BEGIN").await?;
        let migrated = migrate_in_transaction(connection, wanted, announces).await;
        let end = if migrated.is_ok() {
            "COMMIT"
        } else {
            "ROLLBACK"
        };
        let ended = raw(connection, end).await;
        tried += 1;
        match migrated {
            Err(error) if tried < TRIES && is_in_the_way(&error) => {
                tokio::time::sleep(PAUSE).await;
            }
            migrated => return migrated.and_then(|step| ended.map(|()| step)),
        }
    }
}

/// Did statements under way hold a table for longer than this one waits?
fn is_in_the_way(error: &StoreError) -> bool {
    match error {
        StoreError::Unavailable(problem) => problem.contains("lock timeout"),
        StoreError::Contended(_) => true,
        _ => false,
    }
}

/// Two that make the same table at the same moment: one of them fails, and finds it made.
async fn make_lock(connection: &mut PgConnection) -> Result<(), StoreError> {
    const LOCK: &str =
        "CREATE TABLE IF NOT EXISTS schema_versions (version BIGINT NOT NULL PRIMARY KEY);
         INSERT INTO schema_versions (version) VALUES (0) ON CONFLICT DO NOTHING";
    if has_table(connection, "schema_versions").await? {
        return Ok(());
    }
    if raw(connection, LOCK).await.is_ok() {
        return Ok(());
    }
    raw(connection, LOCK).await
}

async fn migrate_in_transaction(
    connection: &mut PgConnection,
    wanted: Upgrade,
    announces: bool,
) -> Result<i64, StoreError> {
    raw(
        connection,
        "SELECT version FROM schema_versions WHERE version = 0 FOR UPDATE",
    )
    .await?;
    if wanted == Upgrade::Finish {
        require_no_older(connection).await?;
    }
    let announce = if announces {
        ANNOUNCE
    } else {
        ANNOUNCE_NOTHING
    };
    // Later it would be made beside the tables that are aside.
    if !State::of(connection).await?.has_reached(Upgrade::Expand) {
        raw(connection, announce).await?;
    }
    upgrade(connection, wanted).await
}

/// Whoever knows nothing of what comes must be gone: their statements would fail from now on.
async fn require_no_older(connection: &mut PgConnection) -> Result<(), StoreError> {
    let older: i64 = query_scalar(
        "SELECT COUNT(*) FROM pg_stat_activity
         WHERE datname = current_database() AND application_name = 'scopegate'",
    )
    .fetch_one(connection)
    .await
    .map_err(fault)?;
    if older == 0 {
        return Ok(());
    }
    let sessions = if older == 1 { "session" } else { "sessions" };
    Err(StoreError::Misconfigured(format!(
        "a server of an older version is connected, with {older} {sessions}; stop it first"
    )))
}

/// Puts the tables where nodes of the version before do not see the columns that come.
pub(super) async fn make_room(
    connection: &mut PgConnection,
    script: &'static str,
) -> Result<(), StoreError> {
    raw(connection, script).await.map_err(|error| match error {
        StoreError::NotWritable(problem) => StoreError::NotWritable(format!(
            "{problem}; an upgrade while servers of the version before run makes a schema: \
             GRANT CREATE ON DATABASE to this user, or stop every server and run \
             `scopegate migrate --finish`, which needs none"
        )),
        other => other,
    })
}

pub(super) async fn has_table(
    connection: &mut PgConnection,
    name: &str,
) -> Result<bool, StoreError> {
    query_scalar("SELECT to_regclass($1) IS NOT NULL")
        .bind(name)
        .fetch_one(connection)
        .await
        .map_err(fault)
}

async fn raw(connection: &mut PgConnection, sql: &'static str) -> Result<(), StoreError> {
    raw_sql(sql).execute(connection).await.map_err(fault)?;
    Ok(())
}
