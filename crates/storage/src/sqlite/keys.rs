use oauth::model::{KeyPurpose, KeyRecord, Timestamp};
use sqlx::query;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

use super::cells::Cells;
use super::fault::{About, fault, fault_about};
use super::{bind, changes};
use crate::change::ChangeSubject;
use crate::error::StoreError;

pub(super) async fn all(
    connection: &mut SqliteConnection,
    realm: &str,
) -> Result<Vec<KeyRecord>, StoreError> {
    query("SELECT * FROM realm_keys WHERE realm = $1 ORDER BY created_at, id")
        .bind(realm)
        .fetch_all(connection)
        .await
        .map_err(fault)?
        .iter()
        .map(key)
        .collect()
}

pub(super) async fn ensure(
    connection: &mut SqliteConnection,
    wanted: &KeyRecord,
) -> Result<KeyRecord, StoreError> {
    if let Some(current) = current(connection, wanted).await? {
        return Ok(current);
    }
    insert(connection, wanted).await?;
    changes::append(connection, &wanted.realm, &ChangeSubject::Keys).await?;
    Ok(wanted.clone())
}

pub(super) async fn rotate(
    connection: &mut SqliteConnection,
    next: &KeyRecord,
) -> Result<(), StoreError> {
    retire_current(connection, next, next.created_at).await?;
    insert(connection, next).await?;
    changes::append(connection, &next.realm, &ChangeSubject::Keys).await
}

pub(super) async fn purposes(
    connection: &mut SqliteConnection,
    realm: &str,
) -> Result<Vec<KeyPurpose>, StoreError> {
    query(
        "SELECT purpose, MIN(id) AS id FROM realm_keys
         WHERE realm = $1 AND retired_at IS NULL GROUP BY purpose ORDER BY purpose",
    )
    .bind(realm)
    .fetch_all(connection)
    .await
    .map_err(fault)?
    .iter()
    .map(|row| purpose(&Cells::new(row, "realm_keys", &["id"])))
    .collect()
}

async fn current(
    connection: &mut SqliteConnection,
    wanted: &KeyRecord,
) -> Result<Option<KeyRecord>, StoreError> {
    query("SELECT * FROM realm_keys WHERE realm = $1 AND purpose = $2 AND retired_at IS NULL")
        .bind(&wanted.realm)
        .bind(purpose_word(wanted.purpose))
        .fetch_optional(connection)
        .await
        .map_err(fault)?
        .as_ref()
        .map(key)
        .transpose()
}

async fn retire_current(
    connection: &mut SqliteConnection,
    next: &KeyRecord,
    now: Timestamp,
) -> Result<(), StoreError> {
    query(
        "UPDATE realm_keys SET retired_at = $3
         WHERE realm = $1 AND purpose = $2 AND retired_at IS NULL",
    )
    .bind(&next.realm)
    .bind(purpose_word(next.purpose))
    .bind(bind::time(now))
    .execute(connection)
    .await
    .map_err(fault)?;
    Ok(())
}

async fn insert(connection: &mut SqliteConnection, key: &KeyRecord) -> Result<(), StoreError> {
    query(
        "INSERT INTO realm_keys (realm, id, purpose, secret, created_at, retired_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(&key.realm)
    .bind(&key.id)
    .bind(purpose_word(key.purpose))
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

fn key(row: &SqliteRow) -> Result<KeyRecord, StoreError> {
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
        "seal-token" => Ok(KeyPurpose::SealToken),
        other => Err(cells.impossible("purpose", format!("{other:?} is no purpose of a key"))),
    }
}

fn purpose_word(purpose: KeyPurpose) -> &'static str {
    match purpose {
        KeyPurpose::SignEs256 => "sign-es256",
        KeyPurpose::SealToken => "seal-token",
    }
}
