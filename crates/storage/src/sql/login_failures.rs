use oauth::model::Timestamp;
use sqlx::query;

use super::bind;
use super::cells::Cells;
use super::database::Connection;
use super::fault::fault;
use crate::error::StoreError;

pub(crate) async fn record(
    connection: &mut Connection,
    realm: &str,
    key: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    query("INSERT INTO login_failures (realm, login_key, failed_at) VALUES ($1, $2, $3)")
        .bind(realm)
        .bind(key)
        .bind(bind::time(now))
        .execute(connection)
        .await
        .map_err(fault)?;
    Ok(())
}

pub(crate) async fn count(
    connection: &mut Connection,
    realm: &str,
    key: &str,
    since: Timestamp,
) -> Result<u32, StoreError> {
    let row = query(
        "SELECT COUNT(*) AS failures FROM login_failures
         WHERE realm = $1 AND login_key = $2 AND failed_at >= $3",
    )
    .bind(realm)
    .bind(key)
    .bind(bind::time(since))
    .fetch_one(connection)
    .await
    .map_err(fault)?;
    let failures = Cells::new(&row, "login_failures", &[]).number("failures")?;
    Ok(u32::try_from(failures).unwrap_or(u32::MAX))
}

pub(crate) async fn clear(
    connection: &mut Connection,
    realm: &str,
    key: &str,
) -> Result<(), StoreError> {
    query("DELETE FROM login_failures WHERE realm = $1 AND login_key = $2")
        .bind(realm)
        .bind(key)
        .execute(connection)
        .await
        .map_err(fault)?;
    Ok(())
}
