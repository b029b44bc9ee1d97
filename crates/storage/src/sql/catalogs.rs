use oauth::audit::AuditRecord;
use oauth::model::Timestamp;
use sqlx::query;

use super::cells::Cells;
use super::database::{Connection, Row};
use super::rows::{execute, fetch_one};
use super::{audit, bind};
use crate::change::ChangeSubject;
use crate::error::StoreError;

pub(crate) async fn archive(
    connection: &mut Connection,
    digest: &[u8; 32],
    text: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let insert = query(
        "INSERT INTO catalogs (digest, text, archived_at) VALUES ($1, $2, $3)
         ON CONFLICT (digest) DO NOTHING",
    )
    .bind(digest.as_slice())
    .bind(text)
    .bind(bind::time(now));
    execute(connection, insert).await?;
    Ok(())
}

pub(crate) async fn one(
    connection: &mut Connection,
    digest: &[u8; 32],
) -> Result<Option<String>, StoreError> {
    let select =
        query("SELECT digest, text FROM catalogs WHERE digest = $1").bind(digest.as_slice());
    fetch_one(connection, select, text).await
}

pub(crate) async fn taken(
    connection: &mut Connection,
    realm: &str,
) -> Result<Option<[u8; 32]>, StoreError> {
    let select = query("SELECT realm, catalog FROM realms WHERE realm = $1").bind(realm);
    Ok(fetch_one(connection, select, digest).await?.flatten())
}

pub(crate) async fn take(
    connection: &mut Connection,
    realm: &str,
    digest: &[u8; 32],
    before: Option<&[u8; 32]>,
    record: &AuditRecord,
) -> Result<bool, StoreError> {
    let known = query("INSERT INTO realms (realm) VALUES ($1) ON CONFLICT (realm) DO NOTHING");
    execute(connection, known.bind(realm)).await?;
    let put = query(
        "UPDATE realms SET catalog = $2 WHERE realm = $1 AND catalog IS NOT DISTINCT FROM $3",
    )
    .bind(realm)
    .bind(digest.as_slice())
    .bind(before.map(<[u8; 32]>::as_slice));
    if execute(connection, put).await? == 0 {
        return Ok(false);
    }
    // Its scopes may have been numbered.
    audit::append(connection, realm, &ChangeSubject::Keys, record).await?;
    Ok(true)
}

fn digest(row: &Row) -> Result<Option<[u8; 32]>, StoreError> {
    Cells::new(row, "realms", &["realm"]).optional_bytes32("catalog")
}

fn text(row: &Row) -> Result<String, StoreError> {
    Cells::new(row, "catalogs", &["digest"]).text("text")
}
