//! What [`sql`](super::sql) needs to know of SQLite.

use std::borrow::Cow;

use sqlx::error::DatabaseError;

pub(super) use super::SqliteStore as Database;
pub(super) use super::schema::{HISTORY, has_table};
pub(super) use super::single_use::{
    INSERT_CODE, INSERT_CODE_ALONE, REDEEM_CODE, REDEEM_CODE_FOR_REFRESH_TOKEN, REPLACE_SUCCESSOR,
};
use crate::error::StoreError;
use crate::store::Wiped;

pub(super) type Db = sqlx::Sqlite;
pub(super) type Connection = sqlx::SqliteConnection;
pub(super) type Row = sqlx::sqlite::SqliteRow;
pub(super) type Arguments = sqlx::sqlite::SqliteArguments;

/// One statement on a connection that reads.
macro_rules! read {
    ($store:ident, $work:path $(, $argument:ident)*) => {
        $crate::sqlite::database::hand_in!(read, $store, $work $(, $argument)*)
    };
}

/// A transaction on the connection that writes.
macro_rules! write {
    ($store:ident, $work:path $(, $argument:ident)*) => {
        $crate::sqlite::database::hand_in!(write, $store, $work $(, $argument)*)
    };
}

/// A write that is whole by itself: one script.
macro_rules! write_alone {
    ($store:ident, $work:path $(, $argument:ident)*) => {
        $crate::sqlite::database::hand_in!(write_script, $store, $work $(, $argument)*)
    };
}

macro_rules! hand_in {
    ($how:ident, $store:ident, $work:path $(, $argument:ident)*) => {{
        $(let $argument = $crate::sqlite::arguments::Argument::take($argument);)*
        $store.shared.$how(move |connection| Box::pin(async move {
            $work(connection $(, $argument.lend())*).await
        })).await
    }};
}
pub(super) use {hand_in, read, write, write_alone};

/// Can a column hold this text? Any, here.
pub(super) fn can_hold(_text: &str) -> bool {
    true
}

/// Text that a column can hold: as it is.
pub(super) fn held(text: &str) -> Cow<'_, str> {
    text.into()
}

/// Appends a change: `$1` realm, `$2` kind, `$3` subject, `$4` expiry. Writers come one after
/// another, so the rows' own numbers grow with every commit.
pub(super) const APPEND_CHANGE: &str =
    "INSERT INTO changes (realm, kind, subject, expires_at) VALUES ($1, $2, $3, $4)";

/// The number that the next change will get.
pub(super) const NEXT_CHANGE: &str = "SELECT COALESCE(MAX(sequence), 0) + 1 AS next FROM changes";

/// Lets the changes go on behind `$1`: with a change that names nothing.
pub(super) const GO_ON_BEHIND: &str =
    "INSERT INTO changes (sequence, realm, kind, subject) SELECT $1, '', 'session', ''
     WHERE $1 > (SELECT COALESCE(MAX(sequence), 0) FROM changes)";

/// Adds an audit record at the place of the change that was just appended: `$1` to `$17` its
/// columns.
pub(super) const APPEND_AUDIT_RECORD: &str = "INSERT INTO audit_records (position, id, realm, at,
         actor_kind, actor_id, act, subject_kind, subject_id, person, fields_before, fields_after,
         address, request_id, salt, sealed_actor, sealed_person, subject_names)
     VALUES (last_insert_rowid(), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15,
         $16, $17)";
pub(super) const AUDIT_RECORD_APPENDS_CHANGE: bool = false;

/// What is deleted is overwritten (`secure_delete`); the log beside the file has it until it is
/// moved into the file, whole.
pub(super) async fn wipe_audit_keys(store: &Database) -> Result<Wiped, StoreError> {
    store.shared.empty_log().await?;
    Ok(Wiped::Everywhere)
}

/// Ends a query of rows that the transaction is about to change. There is one writer at a
/// time, so nobody else can.
macro_rules! for_update {
    ($query:expr) => {
        $query
    };
}
pub(super) use for_update;

/// Ends a query of rows that the transaction is about to delete: nobody else writes meanwhile.
macro_rules! unless_held {
    ($query:expr) => {
        $query
    };
}
pub(super) use unless_held;

/// Keeps other transactions from giving numbers until this one ends: it is the only writer.
#[expect(clippy::unused_async, reason = "other databases have to ask")]
pub(super) async fn hold_numbers(_connection: &mut Connection) -> Result<(), StoreError> {
    Ok(())
}

/// Nodes of the version before never run while their tables get further columns: the file is
/// claimed for that.
#[expect(clippy::unused_async, reason = "other databases have to move tables")]
pub(super) async fn make_room(
    _connection: &mut Connection,
    _script: &str,
) -> Result<(), StoreError> {
    Ok(())
}

/// Keeps other nodes from cleaning up until this transaction ends: it is the only writer.
/// Answers whether that is so.
#[expect(clippy::unused_async, reason = "other databases have to ask")]
pub(super) async fn hold_house(_connection: &mut Connection) -> Result<bool, StoreError> {
    Ok(true)
}

/// Does the error mean that another transaction did the same a moment before, unseen by this
/// one? Not where there is one writer.
pub(super) fn is_lost_race(_error: &dyn DatabaseError) -> bool {
    false
}

