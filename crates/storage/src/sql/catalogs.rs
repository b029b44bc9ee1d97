use oauth::model::Timestamp;
use sqlx::query;

use super::bind;
use super::cells::Cells;
use super::database::{Connection, Row};
use super::rows::{execute, fetch_one};
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

fn text(row: &Row) -> Result<String, StoreError> {
    Cells::new(row, "catalogs", &["digest"]).text("text")
}
