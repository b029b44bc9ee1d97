use oauth::model::{AuthorizationCode, Redemption, RefreshToken, Timestamp, TokenHash, Uuid};
use sqlx::query;
use sqlx::query::Query;

use super::cells::Cells;
use super::database::{Arguments, Connection, Db, Row};
use super::fault::{About, fault, fault_about};
use super::rows::fetch_one;
use super::{bind, database, refresh_tokens};
use crate::error::StoreError;
use crate::text::{hexadecimal, json};

/// Columns by name, since a later version may add some while this one runs.
macro_rules! select {
    ($condition:literal) => {
        concat!(
            "SELECT hash, realm, client_id, grant_id, family, user_id, organisation_id,
         redirect_uri, code_challenge, scope, withheld, refused, created_at,
         expires_at, consumed_at, position, requested, authenticated_at, class
         FROM authorization_codes ",
            $condition
        )
    };
}

/// Stores a code as a write by itself; answers whether its grant is live and so it was stored.
pub(crate) async fn insert(
    connection: &mut Connection,
    code: &AuthorizationCode,
) -> Result<bool, StoreError> {
    let insert = bound(database::INSERT_CODE_ALONE, code, code.grant)?;
    store(connection, insert, code, code.grant).await
}

/// Stores a code as a part of the caller's transaction.
pub(crate) async fn insert_step(
    connection: &mut Connection,
    code: &AuthorizationCode,
    grant: Uuid,
) -> Result<(), StoreError> {
    let insert = bound(database::INSERT_CODE, code, grant)?;
    if store(connection, insert, code, grant).await? {
        return Ok(());
    }
    Err(no_live_grant(grant))
}

pub(crate) fn no_live_grant(id: Uuid) -> StoreError {
    StoreError::NotFound {
        what: "live grant",
        key: id.to_string(),
    }
}

pub(crate) async fn one(
    connection: &mut Connection,
    hash: &TokenHash,
) -> Result<Option<AuthorizationCode>, StoreError> {
    let select = query(select!("WHERE hash = $1")).bind(hash.0.as_slice());
    fetch_one(connection, select, code).await
}

/// Answers whether this call redeemed it.
pub(crate) async fn redeem(
    connection: &mut Connection,
    hash: &TokenHash,
    refresh: Option<&RefreshToken>,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let redeem = match refresh {
        Some(refresh) => {
            let redeem = query(database::REDEEM_CODE_FOR_REFRESH_TOKEN)
                .bind(hash.0.as_slice())
                .bind(bind::time(now));
            refresh_tokens::bind(redeem, refresh)
        }
        None => query(database::REDEEM_CODE)
            .bind(hash.0.as_slice())
            .bind(bind::time(now)),
    };
    let consumed = redeem.fetch_all(&mut *connection).await.map_err(fault)?;
    Ok(!consumed.is_empty())
}

/// Why a code was not redeemed. It is never unconsumed, so looking after the statement that
/// lost cannot mislead.
pub(crate) async fn why_not(
    connection: &mut Connection,
    hash: &TokenHash,
    now: Timestamp,
) -> Result<Redemption, StoreError> {
    Ok(match one(connection, hash).await? {
        Some(code) if code.consumed_at.is_some() && code.expires_at > now => {
            Redemption::AlreadyRedeemed {
                grant: code.grant,
                family: code.family,
            }
        }
        _ => Redemption::Unknown,
    })
}

async fn store(
    connection: &mut Connection,
    insert: Query<'_, Db, Arguments>,
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
) -> Result<Query<'q, Db, Arguments>, StoreError> {
    let authentication = code.authentication.as_ref();
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
        .bind(bind::optional_time(code.consumed_at))
        .bind(code.family.map(|id| id.as_bytes().to_vec()))
        .bind(bind::position(code.position))
        .bind(code.requested.as_ref().map(ToString::to_string))
        .bind(bind::optional_time(authentication.map(|own| own.at)))
        .bind(authentication.and_then(|own| own.class.clone())))
}

fn code(row: &Row) -> Result<AuthorizationCode, StoreError> {
    let cells = Cells::new(row, "authorization_codes", &["hash"]);
    Ok(AuthorizationCode {
        hash: cells.hash("hash")?,
        realm: cells.text("realm")?,
        client: cells.text("client_id")?,
        grant: cells.uuid("grant_id")?,
        family: cells.optional_uuid("family")?,
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
        position: cells.position("position")?,
        requested: cells.optional_scope("requested")?,
        authentication: cells.authentication()?,
    })
}
