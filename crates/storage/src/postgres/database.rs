//! What [`sql`](super::sql) needs to know of PostgreSQL.

use std::borrow::Cow;

use sqlx::error::DatabaseError;
use sqlx::{query, raw_sql};

pub(super) use super::PgStore as Database;
pub(super) use super::schema::{HISTORY, has_table, make_room};
pub(super) use super::single_use::{
    INSERT_CODE, INSERT_CODE_ALONE, REDEEM_CODE, REDEEM_CODE_FOR_REFRESH_TOKEN, REPLACE_SUCCESSOR,
};
use super::sql::fault::fault;
use crate::error::StoreError;
use crate::store::Wiped;

pub(super) type Db = sqlx::Postgres;
pub(super) type Connection = sqlx::PgConnection;
pub(super) type Row = sqlx::postgres::PgRow;
pub(super) type Arguments = sqlx::postgres::PgArguments;

/// One statement that reads.
macro_rules! read {
    ($store:ident, $work:path $(, $argument:ident)*) => {
        $crate::postgres::database::call!($store, lease => {
            let worked = $work(lease.connection()? $(, $argument)*).await;
            lease.end(worked, $crate::postgres::pool::Repeat::Harmless).await
        })
    };
}

/// A transaction.
macro_rules! write {
    ($store:ident, $work:path $(, $argument:ident)*) => {
        $crate::postgres::database::call!($store, lease => match lease.begin().await {
            Ok(()) => {
                let worked = $work(lease.connection()? $(, $argument)*).await;
                lease.end_transaction(worked).await
            }
            Err(error) => {
                lease.end(Err(error), $crate::postgres::pool::Repeat::Harmless).await
            }
        })
    };
}

/// A write that is whole by itself: one statement. It is not made again when its connection is
/// lost: nobody knows whether it was done.
macro_rules! write_alone {
    ($store:ident, $work:path $(, $argument:ident)*) => {
        $crate::postgres::database::call!($store, lease => {
            let worked = $work(lease.connection()? $(, $argument)*).await;
            lease.end(worked, $crate::postgres::pool::Repeat::Unknown).await
        })
    };
}

/// Makes a call until there is an answer.
macro_rules! call {
    ($store:ident, $lease:ident => $ended:expr) => {{
        let connections = &$store.shared.connections;
        let mut attempts = $crate::postgres::attempts::Attempts::default();
        loop {
            let attempt = connections.bounded(async {
                let mut $lease = connections.lease().await?;
                Ok($ended)
            });
            if let Some(answer) = attempts.judge(attempt.await).await {
                break answer;
            }
        }
    }};
}
pub(super) use {call, read, write, write_alone};

/// Can a column hold this text? PostgreSQL keeps no NUL, and refuses to look for one: nothing
/// is called so.
pub(super) fn can_hold(text: &str) -> bool {
    !text.contains('\0')
}

/// Text that a column can hold, whatever somebody typed.
pub(super) fn held(text: &str) -> Cow<'_, str> {
    if can_hold(text) {
        return text.into();
    }
    text.replace('\0', "\u{fffd}").into()
}

/// Appends a change: `$1` realm, `$2` kind, `$3` subject, `$4` expiry.
///
/// The counter's row stays locked until the transaction ends, so numbers are committed in
/// their order, without gaps: whoever sees one has seen all before it.
pub(super) const APPEND_CHANGE: &str = "WITH next AS (
         UPDATE counters SET value = value + 1 WHERE name = 'changes' RETURNING value
     ), appended AS (
         INSERT INTO changes (sequence, realm, kind, subject, expires_at)
         SELECT value, $1, $2, $3, $4 FROM next
     )
     SELECT announce_change(value) FROM next";

/// The number that the next change of this transaction will get: nobody else appends one until
/// the transaction ends.
pub(super) const NEXT_CHANGE: &str =
    "SELECT value + 1 AS next FROM counters WHERE name = 'changes' FOR UPDATE";

/// Lets the changes go on behind `$1`.
pub(super) const GO_ON_BEHIND: &str =
    "UPDATE counters SET value = $1 WHERE name = 'changes' AND value < $1";

/// Appends a change as [`APPEND_CHANGE`] does, and an audit record at its place: `$1` to `$17` the
/// record's columns, `$18` to `$21` the change.
pub(super) const APPEND_AUDIT_RECORD: &str = "WITH next AS (
         UPDATE counters SET value = value + 1 WHERE name = 'changes' RETURNING value
     ), appended AS (
         INSERT INTO changes (sequence, realm, kind, subject, expires_at)
         SELECT value, $18, $19, $20, $21 FROM next
     ), recorded AS (
         INSERT INTO audit_records (position, id, realm, at, actor_kind, actor_id, act,
             subject_kind, subject_id, person, fields_before, fields_after, address, request_id,
             salt, sealed_actor, sealed_person, subject_names)
         SELECT value, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,
             $17
         FROM next
     )
     SELECT announce_change(value) FROM next";
