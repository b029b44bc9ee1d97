//! Authenticator apps of people, and the recovery codes beside them.

use oauth::audit::AuditRecord;
use oauth::model::{CodeUse, SecondFactor, Timestamp, TokenHash, Uuid};
use sqlx::query;

use super::cells::Cells;
use super::database::{Connection, Row};
use super::rows::{execute, fetch_all, fetch_one};
use super::{audit, bind, changes, login_attempts};
use crate::error::StoreError;

/// Columns by name, since a later version may add some while this one runs.
macro_rules! select {
    ($condition:literal) => {
        concat!(
            "SELECT user_id, realm, secret, created_at, confirmed_at, last_step, begun_by,
                 (SELECT COUNT(*) FROM recovery_codes
                  WHERE recovery_codes.user_id = second_factors.user_id
                      AND recovery_codes.used_at IS NULL) AS codes
             FROM second_factors ",
            $condition
        )
    };
}

pub(crate) async fn one(
    connection: &mut Connection,
    realm: &str,
    user: Uuid,
) -> Result<Option<SecondFactor>, StoreError> {
    let select = query(select!("WHERE user_id = $2 AND realm = $1"))
        .bind(realm)
        .bind(user.as_bytes().as_slice());
    fetch_one(connection, select, factor).await
}

pub(crate) async fn all_after(
    connection: &mut Connection,
    realm: &str,
    after: Option<Uuid>,
    limit: usize,
) -> Result<Vec<SecondFactor>, StoreError> {
    let after = after.unwrap_or_default();
    let select = query(select!(
        "WHERE realm = $1 AND user_id > $2 ORDER BY user_id LIMIT $3"
    ))
    .bind(realm)
    .bind(after.as_bytes().to_vec())
    .bind(bind::limit(limit));
    fetch_all(connection, select, factor).await
}

pub(crate) async fn begin(
    connection: &mut Connection,
    factor: &SecondFactor,
) -> Result<bool, StoreError> {
    let insert = query(
        "INSERT INTO second_factors
             (user_id, realm, secret, created_at, confirmed_at, last_step, begun_by)
         VALUES ($1, $2, $3, $4, NULL, NULL, $5)
         ON CONFLICT (user_id) DO UPDATE
         SET secret = excluded.secret, created_at = excluded.created_at, last_step = NULL,
             begun_by = excluded.begun_by
         WHERE second_factors.confirmed_at IS NULL",
    )
    .bind(factor.user.as_bytes().as_slice())
    .bind(&factor.realm)
    .bind(factor.secret.as_slice())
    .bind(bind::time(factor.created_at))
    .bind(factor.begun_by.as_ref().map(|hash| hash.0.to_vec()));
    Ok(execute(connection, insert).await? > 0)
}

pub(crate) async fn confirm(
    connection: &mut Connection,
    factor: &SecondFactor,
    step: i64,
    recovery_codes: &[TokenHash],
    now: Timestamp,
    record: &AuditRecord,
) -> Result<bool, StoreError> {
    let update = query(
        "UPDATE second_factors SET confirmed_at = $4, last_step = $5, begun_by = NULL
         WHERE user_id = $2 AND realm = $1 AND secret = $3 AND confirmed_at IS NULL",
    )
    .bind(&factor.realm)
    .bind(factor.user.as_bytes().as_slice())
    .bind(factor.secret.as_slice())
    .bind(bind::time(now))
    .bind(step);
    if execute(connection, update).await? == 0 {
        return Ok(false);
    }
    put_recovery_codes(connection, factor.user, recovery_codes).await?;
    audit::append(connection, &factor.realm, &changes::nothing(), record).await?;
    Ok(true)
}

/// One conditional statement: of several, one finds the step unused.
pub(crate) async fn use_step(
    connection: &mut Connection,
    realm: &str,
    user: Uuid,
    step: i64,
) -> Result<bool, StoreError> {
    let update = query(
        "UPDATE second_factors SET last_step = $3
         WHERE user_id = $2 AND realm = $1 AND confirmed_at IS NOT NULL
             AND (last_step IS NULL OR last_step < $3)",
    )
    .bind(realm)
    .bind(user.as_bytes().as_slice())
    .bind(step);
    Ok(execute(connection, update).await? > 0)
}

