//! Keeping house: rows that no longer matter go, a few at a time.

use oauth::model::Timestamp;
use sqlx::query;

use super::bind;
use super::database::{self, Connection, unless_held};
use super::rows::execute;
use crate::error::StoreError;

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;
/// For how long reuse of a rotated refresh token is seen that does not expire. One that expires
/// is kept until then.
const ROTATED_KEPT: i64 = 90 * DAY;
/// For how long it is told what gates saw, from the last of its kind.
const GATE_CALLS_KEPT: i64 = 90 * DAY;
/// For how long a key that was revoked is still listed.
const API_KEYS_KEPT: i64 = 90 * DAY;

/// Acts on the rows that a query names. Those that another transaction holds wait for the next
/// round.
macro_rules! of_those {
    ($act:literal, $rows:literal) => {
        concat!($act, " IN (", unless_held!($rows), ")")
    };
}

/// What goes, and how much older than now it has to be, in milliseconds. `$1` is the moment
/// before which a row is old, `$2` how many may go.
const RULES: &[(&str, i64)] = &[
    (
        of_those!(
            "DELETE FROM authorization_codes WHERE hash",
            "SELECT hash FROM authorization_codes WHERE expires_at <= $1
             ORDER BY expires_at LIMIT $2"
        ),
        0,
    ),
    (
        of_those!(
            "DELETE FROM refresh_tokens WHERE hash",
            "SELECT hash FROM refresh_tokens WHERE expires_at IS NOT NULL AND expires_at <= $1
             ORDER BY expires_at LIMIT $2"
        ),
        0,
    ),
    (
        of_those!(
            "DELETE FROM refresh_tokens WHERE hash",
            "SELECT hash FROM refresh_tokens WHERE revoked_at IS NOT NULL AND revoked_at <= $1
             ORDER BY revoked_at LIMIT $2"
        ),
        DAY,
    ),
    (
        of_those!(
            "DELETE FROM refresh_tokens WHERE hash",
            "SELECT hash FROM refresh_tokens
             WHERE rotated_at IS NOT NULL AND expires_at IS NULL AND rotated_at <= $1
             ORDER BY rotated_at LIMIT $2"
        ),
        ROTATED_KEPT,
    ),
    (
        of_those!(
            "DELETE FROM browser_sessions WHERE hash",
            "SELECT hash FROM browser_sessions WHERE expires_at <= $1
             ORDER BY expires_at LIMIT $2"
        ),
        0,
    ),
    (
        of_those!(
            "DELETE FROM tickets WHERE hash",
            "SELECT hash FROM tickets WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2"
        ),
        0,
    ),
    (
        of_those!(
            "DELETE FROM authorization_requests WHERE hash",
            "SELECT hash FROM authorization_requests WHERE expires_at <= $1
             ORDER BY expires_at LIMIT $2"
        ),
        0,
    ),
    (
        of_those!(
            "DELETE FROM sign_ins WHERE hash",
            "SELECT hash FROM sign_ins WHERE expires_at <= $1
             ORDER BY expires_at LIMIT $2"
        ),
        0,
    ),
    (
        of_those!(
            "DELETE FROM used_once WHERE (realm, purpose, hash)",
            "SELECT realm, purpose, hash FROM used_once WHERE until <= $1
             ORDER BY until LIMIT $2"
        ),
        0,
    ),
    (
        of_those!(
            "DELETE FROM revoked_access_tokens WHERE (realm, id)",
            "SELECT realm, id FROM revoked_access_tokens WHERE expires_at <= $1
             ORDER BY expires_at LIMIT $2"
        ),
        0,
    ),
    (
        of_those!(
            "DELETE FROM login_attempts WHERE (realm, login_key, place)",
            "SELECT realm, login_key, place FROM login_attempts WHERE held_until <= $1
             ORDER BY held_until LIMIT $2"
        ),
        HOUR,
    ),
    (
        of_those!(
            "DELETE FROM gate_calls
             WHERE (realm, api, outcome, client, method, path, has_rule, reason)",
            "SELECT realm, api, outcome, client, method, path, has_rule, reason FROM gate_calls
             WHERE last_at <= $1 ORDER BY last_at LIMIT $2"
        ),
        GATE_CALLS_KEPT,
    ),
    (
        of_those!(
            "DELETE FROM api_keys WHERE id",
            "SELECT id FROM api_keys WHERE revoked_at IS NOT NULL AND revoked_at <= $1
             ORDER BY revoked_at LIMIT $2"
        ),
        API_KEYS_KEPT,
    ),
    // A family with refresh tokens is looked at again in 90 days: 7,776,000,000 ms.
    (
        of_those!(
            "UPDATE families SET kept_until = $1 + 7776000000 WHERE id",
            "SELECT id FROM families WHERE kept_until <= $1
                 AND EXISTS (SELECT 1 FROM refresh_tokens
                     WHERE refresh_tokens.grant_id = families.grant_id
                         AND refresh_tokens.family = families.id)
             ORDER BY kept_until LIMIT $2"
        ),
        0,
    ),
    (
        of_those!(
            "DELETE FROM families WHERE id",
            "SELECT id FROM families WHERE kept_until <= $1
                 AND NOT EXISTS (SELECT 1 FROM refresh_tokens
                     WHERE refresh_tokens.grant_id = families.grant_id
                         AND refresh_tokens.family = families.id)
             ORDER BY kept_until LIMIT $2"
        ),
        0,
    ),
    // The latest change stays, so that the sequence never goes back.
    (
        of_those!(
            "DELETE FROM changes WHERE sequence",
            "SELECT sequence FROM changes
             WHERE sequence <= (SELECT MAX(sequence) FROM change_marks WHERE marked_at <= $1)
                 AND sequence < (SELECT MAX(sequence) FROM changes)
             ORDER BY sequence LIMIT $2"
        ),
        HOUR,
    ),
];