pub(super) const AUDIT_RECORD_APPENDS_CHANGE: bool = true;

/// Makes the table anew from the rows that are there. `VACUUM` would leave what it frees as it is,
/// and `VACUUM FULL` what an old snapshot may still see. Whoever waits for the table waits for
/// the lock of its next act, too: the bound is short.
const WIPE_AUDIT_KEYS: &str = "SET LOCAL lock_timeout = '3s';
     LOCK TABLE audit_keys IN ACCESS EXCLUSIVE MODE;
     CREATE TEMPORARY TABLE audit_keys_kept ON COMMIT DROP AS SELECT * FROM audit_keys;
     TRUNCATE audit_keys;
     INSERT INTO audit_keys SELECT * FROM audit_keys_kept";

pub(super) async fn wipe_audit_keys(store: &Database) -> Result<Wiped, StoreError> {
    write!(store, rewrite_audit_keys)?;
    Ok(Wiped::InTables)
}

async fn rewrite_audit_keys(connection: &mut Connection) -> Result<(), StoreError> {
    let rewrite = raw_sql(WIPE_AUDIT_KEYS).execute(connection);
    rewrite.await.map_err(fault)?;
    Ok(())
}

/// Ends a query of rows that the transaction is about to change: others who want to wait.
macro_rules! for_update {
    ($query:expr) => {
        concat!($query, " FOR UPDATE")
    };
}
pub(super) use for_update;

/// Ends a query of rows that the transaction is about to delete: those that others hold are
/// left out. Whoever deletes many rows would else wait for another who waits for it.
macro_rules! unless_held {
    ($query:expr) => {
        concat!($query, " FOR UPDATE SKIP LOCKED")
    };
}
pub(super) use unless_held;

/// Keeps other transactions from giving numbers until this one ends.
pub(super) async fn hold_numbers(connection: &mut Connection) -> Result<(), StoreError> {
    query("SELECT 1 FROM counters WHERE name = 'numbers' FOR UPDATE")
        .execute(connection)
        .await
        .map_err(fault)?;
    Ok(())
}

/// Keeps other nodes from cleaning up until this transaction ends; answers whether none is
/// doing so now.
pub(super) async fn hold_house(connection: &mut Connection) -> Result<bool, StoreError> {
    let held = query("SELECT 1 FROM counters WHERE name = 'house' FOR UPDATE SKIP LOCKED")
        .fetch_optional(connection)
        .await
        .map_err(fault)?;
    Ok(held.is_some())
}

/// Constraints that only a race can violate: the transaction looked first, and would have
/// done something else had it seen what another had not committed yet.
const RACED_FOR: &[&str] = &[
    "realm_keys_current",
    "grants_live",
    "memberships_pkey",
    "membership_roles_pkey",
];

/// A statement was prepared before its table was changed by an upgrade. Another connection
/// prepares it anew.
pub(super) const OUTDATED_STATEMENT: &str = "cached plan must not change result type";

/// Does the error mean that another transaction was in the way, and that trying again is
/// right?
pub(super) fn is_lost_race(error: &dyn DatabaseError) -> bool {
    const SERIALIZATION_FAILURE: &str = "40001";
    const DEADLOCK_DETECTED: &str = "40P01";
    let code = error.code();
    matches!(
        code.as_deref(),
        Some(SERIALIZATION_FAILURE | DEADLOCK_DETECTED)
    ) || error.message() == OUTDATED_STATEMENT
        || error
            .constraint()
            .is_some_and(|constraint| RACED_FOR.contains(&constraint))
}

/// What an error that is no violated constraint means to a caller, by the SQLSTATE codes of
/// the manual's appendix "PostgreSQL Error Codes".
pub(super) fn meaning(error: &dyn DatabaseError) -> StoreError {
    let message = error.to_string();
    let code = error.code().unwrap_or_default();
    match code.as_ref() {
        // Read-only transaction, insufficient privilege, disk full.
        "25006" | "42501" | "53100" => StoreError::NotWritable(message),
        // Idle in transaction, lock not available, query cancelled, transaction aborted by
        // the server's recovery, input or output error.
        "25P03" | "55P03" | "57014" | "58030" => StoreError::Unavailable(message),
        // No such database.
        "3D000" => StoreError::Unavailable(message),
        // Connection exceptions, refused credentials, resources, operator intervention.
        _ if ["08", "28", "53", "57"]
            .iter()
            .any(|class| code.starts_with(class)) =>
        {
            StoreError::Unavailable(message)
        }
        _ => StoreError::Refused(message),
    }
}
