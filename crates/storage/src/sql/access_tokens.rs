use oauth::audit::AuditRecord;
use oauth::model::{RevokedAccessToken, Timestamp};
use sqlx::query;

use super::cells::Cells;
use super::database::{Connection, Row};
use super::rows::{execute, fetch_all};
use super::{audit, bind};
use crate::change::ChangeSubject;
use crate::error::StoreError;

/// Columns by name, since a later version may add some while this one runs.
macro_rules! select {
    ($condition:literal) => {
        concat!(
            "SELECT realm, id, expires_at
         FROM revoked_access_tokens ",
            $condition
        )
    };
}

pub(crate) async fn revoke(
    connection: &mut Connection,
    token: &RevokedAccessToken,
    record: &AuditRecord,
) -> Result<bool, StoreError> {
    let expires_at = bind::time(token.expires_at);
    let insert = query(
        "INSERT INTO revoked_access_tokens (realm, id, expires_at) VALUES ($1, $2, $3)
         ON CONFLICT (realm, id) DO NOTHING",
    )
    .bind(&token.realm)
    .bind(token.id.as_bytes().as_slice())
    .bind(expires_at);
    let revoked = execute(connection, insert).await? > 0;
    if revoked {
        let subject = ChangeSubject::AccessToken(token.id, expires_at);
        audit::append(connection, &token.realm, &subject, record).await?;
    }
    Ok(revoked)
}

pub(crate) async fn revoked(
    connection: &mut Connection,
    now: Timestamp,
) -> Result<Vec<RevokedAccessToken>, StoreError> {
    let select =
        query(select!("WHERE expires_at > $1 ORDER BY expires_at, id")).bind(bind::time(now));
    fetch_all(connection, select, token).await
}

fn token(row: &Row) -> Result<RevokedAccessToken, StoreError> {
    let cells = Cells::new(row, "revoked_access_tokens", &["realm", "id"]);
    Ok(RevokedAccessToken {
        realm: cells.text("realm")?,
        id: cells.uuid("id")?,
        expires_at: cells.time("expires_at")?,
    })
}
