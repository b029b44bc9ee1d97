use std::collections::BTreeMap;

use oauth::audit::{AuditKey, AuditLink, AuditQuery, AuditRecord, AuditRow};
use oauth::model::Uuid;
use sqlx::query;

use super::cells::Cells;
use super::database::{self, Connection, Row};
use super::fault::fault;
use super::rows::{execute, fetch_all, fetch_one};
use super::{bind, changes};
use crate::change::ChangeSubject;
use crate::error::StoreError;

/// Appends a change with the record of the act that made it, within the caller's transaction and
/// as its last statements, as [`changes::append`].
pub(crate) async fn append(
    connection: &mut Connection,
    realm: &str,
    subject: &ChangeSubject,
    record: &AuditRecord,
) -> Result<(), StoreError> {
    let mut keys = BTreeMap::new();
    for (person, new) in record.people() {
        let key = key_or(connection, &record.realm, person, &new).await?;
        keys.insert(person, key);
    }
    let row = record.row(&keys);
    let mut insert = query(database::APPEND_AUDIT_RECORD)
        .bind(row.id.as_bytes().to_vec())
        .bind(row.realm)
        .bind(bind::time(row.at))
        .bind(row.actor_kind)
        .bind(row.actor_id)
        .bind(row.act)
        .bind(row.subject_kind)
        .bind(row.subject_id)
        .bind(row.person.map(|id| id.as_bytes().to_vec()))
        .bind(row.before)
        .bind(row.after)
        .bind(row.address)
        .bind(row.request_id)
        .bind(row.salt.to_vec())
        .bind(row.sealed_actor)
        .bind(row.sealed_person);
    if database::AUDIT_RECORD_APPENDS_CHANGE {
        let (kind, key, expires_at) = changes::columns(subject);
        insert = insert.bind(realm).bind(kind).bind(key).bind(expires_at);
    } else {
        changes::append(connection, realm, subject).await?;
    }
    execute(connection, insert).await?;
    Ok(())
}

/// The person's key; the new one, if there was none.
async fn key_or(
    connection: &mut Connection,
    realm: &str,
    person: Uuid,
    new: &AuditKey,
) -> Result<AuditKey, StoreError> {
    let row = query(
        "INSERT INTO audit_keys (realm, person, key) VALUES ($1, $2, $3)
         ON CONFLICT (realm, person) DO UPDATE SET key = audit_keys.key
         RETURNING realm, person, key",
    )
    .bind(realm)
    .bind(person.as_bytes().as_slice())
    .bind(new.0.as_slice())
    .fetch_one(connection)
    .await
    .map_err(fault)?;
    key(&row)
}

pub(crate) async fn rows(
    connection: &mut Connection,
    wanted: &AuditQuery,
) -> Result<Vec<AuditRow>, StoreError> {
    let select = query(
        "SELECT position, id, realm, at, actor_kind, actor_id, act, subject_kind, subject_id,
             person, fields_before, fields_after, address, request_id, salt, sealed_actor,
             sealed_person
         FROM audit_records WHERE position > $1 AND ($2 IS NULL OR realm = $2)
         ORDER BY position LIMIT $3",
    )
    .bind(wanted.after)
    .bind(wanted.realm.as_deref().map(database::held))
    .bind(bind::limit(wanted.limit));
    fetch_all(connection, select, row).await
}

pub(crate) async fn last_link(
    connection: &mut Connection,
) -> Result<Option<AuditLink>, StoreError> {
    let select =
        query("SELECT number, position, digest FROM audit_links ORDER BY number DESC LIMIT 1");
    fetch_one(connection, select, link).await
}

pub(crate) async fn links(
    connection: &mut Connection,
    after: i64,
    limit: usize,
) -> Result<Vec<AuditLink>, StoreError> {
    let select = query(
        "SELECT number, position, digest FROM audit_links WHERE number > $1
         ORDER BY number LIMIT $2",
    )
    .bind(after)
    .bind(bind::limit(limit));
    fetch_all(connection, select, link).await
}

/// Whoever appends the first link, and nobody else, appends the others.
pub(crate) async fn append_links(
    connection: &mut Connection,
    links: &[AuditLink],
) -> Result<bool, StoreError> {
    for link in links {
        let insert = query(
            "INSERT INTO audit_links (number, position, digest)
             SELECT $1, $2, $3
             WHERE (SELECT COALESCE(MAX(number), 0) FROM audit_links) = $1 - 1
             ON CONFLICT DO NOTHING",
        )
        .bind(link.number)
        .bind(link.position)
        .bind(link.digest.as_slice());
        if execute(connection, insert).await? == 0 {
            return Ok(false);
        }
    }
    Ok(true)
}

pub(crate) async fn key_of(
    connection: &mut Connection,
    realm: &str,
    person: Uuid,
) -> Result<Option<AuditKey>, StoreError> {
    let select =
        query("SELECT realm, person, key FROM audit_keys WHERE realm = $1 AND person = $2")
            .bind(realm)
            .bind(person.as_bytes().as_slice());
    fetch_one(connection, select, key).await
}

pub(crate) async fn destroy_key(
    connection: &mut Connection,
    realm: &str,
    person: Uuid,
    record: &AuditRecord,
) -> Result<bool, StoreError> {
    let delete = query("DELETE FROM audit_keys WHERE realm = $1 AND person = $2")
        .bind(realm)
        .bind(person.as_bytes().as_slice());
    if execute(connection, delete).await? == 0 {
        return Ok(false);
    }
    append(connection, realm, &ChangeSubject::User(person), record).await?;
    Ok(true)
}

fn row(row: &Row) -> Result<AuditRow, StoreError> {
    let cells = Cells::new(row, "audit_records", &["position"]);
    Ok(AuditRow {
        position: cells.number("position")?,
        id: cells.uuid("id")?,
        realm: cells.text("realm")?,
        at: cells.time("at")?,
        actor_kind: cells.text("actor_kind")?,
        actor_id: cells.optional_text("actor_id")?,
        act: cells.text("act")?,
        subject_kind: cells.text("subject_kind")?,
        subject_id: cells.text("subject_id")?,
        person: cells.optional_uuid("person")?,
        before: cells.text("fields_before")?,
        after: cells.text("fields_after")?,
        address: cells.optional_text("address")?,
        request_id: cells.optional_text("request_id")?,
        salt: cells.hash("salt")?.0,
        sealed_actor: cells.optional_bytes("sealed_actor")?,
        sealed_person: cells.optional_bytes("sealed_person")?,
    })
}

fn link(row: &Row) -> Result<AuditLink, StoreError> {
    let cells = Cells::new(row, "audit_links", &["number"]);
    Ok(AuditLink {
        number: cells.number("number")?,
        position: cells.number("position")?,
        digest: cells.hash("digest")?.0,
    })
}

fn key(row: &Row) -> Result<AuditKey, StoreError> {
    let cells = Cells::new(row, "audit_keys", &["realm", "person"]);
    Ok(AuditKey(cells.hash("key")?.0))
}
