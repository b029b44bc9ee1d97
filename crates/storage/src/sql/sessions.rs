use oauth::audit::AuditRecord;
use oauth::model::{Authentication, BrowserSession, Timestamp, TokenHash, UpstreamSession, Uuid};
use sqlx::query;

use super::cells::Cells;
use super::database::{self, Connection, Row};
use super::fault::{About, fault, fault_about};
use super::rows::{fetch_all, fetch_one};
use super::{audit, bind, changes};
use crate::error::StoreError;
use crate::text::{hexadecimal, json};

/// Columns by name, since a later version may add some while this one runs.
macro_rules! select {
    ($condition:literal) => {
        concat!(
            "SELECT hash, realm, user_id, created_at, expires_at, position, authenticated_at, methods,
             class, upstream_source, upstream_subject, upstream_sid
         FROM browser_sessions ",
            $condition
        )
    };
}

pub(crate) async fn insert(
    connection: &mut Connection,
    session: &BrowserSession,
) -> Result<(), StoreError> {
    let authentication = &session.authentication;
    let upstream = authentication.upstream.as_ref();
    query(
        "INSERT INTO browser_sessions (hash, realm, user_id, created_at, expires_at, position,
             authenticated_at, methods, class, upstream_source, upstream_subject, upstream_sid)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    )
    .bind(session.hash.0.as_slice())
    .bind(&session.realm)
    .bind(session.user.as_bytes().as_slice())
    .bind(bind::time(session.created_at))
    .bind(bind::time(session.expires_at))
    .bind(bind::position(session.position))
    .bind(bind::time(authentication.at))
    .bind(json(&authentication.methods)?)
    .bind(authentication.class.as_deref())
    .bind(upstream.map(|upstream| upstream.source.as_str()))
    .bind(upstream.map(|upstream| upstream.subject.as_str()))
    .bind(upstream.and_then(|upstream| upstream.sid.as_deref()))
    .execute(&mut *connection)
    .await
    .map_err(|error| {
        let about = About {
            record: ("session", &hexadecimal(&session.hash.0)),
            parent: ("user", &session.user.to_string()),
        };
        fault_about(&error, about)
    })?;
    changes::append(connection, &session.realm, &changes::session(&session.hash)).await
}

pub(crate) async fn one(
    connection: &mut Connection,
    hash: &TokenHash,
    now: Timestamp,
) -> Result<Option<BrowserSession>, StoreError> {
    let select = query(select!("WHERE hash = $1 AND expires_at > $2"))
        .bind(hash.0.as_slice())
        .bind(bind::time(now));
    fetch_one(connection, select, session).await
}

pub(crate) async fn of_user(
    connection: &mut Connection,
    realm: &str,
    user: Uuid,
    now: Timestamp,
) -> Result<Vec<BrowserSession>, StoreError> {
    let select = query(select!(
        "WHERE user_id = $2 AND realm = $1 AND expires_at > $3
         ORDER BY created_at DESC, hash"
    ))
    .bind(realm)
    .bind(user.as_bytes().as_slice())
    .bind(bind::time(now));
    fetch_all(connection, select, session).await
}

/// Each by its own index.
pub(crate) async fn upstream(
    connection: &mut Connection,
    realm: &str,
    source: &str,
    subject: Option<&str>,
    sid: Option<&str>,
    now: Timestamp,
) -> Result<Vec<BrowserSession>, StoreError> {
    let select = match (subject, sid) {
        (Some(subject), None) => query(select!(
            "WHERE realm = $1 AND upstream_source = $2 AND expires_at > $3 AND upstream_subject = $4
             ORDER BY created_at DESC, hash"
        ))
        .bind(realm)
        .bind(source)
        .bind(bind::time(now))
        .bind(database::held(subject)),
        (Some(subject), Some(sid)) => query(select!(
            "WHERE realm = $1 AND upstream_source = $2 AND expires_at > $3 AND upstream_subject = $4
                 AND upstream_sid = $5
             ORDER BY created_at DESC, hash"
        ))
        .bind(realm)
        .bind(source)
        .bind(bind::time(now))
        .bind(database::held(subject))
        .bind(database::held(sid)),
        (None, Some(sid)) => query(select!(
            "WHERE realm = $1 AND upstream_source = $2 AND expires_at > $3 AND upstream_sid = $4
             ORDER BY created_at DESC, hash"
        ))
        .bind(realm)
        .bind(source)
        .bind(bind::time(now))
        .bind(database::held(sid)),
        (None, None) => return Ok(Vec::new()),
    };
    fetch_all(connection, select, session).await
}

pub(crate) async fn end(
    connection: &mut Connection,
    hash: &TokenHash,
    record: &AuditRecord,
) -> Result<bool, StoreError> {
    let ended = query("DELETE FROM browser_sessions WHERE hash = $1 RETURNING realm, hash")
        .bind(hash.0.as_slice())
        .fetch_optional(&mut *connection)
        .await
        .map_err(fault)?;
    let Some(row) = ended else {
        return Ok(false);
    };
    let realm = Cells::new(&row, "browser_sessions", &["hash"]).text("realm")?;
    audit::append(connection, &realm, &changes::session(hash), record).await?;
    Ok(true)
}

fn session(row: &Row) -> Result<BrowserSession, StoreError> {
    let cells = Cells::new(row, "browser_sessions", &["hash"]);
    let created_at = cells.time("created_at")?;
    Ok(BrowserSession {
        hash: cells.hash("hash")?,
        realm: cells.text("realm")?,
        user: cells.uuid("user_id")?,
        authentication: authentication(&cells, created_at)?,
        created_at,
        expires_at: cells.time("expires_at")?,
        position: cells.position("position")?,
    })
}

/// Of before this was kept, and of nodes that do not know it, there are passwords only.
fn authentication(cells: &Cells<'_>, created_at: Timestamp) -> Result<Authentication, StoreError> {
    let Some(at) = cells.optional_time("authenticated_at")? else {
        return Ok(Authentication::by_password(created_at));
    };
    let subject = cells.optional_text("upstream_subject")?;
    let upstream = match (cells.optional_text("upstream_source")?, subject) {
        (Some(source), Some(subject)) => Some(UpstreamSession {
            source,
            subject,
            sid: cells.optional_text("upstream_sid")?,
        }),
        _ => None,
    };
    Ok(Authentication {
        at,
        methods: cells.optional_json("methods")?.unwrap_or_default(),
        class: cells.optional_text("class")?,
        upstream,
    })
}
