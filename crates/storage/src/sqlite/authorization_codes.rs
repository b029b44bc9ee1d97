use oauth::model::{AuthorizationCode, RefreshToken, Timestamp, TokenHash, Uuid};
use sqlx::query::Query;
use sqlx::sqlite::{SqliteArguments, SqliteConnection, SqliteRow};
use sqlx::{Sqlite, query};

use super::cells::Cells;
use super::fault::{About, fault, fault_about};
use super::script::script;
use super::{bind, refresh_tokens};
use crate::error::StoreError;
use crate::store::Redemption;
use crate::text::{hexadecimal, json};

/// Only below a live grant.
macro_rules! insert_code {
    () => {
        "INSERT INTO authorization_codes (hash, realm, client_id, grant_id, user_id,
             organisation_id, redirect_uri, code_challenge, scope, withheld, refused, created_at,
             expires_at, consumed_at)
         SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14
         WHERE EXISTS (SELECT 1 FROM grants
             WHERE id = $4 AND realm = $2 AND revoked_at IS NULL)
         RETURNING 1"
    };
}

/// The one statement that makes a code single use.
macro_rules! consume_code {
    () => {
        "UPDATE authorization_codes SET consumed_at = $2, redeemed_for = $3
         WHERE hash = $1 AND consumed_at IS NULL AND expires_at > $2
             AND EXISTS (SELECT 1 FROM grants
                 WHERE grants.id = authorization_codes.grant_id
                     AND grants.realm = authorization_codes.realm
                     AND grants.revoked_at IS NULL)
         RETURNING 1"
    };
}

/// Only for the code that this very refresh token was made for.
macro_rules! insert_refresh_token_of_code {
    () => {
        "INSERT INTO refresh_tokens (hash, realm, client_id, grant_id, user_id, organisation_id,
             scope, created_at, expires_at, rotated_at, revoked_at)
         SELECT $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13
         WHERE EXISTS (SELECT 1 FROM authorization_codes WHERE hash = $1 AND redeemed_for = $3)
         ON CONFLICT (hash) DO NOTHING"
    };
}

/// Stores a code as a write by itself; answers whether its grant is live and so it was stored.
pub(super) async fn insert(
    connection: &mut SqliteConnection,
    code: &AuthorizationCode,
) -> Result<bool, StoreError> {
    const SCRIPT: &str = script!(insert_code!());
    let insert = bound(SCRIPT, code, code.grant)?;
    store(connection, insert, code, code.grant).await
}

/// Stores a code as a part of the caller's transaction.
pub(super) async fn insert_step(
    connection: &mut SqliteConnection,
    code: &AuthorizationCode,
    grant: Uuid,
) -> Result<(), StoreError> {
    let insert = bound(insert_code!(), code, grant)?;
    if store(connection, insert, code, grant).await? {
        return Ok(());
    }
    Err(no_live_grant(grant))
}

pub(super) fn no_live_grant(id: Uuid) -> StoreError {
    StoreError::NotFound {
        what: "live grant",
        key: id.to_string(),
    }
}

pub(super) async fn one(
    connection: &mut SqliteConnection,
    hash: &TokenHash,
) -> Result<Option<AuthorizationCode>, StoreError> {
    query("SELECT * FROM authorization_codes WHERE hash = $1")
        .bind(hash.0.as_slice())
        .fetch_optional(connection)
        .await
        .map_err(fault)?
        .as_ref()
        .map(code)
        .transpose()
}

/// Answers whether this call redeemed it.
pub(super) async fn redeem(
    connection: &mut SqliteConnection,
    hash: &TokenHash,
    refresh: Option<&RefreshToken>,
    now: Timestamp,
) -> Result<bool, StoreError> {
    const WITH_REFRESH_TOKEN: &str = script!(consume_code!(), insert_refresh_token_of_code!());
    const WITHOUT: &str = script!(consume_code!());
    let script = match refresh {
        Some(refresh) => {
            let consume = query(WITH_REFRESH_TOKEN)
                .bind(hash.0.as_slice())
                .bind(bind::time(now));
            refresh_tokens::bind(consume, refresh)
        }
        None => query(WITHOUT)
            .bind(hash.0.as_slice())
            .bind(bind::time(now))
            .bind(None::<&[u8]>),
    };
    let consumed = script.fetch_all(&mut *connection).await.map_err(fault)?;
    Ok(!consumed.is_empty())
}

/// Why a code was not redeemed. It is never unconsumed, so looking after the statement that
/// lost cannot mislead.
pub(super) async fn why_not(
    connection: &mut SqliteConnection,
    hash: &TokenHash,
    now: Timestamp,
) -> Result<Redemption, StoreError> {
    Ok(match one(connection, hash).await? {
        Some(code) if code.consumed_at.is_some() && code.expires_at > now => {
            Redemption::AlreadyRedeemed { grant: code.grant }
        }
        _ => Redemption::Unknown,
    })
}

async fn store(
    connection: &mut SqliteConnection,
    insert: Query<'_, Sqlite, SqliteArguments>,
    code: &AuthorizationCode,
    grant: Uuid,
) -> Result<bool, StoreError> {
    let stored = insert.fetch_all(connection).await.map_err(|error| {
        let about = About {
            record: ("authorization code", &hexadecimal(&code.hash.0)),
            parent: ("grant", &grant.to_string()),
        };
        fault_about(&error, about)
    })?;
    Ok(!stored.is_empty())
}

fn bound<'q>(
    sql: &'static str,
    code: &AuthorizationCode,
    grant: Uuid,
) -> Result<Query<'q, Sqlite, SqliteArguments>, StoreError> {
    Ok(query(sql)
        .bind(code.hash.0.to_vec())
        .bind(code.realm.clone())
        .bind(code.client.clone())
        .bind(grant.as_bytes().to_vec())
        .bind(code.user.as_bytes().to_vec())
        .bind(code.organisation.map(|id| id.as_bytes().to_vec()))
        .bind(code.redirect_uri.clone())
        .bind(code.code_challenge.map(|challenge| challenge.to_vec()))
        .bind(code.scope.to_string())
        .bind(json(&code.withheld)?)
        .bind(code.refused.to_string())
        .bind(bind::time(code.created_at))
        .bind(bind::time(code.expires_at))
        .bind(bind::optional_time(code.consumed_at)))
}

fn code(row: &SqliteRow) -> Result<AuthorizationCode, StoreError> {
    let cells = Cells::new(row, "authorization_codes", &["hash"]);
    Ok(AuthorizationCode {
        hash: cells.hash("hash")?,
        realm: cells.text("realm")?,
        client: cells.text("client_id")?,
        grant: cells.uuid("grant_id")?,
        user: cells.uuid("user_id")?,
        organisation: cells.optional_uuid("organisation_id")?,
        redirect_uri: cells.optional_text("redirect_uri")?,
        code_challenge: cells.optional_bytes32("code_challenge")?,
        scope: cells.scope("scope")?,
        withheld: cells.json("withheld")?,
        refused: cells.scope("refused")?,
        created_at: cells.time("created_at")?,
        expires_at: cells.time("expires_at")?,
        consumed_at: cells.optional_time("consumed_at")?,
    })
}
