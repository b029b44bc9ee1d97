use sqlx::query;

use super::cells::Cells;
use super::database::{self, Connection, Row};
use super::fault::fault;
use super::rows::{execute, fetch_all};
use crate::change::{Change, ChangeSubject};
use crate::error::StoreError;
use crate::text::hexadecimal;
use oauth::model::{Position, TokenHash, Uuid};

/// Appends a change within the caller's transaction, as its last statement: on a database
/// with many writers, it locks the sequence until the transaction ends.
pub(crate) async fn append(
    connection: &mut Connection,
    realm: &str,
    subject: &ChangeSubject,
) -> Result<(), StoreError> {
    let (kind, key, expires_at) = columns(subject);
    let append = query(database::APPEND_CHANGE)
        .bind(realm)
        .bind(kind)
        .bind(key)
        .bind(expires_at);
    execute(connection, append).await?;
    Ok(())
}

/// How far the changes have come before the one that the caller's transaction is about to append:
/// what was issued without knowledge of it carries this place or an earlier one. On a database
/// with many writers, it locks the sequence until the transaction ends, so every row that the
/// transaction changes has to be held before.
pub(crate) async fn before_next(connection: &mut Connection) -> Result<Position, StoreError> {
    let row = query(database::NEXT_CHANGE)
        .fetch_one(connection)
        .await
        .map_err(fault)?;
    let next = Cells::new(&row, "changes", &[]).number("next")?;
    Ok(Position(next - 1))
}

/// Lets the changes go on behind a place, if they have not come so far; answers the last place
/// before the next change. Whoever follows the changes finds a gap, and reads everything anew.
pub(crate) async fn go_on_behind(
    connection: &mut Connection,
    place: i64,
) -> Result<Position, StoreError> {
    let Position(before) = before_next(connection).await?;
    let place = place.max(before);
    execute(connection, query(database::GO_ON_BEHIND).bind(place)).await?;
    Ok(Position(place))
}

pub(crate) async fn latest(connection: &mut Connection) -> Result<i64, StoreError> {
    let row = query("SELECT COALESCE(MAX(sequence), 0) AS latest FROM changes")
        .fetch_one(connection)
        .await
        .map_err(fault)?;
    Cells::new(&row, "changes", &[]).number("latest")
}

pub(crate) async fn after(
    connection: &mut Connection,
    after: i64,
    limit: usize,
) -> Result<Vec<Change>, StoreError> {
    let select = query(
        "SELECT sequence, realm, kind, subject, expires_at FROM changes
         WHERE sequence > $1 ORDER BY sequence LIMIT $2",
    )
    .bind(after)
    .bind(super::bind::limit(limit));
    fetch_all(connection, select, change).await
}

/// The subject of a change that nobody has to follow: no session is called so. A kind of its own
/// would stop nodes of the release of 22 November.
pub(crate) fn nothing() -> ChangeSubject {
    ChangeSubject::Session(String::new())
}

/// The subject of a session's change.
pub(crate) fn session(hash: &TokenHash) -> ChangeSubject {
    ChangeSubject::Session(hexadecimal(&hash.0))
}

/// Kind, key and expiry of a change.
pub(super) fn columns(subject: &ChangeSubject) -> (&str, String, Option<i64>) {
    match subject {
        ChangeSubject::Client(id) => ("client", id.clone(), None),
        ChangeSubject::User(id) => ("user", id.to_string(), None),
        ChangeSubject::Organisation(id) => ("organisation", id.to_string(), None),
        ChangeSubject::Grant(id) => ("grant", id.to_string(), None),
        ChangeSubject::Keys => ("keys", String::new(), None),
        ChangeSubject::Session(hash) => ("session", hash.clone(), None),
        ChangeSubject::Unknown(kind) => (kind, String::new(), None),
        ChangeSubject::AccessToken(id, expires_at) => {
            ("access-token", id.to_string(), Some(*expires_at))
        }
    }
}

fn change(row: &Row) -> Result<Change, StoreError> {
    let cells = Cells::new(row, "changes", &["sequence"]);
    Ok(Change {
        sequence: cells.number("sequence")?,
        realm: cells.text("realm")?,
        subject: subject(&cells)?,
    })
}

fn subject(cells: &Cells<'_>) -> Result<ChangeSubject, StoreError> {
    let key = cells.text("subject")?;
    let id = |key: &str| -> Result<Uuid, StoreError> {
        Uuid::try_parse(key).map_err(|error| cells.impossible("subject", error))
    };
    Ok(match cells.text("kind")?.as_str() {
        "client" => ChangeSubject::Client(key),
        "user" => ChangeSubject::User(id(&key)?),
        "organisation" => ChangeSubject::Organisation(id(&key)?),
        "grant" => ChangeSubject::Grant(id(&key)?),
        "keys" => ChangeSubject::Keys,
        "session" => ChangeSubject::Session(key),
        "access-token" => {
            ChangeSubject::AccessToken(id(&key)?, cells.time("expires_at")?.as_millisecond())
        }
        other => ChangeSubject::Unknown(other.to_owned()),
    })
}
