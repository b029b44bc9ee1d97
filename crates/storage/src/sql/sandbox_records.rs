use oauth::model::{Page, SandboxQuery, SandboxRecord, Uuid};
use sqlx::query;

use super::bind;
use super::cells::Cells;
use super::database::{self, Connection, Row};
use super::fault::{About, fault_about};
use super::rows::{execute, fetch_one, fetch_page};
use crate::error::StoreError;
use crate::text::json;

/// Columns by name, since a later version may add some while this one runs.
macro_rules! select {
    ($condition:literal) => {
        concat!(
            "SELECT position, realm, organisation_id, collection, parent, id, created_by, body,
         created_at, updated_at
         FROM sandbox_records ",
            $condition
        )
    };
}

pub(crate) async fn page(
    connection: &mut Connection,
    wanted: &SandboxQuery,
) -> Result<Page<SandboxRecord>, StoreError> {
    let size = bind::page_size(&wanted.page);
    let select = query(select!(
        "WHERE organisation_id = $2 AND collection = $3 AND realm = $1
             AND ($4 IS NULL OR parent = $4) AND ($5 IS NULL OR created_by = $5)
             AND position > $6
         ORDER BY position LIMIT $7"
    ))
    .bind(&wanted.realm)
    .bind(wanted.organisation.as_bytes().as_slice())
    .bind(&wanted.collection)
    .bind(wanted.parent.as_deref())
    .bind(wanted.created_by.as_deref())
    .bind(behind(wanted.page.after.as_deref()))
    .bind(bind::limit(size + 1));
    let placed = fetch_page(connection, select, size, placed_record, |(position, _)| {
        position.to_string()
    })
    .await?;
    Ok(Page {
        items: placed.items.into_iter().map(|(_, record)| record).collect(),
        next: placed.next,
    })
}

pub(crate) async fn one(
    connection: &mut Connection,
    realm: &str,
    organisation: Uuid,
    collection: &str,
    id: &str,
) -> Result<Option<SandboxRecord>, StoreError> {
    if !database::can_hold(id) {
        return Ok(None);
    }
    let select = query(select!(
        "WHERE organisation_id = $2 AND collection = $3 AND id = $4 AND realm = $1"
    ))
    .bind(realm)
    .bind(organisation.as_bytes().as_slice())
    .bind(collection)
    .bind(id);
    fetch_one(connection, select, record).await
}

pub(crate) async fn by_id(
    connection: &mut Connection,
    realm: &str,
    organisation: Uuid,
    id: &str,
) -> Result<Option<SandboxRecord>, StoreError> {
    if !database::can_hold(id) {
        return Ok(None);
    }
    let select = query(select!(
        "WHERE organisation_id = $2 AND id = $3 AND realm = $1
         ORDER BY position LIMIT 1"
    ))
    .bind(realm)
    .bind(organisation.as_bytes().as_slice())
    .bind(id);
    fetch_one(connection, select, record).await
}

pub(crate) async fn put(
    connection: &mut Connection,
    records: &[SandboxRecord],
) -> Result<(), StoreError> {
    for record in records {
        put_one(connection, record).await?;
    }
    Ok(())
}

pub(crate) async fn delete(
    connection: &mut Connection,
    realm: &str,
    organisation: Uuid,
    collection: &str,
    id: &str,
) -> Result<bool, StoreError> {
    let delete = query(
        "DELETE FROM sandbox_records
         WHERE organisation_id = $2 AND collection = $3 AND id = $4 AND realm = $1",
    )
    .bind(realm)
    .bind(organisation.as_bytes().as_slice())
    .bind(collection)
    .bind(id);
    Ok(execute(connection, delete).await? > 0)
}

async fn put_one(connection: &mut Connection, record: &SandboxRecord) -> Result<(), StoreError> {
    query(
        "INSERT INTO sandbox_records (realm, organisation_id, collection, parent, id, created_by,
             body, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (organisation_id, collection, id) DO UPDATE SET
             parent = excluded.parent, created_by = excluded.created_by, body = excluded.body,
             created_at = excluded.created_at, updated_at = excluded.updated_at",
    )
    .bind(&record.realm)
    .bind(record.organisation.as_bytes().as_slice())
    .bind(&record.collection)
    .bind(&record.parent)
    .bind(&record.id)
    .bind(record.created_by.as_deref())
    .bind(json(&record.body)?)
    .bind(bind::time(record.created_at))
    .bind(bind::time(record.updated_at))
    .execute(connection)
    .await
    .map_err(|error| {
        let about = About {
            record: ("sandbox record", &record.id),
            parent: ("organisation", &record.organisation.to_string()),
        };
        fault_about(&error, about)
    })?;
    Ok(())
}

/// The position named by a page's `next`. What no page ever named lies behind everything.
fn behind(after: Option<&str>) -> i64 {
    match after {
        None => 0,
        Some(position) => position.parse().unwrap_or(i64::MAX),
    }
}

fn placed_record(row: &Row) -> Result<(i64, SandboxRecord), StoreError> {
    let position = Cells::new(row, "sandbox_records", &["position"]).number("position")?;
    Ok((position, record(row)?))
}

fn record(row: &Row) -> Result<SandboxRecord, StoreError> {
    let cells = Cells::new(row, "sandbox_records", &["position"]);
    Ok(SandboxRecord {
        realm: cells.text("realm")?,
        organisation: cells.uuid("organisation_id")?,
        collection: cells.text("collection")?,
        parent: cells.text("parent")?,
        id: cells.text("id")?,
        created_by: cells.optional_text("created_by")?,
        body: cells.json("body")?,
        created_at: cells.time("created_at")?,
        updated_at: cells.time("updated_at")?,
    })
}