/// One conditional statement: of several, one finds the code unused.
pub(crate) async fn use_recovery_code(
    connection: &mut Connection,
    realm: &str,
    user: Uuid,
    code: &TokenHash,
    now: Timestamp,
    record: &AuditRecord,
) -> Result<CodeUse, StoreError> {
    let update = query(
        "UPDATE recovery_codes SET used_at = $4
         WHERE user_id = $2 AND hash = $3 AND used_at IS NULL AND EXISTS
             (SELECT 1 FROM second_factors
              WHERE user_id = $2 AND realm = $1 AND confirmed_at IS NOT NULL)",
    )
    .bind(realm)
    .bind(user.as_bytes().as_slice())
    .bind(code.0.as_slice())
    .bind(bind::time(now));
    if execute(connection, update).await? > 0 {
        audit::append(connection, realm, &changes::nothing(), record).await?;
        return Ok(CodeUse::Redeemed);
    }
    let select = query(
        "SELECT 1 FROM recovery_codes WHERE user_id = $2 AND hash = $3 AND EXISTS
             (SELECT 1 FROM second_factors
              WHERE user_id = $2 AND realm = $1 AND confirmed_at IS NOT NULL)",
    )
    .bind(realm)
    .bind(user.as_bytes().as_slice())
    .bind(code.0.as_slice());
    let is_there = fetch_one(connection, select, |_| Ok(())).await?.is_some();
    Ok(match is_there {
        true => CodeUse::AlreadyRedeemed,
        false => CodeUse::Unknown,
    })
}

pub(crate) async fn replace_recovery_codes(
    connection: &mut Connection,
    realm: &str,
    user: Uuid,
    recovery_codes: &[TokenHash],
    record: &AuditRecord,
) -> Result<bool, StoreError> {
    // Held, so that nobody takes the second factor away meanwhile.
    let hold = query(
        "UPDATE second_factors SET realm = realm
         WHERE user_id = $2 AND realm = $1 AND confirmed_at IS NOT NULL",
    )
    .bind(realm)
    .bind(user.as_bytes().as_slice());
    if execute(connection, hold).await? == 0 {
        return Ok(false);
    }
    put_recovery_codes(connection, user, recovery_codes).await?;
    audit::append(connection, realm, &changes::nothing(), record).await?;
    Ok(true)
}

pub(crate) async fn remove(
    connection: &mut Connection,
    realm: &str,
    user: Uuid,
    attempts: &str,
    record: &AuditRecord,
) -> Result<bool, StoreError> {
    // Also where there is none: whoever sets one up anew is not to wait for the old one's codes.
    login_attempts::forgive(connection, realm, attempts).await?;
    let delete = query(
        "DELETE FROM second_factors
         WHERE user_id = $2 AND realm = $1 AND confirmed_at IS NOT NULL",
    )
    .bind(realm)
    .bind(user.as_bytes().as_slice());
    if execute(connection, delete).await? == 0 {
        return Ok(false);
    }
    put_recovery_codes(connection, user, &[]).await?;
    audit::append(connection, realm, &changes::nothing(), record).await?;
    Ok(true)
}

pub(crate) async fn rewrap(
    connection: &mut Connection,
    factor: &SecondFactor,
    to: &[u8],
    record: &AuditRecord,
) -> Result<bool, StoreError> {
    let update = query(
        "UPDATE second_factors SET secret = $4 WHERE user_id = $2 AND realm = $1 AND secret = $3",
    )
    .bind(&factor.realm)
    .bind(factor.user.as_bytes().as_slice())
    .bind(factor.secret.as_slice())
    .bind(to);
    let rewrapped = execute(connection, update).await? > 0;
    if rewrapped {
        audit::append(connection, &factor.realm, &changes::nothing(), record).await?;
    }
    Ok(rewrapped)
}

async fn put_recovery_codes(
    connection: &mut Connection,
    user: Uuid,
    recovery_codes: &[TokenHash],
) -> Result<(), StoreError> {
    let delete =
        query("DELETE FROM recovery_codes WHERE user_id = $1").bind(user.as_bytes().to_vec());
    execute(connection, delete).await?;
    for code in recovery_codes {
        let insert = query("INSERT INTO recovery_codes (user_id, hash) VALUES ($1, $2)")
            .bind(user.as_bytes().to_vec())
            .bind(code.0.to_vec());
        execute(connection, insert).await?;
    }
    Ok(())
}

fn factor(row: &Row) -> Result<SecondFactor, StoreError> {
    let cells = Cells::new(row, "second_factors", &["user_id"]);
    Ok(SecondFactor {
        realm: cells.text("realm")?,
        user: cells.uuid("user_id")?,
        secret: cells.bytes("secret")?,
        created_at: cells.time("created_at")?,
        confirmed_at: cells.optional_time("confirmed_at")?,
        last_step: cells.optional_number("last_step")?,
        begun_by: cells.optional_bytes32("begun_by")?.map(TokenHash),
        recovery_codes: usize::try_from(cells.number("codes")?).unwrap_or_default(),
    })
}
