//! What a person may do once with a secret: links in mails, sign-ins between password and second
//! factor.

use oauth::audit::AuditRecord;
use oauth::model::{Position, Ticket, TicketPurpose, Timestamp, TokenHash, Uuid};
use sqlx::query;

use super::cells::Cells;
use super::database::{Connection, Row};
use super::rows::{execute, fetch_one};
use super::{audit, bind, changes, holds};
use crate::error::StoreError;

pub(crate) async fn keep(
    connection: &mut Connection,
    ticket: &Ticket,
    most: usize,
) -> Result<(), StoreError> {
    // Held, so that of two that are kept at once each sees the other.
    holds::person(connection, &ticket.realm, ticket.user).await?;
    let insert = query(
        "INSERT INTO tickets (hash, realm, user_id, purpose, position, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(ticket.hash.0.as_slice())
    .bind(&ticket.realm)
    .bind(ticket.user.as_bytes().as_slice())
    .bind(ticket.purpose.as_str())
    .bind(bind::position(Some(ticket.position)))
    .bind(bind::time(ticket.created_at))
    .bind(bind::time(ticket.expires_at));
    execute(connection, insert).await?;
    let delete = query(
        "DELETE FROM tickets WHERE user_id = $1 AND purpose = $2 AND hash <> $3 AND hash NOT IN
             (SELECT hash FROM tickets WHERE user_id = $1 AND purpose = $2 AND hash <> $3
              ORDER BY created_at DESC, hash LIMIT $4)",
    )
    .bind(ticket.user.as_bytes().as_slice())
    .bind(ticket.purpose.as_str())
    .bind(ticket.hash.0.as_slice())
    .bind(bind::limit(most.saturating_sub(1)));
    execute(connection, delete).await?;
    Ok(())
}

pub(crate) async fn give(
    connection: &mut Connection,
    ticket: &Ticket,
    record: &AuditRecord,
) -> Result<(), StoreError> {
    keep(connection, ticket, 1).await?;
    audit::append(connection, &ticket.realm, &changes::nothing(), record).await
}

pub(crate) async fn one(
    connection: &mut Connection,
    hash: &TokenHash,
    now: Timestamp,
) -> Result<Option<Ticket>, StoreError> {
    // Columns by name, since a later version may add some while this one runs.
    let select = query(
        "SELECT hash, realm, user_id, purpose, position, created_at, expires_at
         FROM tickets WHERE hash = $1 AND expires_at > $2",
    )
    .bind(hash.0.as_slice())
    .bind(bind::time(now));
    fetch_one(connection, select, ticket).await
}

/// One conditional statement: of several, one finds it.
pub(crate) async fn use_up(
    connection: &mut Connection,
    hash: &TokenHash,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let delete = query("DELETE FROM tickets WHERE hash = $1 AND expires_at > $2")
        .bind(hash.0.as_slice())
        .bind(bind::time(now));
    Ok(execute(connection, delete).await? > 0)
}

/// What a person was given before counts no more.
pub(crate) async fn end_of_user(connection: &mut Connection, user: Uuid) -> Result<(), StoreError> {
    let delete = query("DELETE FROM tickets WHERE user_id = $1").bind(user.as_bytes().to_vec());
    execute(connection, delete).await?;
    Ok(())
}

fn ticket(row: &Row) -> Result<Ticket, StoreError> {
    let cells = Cells::new(row, "tickets", &["hash"]);
    let purpose = cells.text("purpose")?;
    let mut purposes = TicketPurpose::ALL.into_iter();
    let purpose = purposes
        .find(|known| known.as_str() == purpose)
        .ok_or_else(|| cells.impossible("purpose", format!("{purpose:?} is no purpose")))?;
    Ok(Ticket {
        hash: cells.hash("hash")?,
        realm: cells.text("realm")?,
        user: cells.uuid("user_id")?,
        purpose,
        position: Position(cells.number("position")?),
        created_at: cells.time("created_at")?,
        expires_at: cells.time("expires_at")?,
    })
}
