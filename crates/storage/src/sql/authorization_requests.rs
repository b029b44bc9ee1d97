//! Authorization requests that wait for a person: kept, bound to one browser, and never more
//! than so many.

use oauth::model::{KeptRequest, KeptRequests, Timestamp, TokenHash};
use sqlx::query;

use super::bind;
use super::cells::Cells;
use super::database::{Connection, Row, unless_held};
use super::rows::{execute, fetch_one};
use super::waiting::{self, Table, Waiting, delete};
use crate::error::StoreError;

const TABLE: Table = waiting::table!("authorization_requests"(
    "hash, realm, parameters, sender, browser, session, created_at, expires_at"
));

pub(crate) async fn keep(
    connection: &mut Connection,
    request: &KeptRequest,
    most: KeptRequests,
) -> Result<bool, StoreError> {
    let insert = query(TABLE.insert)
        .bind(request.hash.0.as_slice())
        .bind(&request.realm)
        .bind(&request.parameters)
        .bind(&request.sender)
        .bind(bind::optional_hash(request.browser.as_ref()))
        .bind(bind::optional_hash(request.session.as_ref()))
        .bind(bind::time(request.created_at))
        .bind(bind::time(request.expires_at));
    let one = Waiting {
        realm: &request.realm,
        sender: &request.sender,
        created_at: request.created_at,
    };
    waiting::keep(connection, &TABLE, insert, one, most).await
}

pub(crate) async fn one(
    connection: &mut Connection,
    hash: &TokenHash,
    now: Timestamp,
) -> Result<Option<KeptRequest>, StoreError> {
    // Columns by name, since a later version may add some while this one runs.
    let select = query(
        "SELECT hash, realm, parameters, sender, browser, session, created_at, expires_at,
             answered_at
         FROM authorization_requests WHERE hash = $1 AND expires_at > $2",
    )
    .bind(hash.0.as_slice())
    .bind(bind::time(now));
    fetch_one(connection, select, request).await
}

/// One conditional statement: of several browsers, one gets the request.
pub(crate) async fn claim(
    connection: &mut Connection,
    hash: &TokenHash,
    browser: &TokenHash,
    session: Option<&TokenHash>,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let update = query(
        "UPDATE authorization_requests SET browser = $2, session = $3
         WHERE hash = $1 AND browser IS NULL AND expires_at > $4",
    )
    .bind(hash.0.as_slice())
    .bind(browser.0.as_slice())
    .bind(bind::optional_hash(session))
    .bind(bind::time(now));
    Ok(execute(connection, update).await? > 0)
}

/// One conditional statement: of several answers, one counts. Where none is named there is nothing
/// to answer.
pub(crate) async fn answer(
    connection: &mut Connection,
    request: Option<&TokenHash>,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let Some(hash) = request else {
        return Ok(true);
    };
    let update = query(
        "UPDATE authorization_requests SET answered_at = $2
         WHERE hash = $1 AND answered_at IS NULL",
    )
    .bind(hash.0.as_slice())
    .bind(bind::time(now));
    Ok(execute(connection, update).await? > 0)
}

fn request(row: &Row) -> Result<KeptRequest, StoreError> {
    let cells = Cells::new(row, "authorization_requests", &["hash"]);
    Ok(KeptRequest {
        hash: cells.hash("hash")?,
        realm: cells.text("realm")?,
        parameters: cells.text("parameters")?,
        sender: cells.text("sender")?,
        browser: cells.optional_bytes32("browser")?.map(TokenHash),
        session: cells.optional_bytes32("session")?.map(TokenHash),
        created_at: cells.time("created_at")?,
        expires_at: cells.time("expires_at")?,
        answered_at: cells.optional_time("answered_at")?,
    })
}