/// What an error that is no violated constraint means to a caller.
pub(super) fn meaning(error: &dyn DatabaseError) -> StoreError {
    let message = error.to_string();
    let code = error.code().and_then(|code| code.parse().ok());
    match code {
        Some(code) => meaning_of(code, message),
        None => StoreError::Refused(message),
    }
}

/// The transaction is rolled back after each of these errors. After most of them for good: a
/// log that ends without the transaction's last page is read without the transaction. But an
/// error that comes when that page is in the log already, at the sync or at the shared index,
/// leaves a log that says otherwise until the next commit overwrites it: should the process or
/// the machine end before that, what was rolled back may be there when the file is opened
/// again.
fn meaning_of(code: u32, message: String) -> StoreError {
    match (code, code & 0xff) {
        (IOERR_FSYNC | IOERR_SHMSIZE | IOERR_SHMLOCK | IOERR_SHMMAP, _)
        | (_, BUSY | LOCKED | CORRUPT | CANTOPEN | PROTOCOL | NOTADB) => {
            StoreError::Unavailable(message)
        }
        // Its message says only that something is full.
        (_, FULL) => {
            StoreError::NotWritable(format!("{message}: No space left; free space on its disk"))
        }
        (_, PERM | READONLY | IOERR) => StoreError::NotWritable(message),
        _ => StoreError::Refused(message),
    }
}

// Primary result codes of SQLite; the extended ones keep them in the lowest byte.
const PERM: u32 = 3;
const BUSY: u32 = 5;
const LOCKED: u32 = 6;
const READONLY: u32 = 8;
const IOERR: u32 = 10;
const CORRUPT: u32 = 11;
const FULL: u32 = 13;
const CANTOPEN: u32 = 14;
const PROTOCOL: u32 = 15;
const NOTADB: u32 = 26;

// Extended ones.
const IOERR_FSYNC: u32 = IOERR | (4 << 8);
const IOERR_SHMSIZE: u32 = IOERR | (19 << 8);
const IOERR_SHMLOCK: u32 = IOERR | (20 << 8);
const IOERR_SHMMAP: u32 = IOERR | (21 << 8);

#[cfg(test)]
mod tests {
    use oauth::audit::AuditQuery;
    use oauth::model::Uuid;
    use sqlx::sqlite::SqliteConnection;
    use sqlx::{Connection as _, Row as _};

    use super::super::schema;
    use super::super::sql::audit;
    use super::*;
    use crate::upgrade::Upgrade;

    /// Whatever is looked for in the audit record, not all of it is read.
    #[tokio::test]
    async fn each_filter_of_the_audit_record_has_its_index() {
        let connection = SqliteConnection::connect("sqlite::memory:").await;
        let mut connection = connection.unwrap();
        schema::migrate(&mut connection, Upgrade::Finish)
            .await
            .unwrap();
        let some = || Some("x".to_owned());
        let all = AuditQuery::first(10);
        let (realm, act) = (some(), some());
        let subject_kind = some();
        let kind = AuditQuery {
            subject_kind,
            ..all.clone()
        };
        let cases = [
            (
                AuditQuery {
                    realm,
                    ..all.clone()
                },
                "of_realm (realm=? AND position>",
            ),
            (
                AuditQuery {
                    act,
                    ..kind.clone()
                },
                "of_act (act=? AND position>",
            ),
            (
                AuditQuery {
                    subject_id: some(),
                    ..kind.clone()
                },
                "of_subject (subject_id=? AND",
            ),
            (kind, "of_kind (subject_kind=? AND position>"),
            (
                AuditQuery {
                    person: Some(Uuid::nil()),
                    ..all.clone()
                },
                "of_person (person=?",
            ),
            (
                AuditQuery {
                    person: Some(Uuid::nil()),
                    ..all
                },
                "of_actor (actor_id=?",
            ),
        ];
        for (query, index) in cases {
            for newest_first in [false, true] {
                let query = AuditQuery {
                    newest_first,
                    ..query.clone()
                };
                let explain = format!("EXPLAIN QUERY PLAN {}", audit::statement(&query));
                let explain = sqlx::query(sqlx::AssertSqlSafe(explain));
                let steps = explain.fetch_all(&mut connection).await.unwrap();
                let steps: Vec<String> = steps.iter().map(|step| step.get("detail")).collect();
                let used = format!("USING INDEX audit_records_{index}");
                assert!(
                    steps.iter().any(|step| step.contains(&used)),
                    "{used}: {steps:?}"
                );
            }
        }
    }

    #[test]
    fn only_what_is_certain_is_called_so() {
        let is_certain =
            |code| matches!(meaning_of(code, String::new()), StoreError::NotWritable(_));
        // Full, write error, read-only, permission.
        for certain in [13, 778, 8, 3] {
            assert!(is_certain(certain), "{certain}");
        }
        // fsync, and three of the shared index.
        for unknown in [1034, 4874, 5130, 5386] {
            let meaning = meaning_of(unknown, String::new());
            assert!(matches!(meaning, StoreError::Unavailable(_)), "{unknown}");
        }
    }
}
