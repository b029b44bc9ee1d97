use oauth::audit::AuditRecord;
use oauth::model::{ExternalId, Page, PageRequest, Position, Timestamp, TokenHash, User, Uuid};
use oauth::naming::folded_username;
use sqlx::query;

use super::cells::Cells;
use super::database::{self, Connection, Row};
use super::fault::{About, fault, fault_about};
use super::rows::{execute, fetch_one, fetch_page};
use super::{audit, bind, changes, clients, external, holds, tickets};
use crate::change::ChangeSubject;
use crate::error::StoreError;
use crate::text::folded_before;

/// By name, since a later version may add some while this one runs.
macro_rules! columns {
    () => {
        "users.realm, users.id, users.number, users.username, users.name,
         users.email, users.email_verified, users.language, users.password_hash, users.created_at,
         users.disabled_at, users.suspended, users.source, users.external_id, users.cut_off,
         users.sessions_cut_off, users.version"
    };
}
pub(crate) use columns;

macro_rules! select {
    ($condition:literal) => {
        concat!("SELECT ", columns!(), " FROM users ", $condition)
    };
}

pub(crate) async fn one(
    connection: &mut Connection,
    realm: &str,
    id: Uuid,
) -> Result<Option<User>, StoreError> {
    let select = query(select!(
        "WHERE id = $2 AND realm = $1 AND deleted_at IS NULL"
    ))
    .bind(realm)
    .bind(id.as_bytes().as_slice());
    fetch_one(connection, select, user).await
}

/// Has anybody this id, or had?
pub(crate) async fn is_given(
    connection: &mut Connection,
    realm: &str,
    id: Uuid,
) -> Result<bool, StoreError> {
    let select = query(select!("WHERE id = $2 AND realm = $1"))
        .bind(realm)
        .bind(id.as_bytes().as_slice());
    Ok(fetch_one(connection, select, user).await?.is_some())
}

pub(crate) async fn by_username(
    connection: &mut Connection,
    realm: &str,
    name: &str,
) -> Result<Option<User>, StoreError> {
    if !database::can_hold(name) {
        return Ok(None);
    }
    let select = query(select!(
        "WHERE realm = $1 AND folded_username IN ($2, $3)
         ORDER BY CASE folded_username WHEN $3 THEN 0 ELSE 1 END LIMIT 1"
    ))
    .bind(realm)
    .bind(folded_username(name))
    .bind(folded_before(name));
    fetch_one(connection, select, user).await
}

pub(crate) async fn by_external(
    connection: &mut Connection,
    realm: &str,
    external: &ExternalId,
) -> Result<Option<User>, StoreError> {
    let select = external::select!(columns!(), "users");
    external::fetch(connection, select, (realm, external), user).await
}

pub(crate) async fn page(
    connection: &mut Connection,
    realm: &str,
    page: &PageRequest,
) -> Result<Page<User>, StoreError> {
    let size = bind::page_size(page);
    let select = query(concat!(
        "SELECT users.folded_username, ",
        columns!(),
        " FROM users
         WHERE realm = $1 AND deleted_at IS NULL AND ($2 IS NULL OR folded_username > $2)
         ORDER BY folded_username LIMIT $3"
    ))
    .bind(realm)
    .bind(page.after.as_deref().map(database::held))
    .bind(bind::limit(size + 1));
    let page = fetch_page(connection, select, size, listed, |(folded, _)| {
        folded.clone()
    });
    let Page { items, next } = page.await?;
    let items = items.into_iter().map(|(_, user)| user).collect();
    Ok(Page { items, next })
}

pub(crate) async fn insert(
    connection: &mut Connection,
    wanted: &User,
    record: &AuditRecord,
) -> Result<User, StoreError> {
    database::hold_numbers(connection).await?;
    clients::refuse_called(connection, &wanted.realm, wanted.id).await?;
    let row = query(concat!(
        "INSERT INTO users (realm, id, number, username, folded_username, name, password_hash,
             created_at, disabled_at, source, external_id, cut_off, suspended, email,
             email_verified, language, sessions_cut_off)
         SELECT $1, $2, CASE WHEN $3 <> 0 THEN $3 ELSE
             (SELECT COALESCE(MAX(number), 0) + 1 FROM users WHERE realm = $1) END,
             $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17
         RETURNING ",
        columns!()
    ))
    .bind(&wanted.realm)
    .bind(wanted.id.as_bytes().as_slice())
    .bind(wanted.number)
    .bind(&wanted.username)
    .bind(folded_username(&wanted.username))
    .bind(&wanted.name)
    .bind(wanted.password_hash.as_deref().unwrap_or_default())
    .bind(bind::time(wanted.created_at))
    .bind(bind::optional_time(wanted.status.stopped_since()))
    .bind(wanted.external.as_ref().map(|external| &external.source))
    .bind(wanted.external.as_ref().map(|external| &external.id))
    .bind(bind::position(wanted.cut_off))
    .bind(bind::suspended(wanted.status))
    .bind(wanted.email.as_deref())
    .bind(i64::from(wanted.email_verified))
    .bind(wanted.language.as_deref())
    .bind(bind::position(wanted.sessions_cut_off))
    .fetch_one(&mut *connection)
    .await
    .map_err(|error| failed(&error, wanted))?;
    changed(connection, wanted, record).await?;
    user(&row)
}

