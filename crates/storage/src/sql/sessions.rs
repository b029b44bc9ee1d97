use oauth::audit::AuditRecord;
use oauth::model::{BrowserSession, Timestamp, TokenHash, Uuid};
use sqlx::query;

use super::cells::Cells;
use super::database::{Connection, Row};
use super::fault::{About, fault, fault_about};
use super::rows::{fetch_all, fetch_one};
use super::{audit, bind, changes};
use crate::error::StoreError;
use crate::text::hexadecimal;

/// Columns by name, since a later version may add some while this one runs.
macro_rules! select {
    ($condition:literal) => {
        concat!(
            "SELECT hash, realm, user_id, created_at, expires_at, position, browser
         FROM browser_sessions ",
            $condition
        )
    };
}

pub(crate) async fn insert(
    connection: &mut Connection,
    session: &BrowserSession,
) -> Result<(), StoreError> {
    query(
        "INSERT INTO browser_sessions (hash, realm, user_id, created_at, expires_at, position, browser)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(session.hash.0.as_slice())
    .bind(&session.realm)
    .bind(session.user.as_bytes().as_slice())
    .bind(bind::time(session.created_at))
    .bind(bind::time(session.expires_at))
    .bind(bind::position(session.position))
    .bind(&session.browser)
    .execute(&mut *connection)
    .await
    .map_err(|error| {
        let about = About {
            record: ("session", &hexadecimal(&session.hash.0)),
            parent: ("user", &session.user.to_string()),
        };
        fault_about(&error, about)
    })?;
    changes::append(connection, &session.realm, &changes::session(&session.hash)).await
}

pub(crate) async fn one(
    connection: &mut Connection,
    hash: &TokenHash,
    now: Timestamp,
) -> Result<Option<BrowserSession>, StoreError> {
    let select = query(select!("WHERE hash = $1 AND expires_at > $2"))
        .bind(hash.0.as_slice())
        .bind(bind::time(now));
    fetch_one(connection, select, session).await
}

pub(crate) async fn of_user(
    connection: &mut Connection,
    realm: &str,
    user: Uuid,
    now: Timestamp,
) -> Result<Vec<BrowserSession>, StoreError> {
    let select = query(select!(
        "WHERE user_id = $2 AND realm = $1 AND expires_at > $3
         ORDER BY created_at DESC, hash"
    ))
    .bind(realm)
    .bind(user.as_bytes().as_slice())
    .bind(bind::time(now));
    fetch_all(connection, select, session).await
}

pub(crate) async fn end(
    connection: &mut Connection,
    hash: &TokenHash,
    record: &AuditRecord,
) -> Result<bool, StoreError> {
    let ended = query("DELETE FROM browser_sessions WHERE hash = $1 RETURNING realm, hash")
        .bind(hash.0.as_slice())
        .fetch_optional(&mut *connection)
        .await
        .map_err(fault)?;
    let Some(row) = ended else {
        return Ok(false);
    };
    let realm = Cells::new(&row, "browser_sessions", &["hash"]).text("realm")?;
    audit::append(connection, &realm, &changes::session(hash), record).await?;
    Ok(true)
}

fn session(row: &Row) -> Result<BrowserSession, StoreError> {
    let cells = Cells::new(row, "browser_sessions", &["hash"]);
    Ok(BrowserSession {
        hash: cells.hash("hash")?,
        realm: cells.text("realm")?,
        user: cells.uuid("user_id")?,
        created_at: cells.time("created_at")?,
        expires_at: cells.time("expires_at")?,
        position: cells.position("position")?,
        browser: cells.optional_text("browser")?,
    })
}
