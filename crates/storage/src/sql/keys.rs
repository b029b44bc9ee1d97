use oauth::audit::AuditRecord;
use oauth::model::{KeyPurpose, KeyRecord, KeyRevocation, KeyUse, Timestamp};
use sqlx::query;

use super::cells::Cells;
use super::database::{Connection, Row};
use super::fault::{About, fault_about};
use super::rows::{execute, fetch_all, fetch_one};
use super::{audit, bind, changes};
use crate::change::ChangeSubject;
use crate::error::StoreError;

/// Columns by name, since a later version may add some while this one runs.
macro_rules! select {
    ($condition:literal) => {
        concat!(
            "SELECT realm, id, purpose, secret, created_at, retired_at
         FROM realm_keys ",
            $condition
        )
    };
}

pub(crate) async fn all(
    connection: &mut Connection,
    realm: &str,
) -> Result<Vec<KeyRecord>, StoreError> {
    let select = query(select!("WHERE realm = $1 ORDER BY created_at, id")).bind(realm);
    fetch_all(connection, select, key).await
}

pub(crate) async fn ensure(
    connection: &mut Connection,
    wanted: &KeyRecord,
    record: &AuditRecord,
) -> Result<KeyRecord, StoreError> {
    if let Some(current) = current(connection, wanted).await? {
        return Ok(current);
    }
    insert(connection, wanted).await?;
    audit::append(connection, &wanted.realm, &ChangeSubject::Keys, record).await?;
    Ok(wanted.clone())
}

/// Who retires the current key, and nobody else, adds the next.
pub(crate) async fn rotate(
    connection: &mut Connection,
    current: &str,
    next: &KeyRecord,
    record: &AuditRecord,
) -> Result<bool, StoreError> {
    let [one, two, three] = purpose_words(next.purpose.key_use());
    let update = query(
        "UPDATE realm_keys SET retired_at = $6
         WHERE realm = $1 AND id = $2 AND purpose IN ($3, $4, $5) AND retired_at IS NULL",
    )
    .bind(&next.realm)
    .bind(current)
    .bind(one)
    .bind(two)
    .bind(three)
    .bind(bind::time(next.created_at));
    let retired = execute(connection, update).await?;
    if retired == 0 {
        return Ok(false);
    }
    insert(connection, next).await?;
    audit::append(connection, &next.realm, &ChangeSubject::Keys, record).await?;
    Ok(true)
}

/// A key that no longer counts cannot be the current one, and no older one may sign in its
/// place: there is a current one that has begun.
pub(crate) async fn revoke(
    connection: &mut Connection,
    id: &str,
    next: &KeyRecord,
    record: &AuditRecord,
) -> Result<KeyRevocation, StoreError> {
    let [one, two, three] = purpose_words(next.purpose.key_use());
    let delete =
        query("DELETE FROM realm_keys WHERE realm = $1 AND id = $2 AND purpose IN ($3, $4, $5)")
            .bind(&next.realm)
            .bind(id)
            .bind(one)
            .bind(two)
            .bind(three);
    let removed = execute(connection, delete).await?;
    if removed == 0 {
        return Ok(KeyRevocation::Unknown);
    }
    let revocation = if let Some(left) = current(connection, next).await? {
        begin_by(connection, &left, next.created_at).await?;
        KeyRevocation::Removed
    } else {
        insert(connection, next).await?;
        KeyRevocation::Replaced
    };
    audit::append(connection, &next.realm, &ChangeSubject::Keys, record).await?;
    Ok(revocation)
}

async fn begin_by(
    connection: &mut Connection,
    key: &KeyRecord,
    latest: Timestamp,
) -> Result<(), StoreError> {
    let update = query(
        "UPDATE realm_keys SET created_at = $3
         WHERE realm = $1 AND id = $2 AND created_at > $3",
    )
    .bind(&key.realm)
    .bind(&key.id)
    .bind(bind::time(latest));
    execute(connection, update).await?;
    Ok(())
}

