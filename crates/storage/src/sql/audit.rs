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
        .bind(row.sealed_person)
        .bind(row.subject_names);
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

macro_rules! columns {
    () => {
        "SELECT position, id, realm, at, actor_kind, actor_id, act, subject_kind, subject_id,
             subject_names, person, fields_before, fields_after, address, request_id, salt,
             sealed_actor, sealed_person
         FROM audit_records "
    };
}

/// `$1` the first position, `$2` the one to stop before; each condition that is not there is true.
/// The one that is said once more has an index.
macro_rules! select_rows {
    ($narrowing:literal, $direction:literal) => {
        concat!(
            columns!(),
            "WHERE position >= $1 AND ($2 IS NULL OR position < $2)
                 AND ($3 IS NULL OR realm = $3)
                 AND ($4 IS NULL OR person = $4 OR (actor_kind = 'person' AND actor_id = $5))
                 AND ($6 IS NULL OR act = $6)
                 AND ($7 IS NULL OR subject_kind = $7)
                 AND ($8 IS NULL OR subject_id = $8) ",
            $narrowing,
            " ORDER BY position ",
            $direction,
            " LIMIT $9"
        )
    };
}

macro_rules! either_way {
    ($wanted:ident, $narrowing:literal) => {
        match $wanted.newest_first {
            false => select_rows!($narrowing, "ASC"),
            true => select_rows!($narrowing, "DESC"),
        }
    };
}

/// By what leaves the fewest rows to look at, most likely.
pub(crate) fn statement(wanted: &AuditQuery) -> &'static str {
    match wanted {
        AuditQuery {
            subject_id: Some(_),
            ..
        } => either_way!(wanted, "AND subject_id = $8"),
        AuditQuery {
            person: Some(_), ..
        } => either_way!(
            wanted,
            "AND (person = $4 OR (actor_id = $5 AND actor_kind = 'person'))"
        ),
        AuditQuery { act: Some(_), .. } => either_way!(wanted, "AND act = $6"),
        AuditQuery {
            subject_kind: Some(_),
            ..
        } => either_way!(wanted, "AND subject_kind = $7"),
        AuditQuery { realm: Some(_), .. } => either_way!(wanted, "AND realm = $3"),
        _ => either_way!(wanted, ""),
    }
}

pub(crate) async fn rows(
    connection: &mut Connection,
    wanted: &AuditQuery,
) -> Result<Vec<AuditRow>, StoreError> {
    let Some(from) = next(wanted.after) else {
        return Ok(Vec::new());
    };
    if *wanted
        == (AuditQuery {
            after: wanted.after,
            ..AuditQuery::first(wanted.limit)
        })
    {
        return rows_from(connection, from, wanted.limit).await;
    }
    let statement = statement(wanted);
    let held = |text: &Option<String>| {
        text.as_deref()
            .map(|text| database::held(text).into_owned())
    };
    let select = query(statement)
        .bind(from)
        .bind(wanted.before)
        .bind(held(&wanted.realm))
        .bind(bind::optional_id(wanted.person.as_ref()))
        .bind(wanted.person.map(|person| person.to_string()))
        .bind(held(&wanted.act))
        .bind(held(&wanted.subject_kind))
        .bind(held(&wanted.subject_id))
        .bind(bind::limit(wanted.limit));
    fetch_all(connection, select, row).await
}

/// Every row from a position on. Every node asks for those that have no link, twice a second: a
/// statement with conditions that are not there would be planned anew each time.
async fn rows_from(
    connection: &mut Connection,
    from: i64,
    limit: usize,
) -> Result<Vec<AuditRow>, StoreError> {
    let select = query(concat!(
        columns!(),
        "WHERE position >= $1 ORDER BY position LIMIT $2"
    ))
    .bind(from)
    .bind(bind::limit(limit));
    fetch_all(connection, select, row).await
}

pub(crate) async fn on_grants_of(
    connection: &mut Connection,
    realm: &str,
    person: Uuid,
    limit: usize,
) -> Result<Vec<AuditRow>, StoreError> {
    let select = query(concat!(
        columns!(),
        "WHERE person = $2 AND realm = $1 AND subject_kind = 'grant'
         ORDER BY position DESC LIMIT $3"
    ))
    .bind(realm)
    .bind(person.as_bytes().as_slice())
    .bind(bind::limit(limit));
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
    after: Option<i64>,
    limit: usize,
) -> Result<Vec<AuditLink>, StoreError> {
    let Some(from) = next(after) else {
        return Ok(Vec::new());
    };
    let select = query(
        "SELECT number, position, digest FROM audit_links WHERE number >= $1
         ORDER BY number LIMIT $2",
    )
    .bind(from)
    .bind(bind::limit(limit));
    fetch_all(connection, select, link).await
}

/// The first number behind another, and without one the first there is: what a chain begins
/// with is not all that somebody can write. `None` if there is none.
fn next(after: Option<i64>) -> Option<i64> {
    after.map_or(Some(i64::MIN), |after| after.checked_add(1))
}

/// Whoever appends the first link, and nobody else, appends the others.
pub(crate) async fn append_links(
    connection: &mut Connection,
    links: &[AuditLink],
) -> Result<bool, StoreError> {
    for (place, link) in links.iter().enumerate() {
        let insert = query(
            "INSERT INTO audit_links (number, position, digest)
             SELECT $1, $2, $3
             WHERE (SELECT COALESCE(MAX(number), 0) FROM audit_links) = $1 - 1
             ON CONFLICT DO NOTHING",
        )
        .bind(link.number)
        .bind(link.position)
        .bind(link.digest.as_slice());
        if execute(connection, insert).await? > 0 {
            continue;
        }
        if place == 0 {
            return Ok(false);
        }
        return Err(StoreError::InconsistentRow {
            table: "audit_links",
            column: "position",
            row: link.position.to_string(),
            problem: format!("a link that is not number {} is there already", link.number),
        });
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
        subject_names: cells.text("subject_names")?,
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
