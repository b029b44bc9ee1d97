//! What counts once.

use oauth::audit::AuditRecord;
use oauth::model::{TokenHash, UsedOnce};
use sqlx::query;

use super::database::Connection;
use super::rows::execute;
use super::{bind, sessions};
use crate::error::StoreError;

/// One conditional statement: of those who come at once, one is the first.
pub(crate) async fn first(
    connection: &mut Connection,
    used: &UsedOnce,
) -> Result<bool, StoreError> {
    let insert = query(
        "INSERT INTO used_once (realm, purpose, hash, until) VALUES ($1, $2, $3, $4)
         ON CONFLICT (realm, purpose, hash) DO NOTHING",
    )
    .bind(&used.realm)
    .bind(used.purpose.as_str())
    .bind(used.hash.0.as_slice())
    .bind(bind::time(used.until));
    Ok(execute(connection, insert).await? > 0)
}

pub(crate) async fn end_sessions(
    connection: &mut Connection,
    used: &UsedOnce,
    ending: &[(TokenHash, AuditRecord)],
) -> Result<bool, StoreError> {
    if !first(connection, used).await? {
        return Ok(false);
    }
    for (hash, record) in ending {
        sessions::end(connection, hash, record).await?;
    }
    Ok(true)
}