pub(crate) async fn rewrap(
    connection: &mut Connection,
    realm: &str,
    id: &str,
    from: &[u8],
    to: &[u8],
    record: &AuditRecord,
) -> Result<bool, StoreError> {
    let update =
        query("UPDATE realm_keys SET secret = $4 WHERE realm = $1 AND id = $2 AND secret = $3")
            .bind(realm)
            .bind(id)
            .bind(from)
            .bind(to);
    let rewrapped = execute(connection, update).await? > 0;
    if rewrapped {
        audit::append(connection, realm, &changes::nothing(), record).await?;
    }
    Ok(rewrapped)
}

pub(crate) async fn remove_retired(
    connection: &mut Connection,
    realm: &str,
    until: Timestamp,
    record: &AuditRecord,
) -> Result<usize, StoreError> {
    let delete = query("DELETE FROM realm_keys WHERE realm = $1 AND retired_at <= $2")
        .bind(realm)
        .bind(bind::time(until));
    let removed = execute(connection, delete).await?;
    let removed = usize::try_from(removed).unwrap_or(usize::MAX);
    if removed > 0 {
        audit::append(connection, realm, &ChangeSubject::Keys, record).await?;
    }
    Ok(removed)
}

async fn current(
    connection: &mut Connection,
    wanted: &KeyRecord,
) -> Result<Option<KeyRecord>, StoreError> {
    let [one, two, three] = purpose_words(wanted.purpose.key_use());
    let select = query(select!(
        "WHERE realm = $1 AND purpose IN ($2, $3, $4) AND retired_at IS NULL
         ORDER BY created_at DESC, id DESC LIMIT 1"
    ))
    .bind(&wanted.realm)
    .bind(one)
    .bind(two)
    .bind(three);
    fetch_one(connection, select, key).await
}

async fn insert(connection: &mut Connection, key: &KeyRecord) -> Result<(), StoreError> {
    query(
        "INSERT INTO realm_keys (realm, id, purpose, secret, created_at, retired_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(&key.realm)
    .bind(&key.id)
    .bind(key.purpose.as_str())
    .bind(key.secret.as_slice())
    .bind(bind::time(key.created_at))
    .bind(bind::optional_time(key.retired_at))
    .execute(connection)
    .await
    .map_err(|error| {
        let about = About {
            record: ("key", &key.id),
            parent: ("realm", &key.realm),
        };
        fault_about(&error, about)
    })?;
    Ok(())
}

fn key(row: &Row) -> Result<KeyRecord, StoreError> {
    let cells = Cells::new(row, "realm_keys", &["realm", "id"]);
    Ok(KeyRecord {
        realm: cells.text("realm")?,
        id: cells.text("id")?,
        purpose: purpose(&cells)?,
        secret: cells.bytes("secret")?,
        created_at: cells.time("created_at")?,
        retired_at: cells.optional_time("retired_at")?,
    })
}

fn purpose(cells: &Cells<'_>) -> Result<KeyPurpose, StoreError> {
    match cells.text("purpose")?.as_str() {
        "sign-es256" => Ok(KeyPurpose::SignEs256),
        "sign-eddsa" => Ok(KeyPurpose::SignEdDsa),
        "sign-rs256" => Ok(KeyPurpose::SignRs256),
        "seal-token" => Ok(KeyPurpose::SealToken),
        other => Err(cells.impossible("purpose", format!("{other:?} is no purpose of a key"))),
    }
}

/// The purposes of a use, as three to choose from; a single one comes three times.
fn purpose_words(key_use: KeyUse) -> [&'static str; 3] {
    match key_use {
        KeyUse::Sign => [
            KeyPurpose::SignEs256,
            KeyPurpose::SignEdDsa,
            KeyPurpose::SignRs256,
        ],
        KeyUse::Seal => [KeyPurpose::SealToken; 3],
    }
    .map(KeyPurpose::as_str)
}
