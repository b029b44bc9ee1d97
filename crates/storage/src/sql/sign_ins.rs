//! Sign-ins that are under way in applications of providers: answered once, and finished once in the
//! browser that began them.

use oauth::model::{
    BrowserSession, KeptRequests, SignInAnswer, SignInUnderWay, Timestamp, TokenHash,
};
use sqlx::query;

use super::cells::Cells;
use super::database::{Connection, Row, unless_held};
use super::rows::{execute, fetch_one};
use super::waiting::{self, Table, Waiting, delete};
use super::{bind, sessions};
use crate::error::StoreError;
use crate::text::json;

const TABLE: Table = waiting::table!("sign_ins"(
    "hash, realm, browser, sender, next, asked, created_at, expires_at"
));

macro_rules! select {
    ($condition:literal) => {
        concat!(
            "SELECT hash, realm, browser, sender, next, asked, created_at, expires_at, answer, outcome,
             finished_at
         FROM sign_ins ",
            $condition
        )
    };
}

pub(crate) async fn begin(
    connection: &mut Connection,
    sign_in: &SignInUnderWay,
    most: KeptRequests,
) -> Result<bool, StoreError> {
    let insert = query(TABLE.insert)
        .bind(sign_in.hash.0.as_slice())
        .bind(&sign_in.realm)
        .bind(sign_in.browser.0.as_slice())
        .bind(&sign_in.sender)
        .bind(&sign_in.next)
        .bind(json(&sign_in.asked)?)
        .bind(bind::time(sign_in.created_at))
        .bind(bind::time(sign_in.expires_at));
    let one = Waiting {
        realm: &sign_in.realm,
        sender: &sign_in.sender,
        created_at: sign_in.created_at,
    };
    waiting::keep(connection, &TABLE, insert, one, most).await
}

pub(crate) async fn one(
    connection: &mut Connection,
    challenge: &TokenHash,
    now: Timestamp,
) -> Result<Option<SignInUnderWay>, StoreError> {
    let select = query(select!("WHERE hash = $1 AND expires_at > $2"))
        .bind(challenge.0.as_slice())
        .bind(bind::time(now));
    fetch_one(connection, select, sign_in).await
}

pub(crate) async fn answered(
    connection: &mut Connection,
    answer: &TokenHash,
    now: Timestamp,
) -> Result<Option<SignInUnderWay>, StoreError> {
    let select = query(select!("WHERE answer = $1 AND expires_at > $2"))
        .bind(answer.0.as_slice())
        .bind(bind::time(now));
    fetch_one(connection, select, sign_in).await
}

/// One conditional statement: of several answers, one counts.
pub(crate) async fn answer(
    connection: &mut Connection,
    challenge: &TokenHash,
    answer: &SignInAnswer,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let update = query(
        "UPDATE sign_ins SET answer = $2, outcome = $3
         WHERE hash = $1 AND answer IS NULL AND expires_at > $4",
    )
    .bind(challenge.0.as_slice())
    .bind(answer.hash.0.as_slice())
    .bind(json(&answer.outcome)?)
    .bind(bind::time(now));
    Ok(execute(connection, update).await? > 0)
}

/// One conditional statement: of several that come back, one does. The session begins with it or
/// not at all.
pub(crate) async fn finish(
    connection: &mut Connection,
    answer: &TokenHash,
    session: Option<&BrowserSession>,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let update = query(
        "UPDATE sign_ins SET finished_at = $2
         WHERE answer = $1 AND finished_at IS NULL AND expires_at > $2",
    )
    .bind(answer.0.as_slice())
    .bind(bind::time(now));
    if execute(connection, update).await? == 0 {
        return Ok(false);
    }
    if let Some(session) = session {
        sessions::insert(connection, session).await?;
    }
    Ok(true)
}

fn sign_in(row: &Row) -> Result<SignInUnderWay, StoreError> {
    let cells = Cells::new(row, "sign_ins", &["hash"]);
    let answer = cells.optional_bytes32("answer")?.map(TokenHash);
    let answer = answer.zip(cells.optional_json("outcome")?);
    Ok(SignInUnderWay {
        hash: cells.hash("hash")?,
        realm: cells.text("realm")?,
        browser: cells.hash("browser")?,
        sender: cells.text("sender")?,
        next: cells.text("next")?,
        asked: cells.json("asked")?,
        created_at: cells.time("created_at")?,
        expires_at: cells.time("expires_at")?,
        answer: answer.map(|(hash, outcome)| SignInAnswer { hash, outcome }),
        finished_at: cells.optional_time("finished_at")?,
    })
}
