use oauth::model::{RefreshToken, Timestamp, TokenHash};
use sqlx::query::Query;
use sqlx::sqlite::{SqliteArguments, SqliteConnection, SqliteRow};
use sqlx::{Sqlite, query};

use super::bind as value;
use super::cells::Cells;
use super::fault::fault;
use super::script::script;
use crate::error::StoreError;
use crate::store::Redemption;

/// The one statement that makes a refresh token single use.
macro_rules! rotate {
    () => {
        "UPDATE refresh_tokens SET rotated_at = $2, rotated_to = $3
         WHERE hash = $1 AND rotated_at IS NULL AND revoked_at IS NULL
             AND (expires_at IS NULL OR expires_at > $2)
             AND EXISTS (SELECT 1 FROM grants
                 WHERE grants.id = refresh_tokens.grant_id
                     AND grants.realm = refresh_tokens.realm
                     AND grants.revoked_at IS NULL)
         RETURNING 1"
    };
}

/// Only for the token that this very one succeeds.
macro_rules! insert_successor {
    () => {
        "INSERT INTO refresh_tokens (hash, realm, client_id, grant_id, user_id, organisation_id,
             scope, created_at, expires_at, rotated_at, revoked_at)
         SELECT $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13
         WHERE EXISTS (SELECT 1 FROM refresh_tokens WHERE hash = $1 AND rotated_to = $3)
         ON CONFLICT (hash) DO NOTHING"
    };
}

pub(super) async fn one(
    connection: &mut SqliteConnection,
    hash: &TokenHash,
) -> Result<Option<RefreshToken>, StoreError> {
    query("SELECT * FROM refresh_tokens WHERE hash = $1")
        .bind(hash.0.as_slice())
        .fetch_optional(connection)
        .await
        .map_err(fault)?
        .as_ref()
        .map(refresh_token)
        .transpose()
}

/// Answers whether this call exchanged it.
pub(super) async fn rotate(
    connection: &mut SqliteConnection,
    hash: &TokenHash,
    next: &RefreshToken,
    now: Timestamp,
) -> Result<bool, StoreError> {
    const SCRIPT: &str = script!(rotate!(), insert_successor!());
    let rotate = query(SCRIPT).bind(hash.0.as_slice()).bind(value::time(now));
    let rotated = bind(rotate, next)
        .fetch_all(&mut *connection)
        .await
        .map_err(fault)?;
    Ok(!rotated.is_empty())
}

/// Why a token was not exchanged. It is never unrotated, so looking after the statement that
/// lost cannot mislead.
pub(super) async fn why_not(
    connection: &mut SqliteConnection,
    hash: &TokenHash,
    now: Timestamp,
) -> Result<Redemption, StoreError> {
    Ok(match one(connection, hash).await? {
        Some(token)
            if token.rotated_at.is_some() && token.expires_at.is_none_or(|expiry| expiry > now) =>
        {
            Redemption::AlreadyRedeemed { grant: token.grant }
        }
        _ => Redemption::Unknown,
    })
}

/// Binds `$3` to `$13` of the two scripts that store a refresh token.
pub(super) fn bind<'q>(
    script: Query<'q, Sqlite, SqliteArguments>,
    token: &RefreshToken,
) -> Query<'q, Sqlite, SqliteArguments> {
    script
        .bind(token.hash.0.to_vec())
        .bind(token.realm.clone())
        .bind(token.client.clone())
        .bind(token.grant.as_bytes().to_vec())
        .bind(token.user.as_bytes().to_vec())
        .bind(token.organisation.map(|id| id.as_bytes().to_vec()))
        .bind(token.scope.to_string())
        .bind(value::time(token.created_at))
        .bind(value::optional_time(token.expires_at))
        .bind(value::optional_time(token.rotated_at))
        .bind(value::optional_time(token.revoked_at))
}

fn refresh_token(row: &SqliteRow) -> Result<RefreshToken, StoreError> {
    let cells = Cells::new(row, "refresh_tokens", &["hash"]);
    Ok(RefreshToken {
        hash: cells.hash("hash")?,
        realm: cells.text("realm")?,
        client: cells.text("client_id")?,
        grant: cells.uuid("grant_id")?,
        user: cells.uuid("user_id")?,
        organisation: cells.optional_uuid("organisation_id")?,
        scope: cells.scope("scope")?,
        created_at: cells.time("created_at")?,
        expires_at: cells.optional_time("expires_at")?,
        rotated_at: cells.optional_time("rotated_at")?,
        revoked_at: cells.optional_time("revoked_at")?,
    })
}
