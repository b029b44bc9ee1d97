use oauth::model::{Redemption, RefreshToken, Timestamp, TokenHash};
use sqlx::query;
use sqlx::query::Query;

use super::bind as value;
use super::cells::Cells;
use super::database::{self, Arguments, Connection, Db, Row};
use super::fault::fault;
use super::rows::{fetch_all, fetch_one};
use crate::error::StoreError;

/// Columns by name, since a later version may add some while this one runs.
macro_rules! select {
    ($condition:literal) => {
        concat!(
            "SELECT hash, realm, client_id, grant_id, family, user_id, organisation_id, scope,
         created_at, expires_at, rotated_at, revoked_at, position, rotated_to, derived_with,
         (SELECT authenticated_at FROM families WHERE families.id = refresh_tokens.family)
             AS authenticated_at,
         (SELECT class FROM families WHERE families.id = refresh_tokens.family) AS class
         FROM refresh_tokens ",
            $condition
        )
    };
}

pub(crate) async fn one(
    connection: &mut Connection,
    hash: &TokenHash,
) -> Result<Option<RefreshToken>, StoreError> {
    let select = query(select!("WHERE hash = $1")).bind(hash.0.as_slice());
    fetch_one(connection, select, refresh_token).await
}

/// A token with the one it was exchanged for, as both were at one moment: read one after the other,
/// they could contradict each other.
pub(crate) async fn with_successor(
    connection: &mut Connection,
    hash: &TokenHash,
) -> Result<Option<(RefreshToken, Option<RefreshToken>)>, StoreError> {
    let select = query(select!(
        "WHERE hash = $1 OR hash = (SELECT rotated_to FROM refresh_tokens WHERE hash = $1)"
    ))
    .bind(hash.0.as_slice());
    let mut found = fetch_all(connection, select, refresh_token).await?;
    let Some(token) = found.iter().position(|token| token.hash == *hash) else {
        return Ok(None);
    };
    let token = found.swap_remove(token);
    Ok(Some((token, found.pop())))
}

/// Why a token was not exchanged. It is never unrotated, so looking after the statement that
/// lost cannot mislead.
pub(crate) async fn why_not(
    connection: &mut Connection,
    hash: &TokenHash,
    now: Timestamp,
) -> Result<Redemption, StoreError> {
    Ok(match one(connection, hash).await? {
        Some(token)
            if token.rotated_at.is_some() && token.expires_at.is_none_or(|expiry| expiry > now) =>
        {
            Redemption::AlreadyRedeemed {
                grant: token.grant,
                family: token.family,
            }
        }
        _ => Redemption::Unknown,
    })
}

/// Gives a token a further successor in the place of `unused`; answers whether nobody had used that
/// one.
pub(crate) async fn replace_successor(
    connection: &mut Connection,
    hash: &TokenHash,
    unused: &TokenHash,
    next: &RefreshToken,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let replace = query(database::REPLACE_SUCCESSOR)
        .bind(hash.0.to_vec())
        .bind(value::time(now));
    let replace = bind(replace, next).bind(unused.0.to_vec());
    let replaced = replace.fetch_all(connection).await.map_err(fault)?;
    Ok(!replaced.is_empty())
}

/// Binds `$3` to `$17` of the statements that store a refresh token.
pub(crate) fn bind<'q>(
    statement: Query<'q, Db, Arguments>,
    token: &RefreshToken,
) -> Query<'q, Db, Arguments> {
    statement
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
        .bind(token.family.map(|id| id.as_bytes().to_vec()))
        .bind(value::position(token.position))
        .bind(token.rotated_to.map(|hash| hash.0.to_vec()))
        .bind(token.derived_with.map(|drawn| drawn.to_vec()))
}

fn refresh_token(row: &Row) -> Result<RefreshToken, StoreError> {
    let cells = Cells::new(row, "refresh_tokens", &["hash"]);
    Ok(RefreshToken {
        hash: cells.hash("hash")?,
        realm: cells.text("realm")?,
        client: cells.text("client_id")?,
        grant: cells.uuid("grant_id")?,
        family: cells.optional_uuid("family")?,
        user: cells.uuid("user_id")?,
        organisation: cells.optional_uuid("organisation_id")?,
        scope: cells.scope("scope")?,
        created_at: cells.time("created_at")?,
        expires_at: cells.optional_time("expires_at")?,
        rotated_at: cells.optional_time("rotated_at")?,
        revoked_at: cells.optional_time("revoked_at")?,
        position: cells.position("position")?,
        rotated_to: cells.optional_bytes32("rotated_to")?.map(TokenHash),
        derived_with: cells.optional_bytes32("derived_with")?,
        authentication: cells.authentication()?,
    })
}
