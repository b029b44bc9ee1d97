//! What waits for a person, each kind in a table of its own: so many at most of one sender in a minute, of
//! one sender, and of a realm.

use std::time::Duration;

use oauth::model::{KeptRequests, Timestamp};
use sqlx::query;
use sqlx::query::Query;

use super::bind;
use super::database::{Arguments, Connection, Db};
use super::rows::execute;
use crate::error::StoreError;

/// How many go at most when one begins. It is usually one; more have come too many where a bound was
/// lowered, or several were kept at once.
const AT_ONCE: i64 = 100;

const MINUTE: Duration = Duration::from_secs(60);

/// The statements that keep one in a table. They take its rows by `hash`, `realm`, `sender` and `created_at`.
pub(crate) struct Table {
    pub insert: &'static str,
    pub too_many_of_sender: &'static str,
    pub too_many_of_realm: &'static str,
}

/// A table with these eight columns, of which the second is `realm` and the fourth `sender`.
macro_rules! table {
    ($table:literal ($columns:literal)) => {
        Table {
            insert: concat!(
                "INSERT INTO ",
                $table,
                " (",
                $columns,
                ") SELECT $1, $2, $3, $4, $5, $6, $7, $8
                 WHERE (SELECT COUNT(*) FROM ",
                $table,
                " WHERE realm = $2 AND sender = $4 AND created_at > $9) < $10"
            ),
            too_many_of_sender: delete!(
                $table,
                "realm = $1 AND sender = $2 ORDER BY created_at DESC, hash LIMIT $4 OFFSET $3"
            ),
            too_many_of_realm: delete!(
                $table,
                "realm = $1 ORDER BY created_at DESC, hash LIMIT $3 OFFSET $2"
            ),
        }
    };
}
pub(crate) use table;

/// Deletes what a query names. What is held is being deleted already. It is held by a query around it:
/// `OFFSET` would hold what it passes over, too.
macro_rules! delete {
    ($table:literal, $condition:literal) => {
        concat!(
            "DELETE FROM ",
            $table,
            " WHERE hash IN (",
            unless_held!(concat!(
                "SELECT hash FROM ",
                $table,
                " WHERE hash IN (SELECT hash FROM ",
                $table,
                " WHERE ",
                $condition,
                ")"
            )),
            ")"
        )
    };
}
pub(crate) use delete;

/// Whose it is, and since when it waits.
pub(crate) struct Waiting<'a> {
    pub realm: &'a str,
    pub sender: &'a str,
    pub created_at: Timestamp,
}

/// Keeps one, with its columns in the statement already, unless too many came of its sender in the minute
/// before. The oldest go where there are too many then.
pub(crate) async fn keep(
    connection: &mut Connection,
    table: &Table,
    insert: Query<'_, Db, Arguments>,
    one: Waiting<'_>,
    most: KeptRequests,
) -> Result<bool, StoreError> {
    let a_minute_ago = one.created_at.saturating_sub(MINUTE);
    let a_minute_ago = a_minute_ago.unwrap_or(Timestamp::MIN);
    let insert = insert
        .bind(bind::time(a_minute_ago))
        .bind(bind::limit(most.of_sender_in_a_minute));
    if execute(connection, insert).await? == 0 {
        return Ok(false);
    }
    let of_sender = query(table.too_many_of_sender)
        .bind(one.realm)
        .bind(one.sender)
        .bind(bind::limit(most.of_sender))
        .bind(AT_ONCE);
    execute(connection, of_sender).await?;
    let of_realm = query(table.too_many_of_realm)
        .bind(one.realm)
        .bind(bind::limit(most.of_realm))
        .bind(AT_ONCE);
    execute(connection, of_realm).await?;
    Ok(true)
}
