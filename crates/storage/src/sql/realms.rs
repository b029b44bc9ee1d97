use oauth::audit::AuditRecord;
use oauth::model::{Position, Timestamp};
use sqlx::query;

use super::audit;
use super::cells::Cells;
use super::changes;
use super::database::{Connection, Row};
use super::rows::{execute, fetch_one};
use crate::change::ChangeSubject;
use crate::error::StoreError;

pub(crate) async fn cut_off(
    connection: &mut Connection,
    realm: &str,
) -> Result<Option<Position>, StoreError> {
    let select = query("SELECT realm, cut_off FROM realms WHERE realm = $1").bind(realm);
    Ok(fetch_one(connection, select, read).await?.flatten())
}

pub(crate) async fn cut_off_here(
    connection: &mut Connection,
    realm: &str,
    now: Timestamp,
    record: &AuditRecord,
) -> Result<Position, StoreError> {
    // A microsecond for each change is more than any database makes, so no place that one can
    // have given before now lies behind this one.
    let Position(cut_off) = changes::go_on_behind(connection, now.as_microsecond()).await?;
    let put = query(
        "INSERT INTO realms (realm, cut_off) VALUES ($1, $2)
         ON CONFLICT (realm) DO UPDATE SET cut_off = $2",
    )
    .bind(realm)
    .bind(cut_off);
    execute(connection, put).await?;
    // What tokens are read by: nodes of the release before know no other kind for it.
    audit::append(connection, realm, &ChangeSubject::Keys, record).await?;
    Ok(Position(cut_off))
}

pub(crate) async fn record_upgrade(
    connection: &mut Connection,
    realm: &str,
    record: &AuditRecord,
) -> Result<(), StoreError> {
    // The format in which tokens are sealed changes by it.
    audit::append(connection, realm, &ChangeSubject::Keys, record).await
}

fn read(row: &Row) -> Result<Option<Position>, StoreError> {
    Cells::new(row, "realms", &["realm"]).position("cut_off")
}
