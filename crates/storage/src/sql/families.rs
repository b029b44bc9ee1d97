use oauth::audit::AuditRecord;
use oauth::model::{Family, FamilyStatus, RevocationReason, Timestamp, Uuid};
use sqlx::query;

use super::cells::Cells;
use super::database::{Connection, Row};
use super::fault::fault;
use super::rows::{execute, fetch_all, fetch_one};
use super::{audit, bind};
use crate::change::ChangeSubject;
use crate::error::StoreError;
use crate::text::word;

/// When the family last got tokens: a refresh tells by the token it leaves.
macro_rules! last_used_at {
    () => {
        "COALESCE((SELECT MAX(created_at) FROM refresh_tokens
             WHERE refresh_tokens.grant_id = families.grant_id
                 AND refresh_tokens.family = families.id), begun_at)"
    };
}

/// Columns by name, since a later version may add some while this one runs.
macro_rules! select {
    ($condition:expr) => {
        concat!(
            "SELECT id, realm, client_id, grant_id, requested, begun_at, ended_at, end_reason, ",
            last_used_at!(),
            " AS last_used_at FROM families ",
            $condition
        )
    };
}

pub(crate) async fn one(
    connection: &mut Connection,
    realm: &str,
    id: Uuid,
) -> Result<Option<Family>, StoreError> {
    let select = query(select!("WHERE id = $2 AND realm = $1"))
        .bind(realm)
        .bind(id.as_bytes().as_slice());
    fetch_one(connection, select, family).await
}

/// Those of a grant that go on at `now`: they have a refresh token that works, or got tokens later
/// than `since`.
pub(crate) async fn live_of_grant(
    connection: &mut Connection,
    realm: &str,
    grant: Uuid,
    since: Timestamp,
    now: Timestamp,
) -> Result<Vec<Family>, StoreError> {
    let select = query(select!(concat!(
        "WHERE grant_id = $2 AND realm = $1 AND ended_at IS NULL AND (",
        last_used_at!(),
        " > $3 OR EXISTS (SELECT 1 FROM refresh_tokens
             WHERE refresh_tokens.grant_id = families.grant_id
                 AND refresh_tokens.family = families.id
                 AND rotated_at IS NULL AND revoked_at IS NULL
                 AND (expires_at IS NULL OR expires_at > $4)))
         ORDER BY last_used_at DESC, id DESC"
    )))
    .bind(realm)
    .bind(grant.as_bytes().as_slice())
    .bind(bind::time(since))
    .bind(bind::time(now));
    fetch_all(connection, select, family).await
}

/// Those of a grant that were ended later than `since`.
pub(crate) async fn ended_of_grant(
    connection: &mut Connection,
    realm: &str,
    grant: Uuid,
    since: Timestamp,
) -> Result<Vec<Uuid>, StoreError> {
    let select = query(
        "SELECT id FROM families WHERE grant_id = $2 AND realm = $1 AND ended_at > $3
         ORDER BY id",
    )
    .bind(realm)
    .bind(grant.as_bytes().as_slice())
    .bind(bind::time(since));
    fetch_all(connection, select, |row| {
        Cells::new(row, "families", &["id"]).uuid("id")
    })
    .await
}

/// Ends a family with its refresh tokens; answers whether it went on until now.
pub(crate) async fn end(
    connection: &mut Connection,
    realm: &str,
    id: Uuid,
    reason: RevocationReason,
    now: Timestamp,
    kept_until: Timestamp,
    record: &AuditRecord,
) -> Result<bool, StoreError> {
    let ended = query(
        "UPDATE families SET ended_at = $3, end_reason = $4, kept_until = $5
         WHERE id = $2 AND realm = $1 AND ended_at IS NULL RETURNING id, grant_id",
    )
    .bind(realm)
    .bind(id.as_bytes().as_slice())
    .bind(bind::time(now))
    .bind(word(&reason)?)
    .bind(bind::time(kept_until))
    .fetch_optional(&mut *connection)
    .await
    .map_err(fault)?;
    let Some(row) = ended else {
        return Ok(false);
    };
    let grant = Cells::new(&row, "families", &["id"]).uuid("grant_id")?;
    let update = query(
        "UPDATE refresh_tokens SET revoked_at = $3
         WHERE grant_id = $1 AND family = $2 AND revoked_at IS NULL",
    )
    .bind(grant.as_bytes().as_slice())
    .bind(id.as_bytes().as_slice())
    .bind(bind::time(now));
    execute(connection, update).await?;
    // A change of the grant, which nodes of every version take in.
    audit::append(connection, realm, &ChangeSubject::Grant(grant), record).await?;
    Ok(true)
}

/// All that go on under a grant that ends.
pub(super) async fn end_all(
    connection: &mut Connection,
    grant: Uuid,
    reason: RevocationReason,
    now: Timestamp,
) -> Result<(), StoreError> {
    let update = query(
        "UPDATE families SET ended_at = $2, end_reason = $3 WHERE grant_id = $1 AND ended_at IS NULL",
    )
    .bind(grant.as_bytes().as_slice())
    .bind(bind::time(now))
    .bind(word(&reason)?);
    execute(connection, update).await?;
    Ok(())
}

fn family(row: &Row) -> Result<Family, StoreError> {
    let cells = Cells::new(row, "families", &["id"]);
    Ok(Family {
        id: cells.uuid("id")?,
        realm: cells.text("realm")?,
        client: cells.text("client_id")?,
        grant: cells.uuid("grant_id")?,
        requested: cells.scope("requested")?,
        begun_at: cells.time("begun_at")?,
        last_used_at: cells.time("last_used_at")?,
        status: match cells.optional_time("ended_at")? {
            None => FamilyStatus::Live,
            Some(at) => FamilyStatus::Ended {
                at,
                reason: cells.word("end_reason")?,
            },
        },
    })
}