/// Whoever comes second finds no ticket, and changes nothing.
pub(crate) async fn update_by_ticket(
    connection: &mut Connection,
    user: &User,
    hash: &TokenHash,
    now: Timestamp,
    record: &AuditRecord,
) -> Result<bool, StoreError> {
    // First, as whoever is given a ticket: neither waits for the other.
    holds::person(connection, &user.realm, user.id).await?;
    if !tickets::use_up(connection, hash, now).await? {
        return Ok(false);
    }
    update(connection, user, record).await?;
    Ok(true)
}

pub(crate) async fn update(
    connection: &mut Connection,
    user: &User,
    record: &AuditRecord,
) -> Result<(), StoreError> {
    let cuts = [user.cut_off, user.sessions_cut_off];
    let [mut cut_off, mut sessions_cut_off] = cuts;
    if cuts.contains(&Some(Position::HERE)) {
        holds::person(connection, &user.realm, user.id).await?;
        let here = changes::before_next(connection).await?;
        for cut in [&mut cut_off, &mut sessions_cut_off] {
            *cut = cut.map(|cut| if cut == Position::HERE { here } else { cut });
        }
        tickets::end_of_user(connection, user.id).await?;
    }
    let updated = query(
        "UPDATE users SET number = $3, username = $4, folded_username = $5, name = $6,
             password_hash = $7, created_at = $8, disabled_at = $9, source = $10,
             external_id = $11, cut_off = $12, suspended = $14, email = $15, email_verified = $16,
             language = $17, sessions_cut_off = $18, version = version + 1
         WHERE id = $2 AND realm = $1 AND version = $13 AND deleted_at IS NULL",
    )
    .bind(&user.realm)
    .bind(user.id.as_bytes().as_slice())
    .bind(user.number)
    .bind(&user.username)
    .bind(folded_username(&user.username))
    .bind(&user.name)
    .bind(user.password_hash.as_deref().unwrap_or_default())
    .bind(bind::time(user.created_at))
    .bind(bind::optional_time(user.status.stopped_since()))
    .bind(user.external.as_ref().map(|external| &external.source))
    .bind(user.external.as_ref().map(|external| &external.id))
    .bind(bind::position(cut_off))
    .bind(user.version)
    .bind(bind::suspended(user.status))
    .bind(user.email.as_deref())
    .bind(i64::from(user.email_verified))
    .bind(user.language.as_deref())
    .bind(bind::position(sessions_cut_off))
    .execute(&mut *connection)
    .await
    .map_err(|error| failed(&error, user))?;
    if updated.rows_affected() == 0 {
        let (what, key) = ("user", user.id.to_string());
        return Err(match one(connection, &user.realm, user.id).await? {
            Some(_) => StoreError::Conflict { what, key },
            None => StoreError::NotFound { what, key },
        });
    }
    changed(connection, user, record).await
}

/// Folds names of before as they are folded now. One that would be another person's name then
/// stays as it is, and is found as it is written.
pub(crate) async fn fold_anew(connection: &mut Connection) -> Result<(), StoreError> {
    let beyond_ascii = query(
        "SELECT realm, id, username, folded_username FROM users
         WHERE OCTET_LENGTH(folded_username) <> LENGTH(folded_username) ORDER BY realm, number",
    );
    for row in beyond_ascii
        .fetch_all(&mut *connection)
        .await
        .map_err(fault)?
    {
        let cells = Cells::new(&row, "users", &["id"]);
        let folded = folded_username(&cells.text("username")?);
        if folded == cells.text("folded_username")? {
            continue;
        }
        let fold = query(
            "UPDATE users SET folded_username = $3 WHERE realm = $1 AND id = $2 AND NOT EXISTS
                 (SELECT 1 FROM users WHERE realm = $1 AND folded_username = $3)",
        )
        .bind(cells.text("realm")?)
        .bind(cells.uuid("id")?.as_bytes().to_vec())
        .bind(folded);
        execute(connection, fold).await?;
    }
    Ok(())
}

async fn changed(
    connection: &mut Connection,
    user: &User,
    record: &AuditRecord,
) -> Result<(), StoreError> {
    let subject = ChangeSubject::User(user.id);
    audit::append(connection, &user.realm, &subject, record).await
}

fn failed(error: &sqlx::Error, user: &User) -> StoreError {
    let about = About {
        record: ("user", &user.username),
        parent: ("realm", &user.realm),
    };
    fault_about(error, about)
}

/// With the name it is sorted by.
fn listed(row: &Row) -> Result<(String, User), StoreError> {
    let cells = Cells::new(row, "users", &["id"]);
    Ok((cells.text("folded_username")?, user(row)?))
}

pub(crate) fn user(row: &Row) -> Result<User, StoreError> {
    let cells = Cells::new(row, "users", &["id"]);
    Ok(User {
        realm: cells.text("realm")?,
        id: cells.uuid("id")?,
        number: cells.number("number")?,
        username: cells.text("username")?,
        name: cells.text("name")?,
        email: cells.optional_text("email")?,
        email_verified: cells.flag("email_verified")?,
        language: cells.optional_text("language")?,
        // An empty one is none: the column is older than people without a password.
        password_hash: Some(cells.text("password_hash")?).filter(|hash| !hash.is_empty()),
        created_at: cells.time("created_at")?,
        status: cells.status()?,
        external: cells.external()?,
        cut_off: cells.position("cut_off")?,
        sessions_cut_off: cells.position("sessions_cut_off")?,
        version: cells.number("version")?,
    })
}