pub(crate) async fn clean_up(
    connection: &mut Connection,
    now: Timestamp,
    limit: usize,
) -> Result<usize, StoreError> {
    if !database::hold_house(connection).await? {
        return Ok(0);
    }
    let now = bind::time(now);
    mark_changes(connection, now).await?;
    let mut removed = 0;
    for (sql, age) in RULES {
        let left = limit.saturating_sub(removed);
        if left == 0 {
            break;
        }
        removed += remove(connection, sql, now.saturating_sub(*age), left).await?;
    }
    forget_marks(connection, now).await?;
    Ok(removed)
}

/// Answers an error unless a write reaches the disk.
pub(crate) async fn check(connection: &mut Connection) -> Result<(), StoreError> {
    let update = query("UPDATE schema_versions SET version = version");
    execute(connection, update).await?;
    Ok(())
}

async fn remove(
    connection: &mut Connection,
    sql: &'static str,
    before: i64,
    limit: usize,
) -> Result<usize, StoreError> {
    let remove = query(sql).bind(before).bind(bind::limit(limit));
    let removed = execute(connection, remove).await?;
    Ok(usize::try_from(removed).unwrap_or(usize::MAX))
}

/// Notes how far the changes have come, at most once a minute.
async fn mark_changes(connection: &mut Connection, now: i64) -> Result<(), StoreError> {
    let insert = query(
        "INSERT INTO change_marks (marked_at, sequence)
         SELECT $1, (SELECT COALESCE(MAX(sequence), 0) FROM changes)
         WHERE NOT EXISTS (SELECT 1 FROM change_marks WHERE marked_at > $1 - 60000)",
    )
    .bind(now);
    execute(connection, insert).await?;
    Ok(())
}

/// A mark is needed until a later one is an hour old.
async fn forget_marks(connection: &mut Connection, now: i64) -> Result<(), StoreError> {
    let delete = query(
        "DELETE FROM change_marks WHERE marked_at <
             (SELECT MAX(marked_at) FROM change_marks WHERE marked_at <= $1)",
    )
    .bind(now.saturating_sub(HOUR));
    execute(connection, delete).await?;
    Ok(())
}
