use std::collections::BTreeSet;

use oauth::api_key::hash::BEGINNING;
use oauth::audit::AuditRecord;
use oauth::model::{
    ApiKey, ApiKeyHash, ApiKeyUse, Page, PageRequest, Position, Timestamp, TokenHash, Uuid,
};
use sqlx::query;

use super::cells::Cells;
use super::database::{self, Connection, Row, for_update};
use super::fault::{About, fault, fault_about};
use super::rows::{execute, fetch_all, fetch_one, fetch_page};
use super::{audit, bind};
use crate::change::ChangeSubject;
use crate::error::StoreError;

/// Columns by name, since a later version may add some while this one runs.
macro_rules! select {
    ($condition:literal) => {
        concat!(
            "SELECT id, realm, client_id, organisation_id, api, name, beginning, hash_kind, hash,
         slow_hash, scope, created_at, expires_at, sunset_at, revoked_at, last_used_at, position
         FROM api_keys ",
            $condition
        )
    };
}

pub(crate) async fn one(
    connection: &mut Connection,
    realm: &str,
    id: Uuid,
) -> Result<Option<ApiKey>, StoreError> {
    let select = query(select!("WHERE id = $2 AND realm = $1"))
        .bind(realm)
        .bind(id.as_bytes().as_slice());
    fetch_one(connection, select, api_key).await
}

pub(crate) async fn by_hash(
    connection: &mut Connection,
    realm: &str,
    hashes: &[TokenHash],
) -> Result<Vec<ApiKey>, StoreError> {
    let Some(first) = hashes.first() else {
        return Ok(Vec::new());
    };
    let mut select = query(select!(
        "WHERE realm = $1 AND hash IN ($2, $3, $4, $5, $6) ORDER BY id"
    ))
    .bind(realm);
    for at in 0..5 {
        let hash = hashes.get(at).unwrap_or(first);
        select = select.bind(hash.0.as_slice());
    }
    fetch_all(connection, select, api_key).await
}

/// A place for each length that a beginning may have: an index finds each.
const BY_BEGINNING: &str = select!(
    "WHERE realm = $1 AND slow_hash IS NOT NULL AND revoked_at IS NULL
         AND beginning IN ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,
             $17, $18, $19, $20, $21, $22)
     ORDER BY LENGTH(beginning) DESC"
);

pub(crate) async fn by_beginning(
    connection: &mut Connection,
    realm: &str,
    text: &str,
) -> Result<Vec<ApiKey>, StoreError> {
    if !database::can_hold(text) {
        return Ok(Vec::new());
    }
    let mut select = query(BY_BEGINNING).bind(realm);
    for length in BEGINNING {
        // Where the text is shorter, the place holds what no key begins with.
        select = select.bind(text.get(..length).unwrap_or_default());
    }
    fetch_all(connection, select, api_key).await
}

pub(crate) async fn page(
    connection: &mut Connection,
    realm: &str,
    client: Option<&str>,
    page: &PageRequest,
) -> Result<Page<ApiKey>, StoreError> {
    let size = bind::page_size(page);
    let after = page.after.as_deref();
    let after = after.and_then(|text| Uuid::try_parse(text).ok());
    let select = query(select!(
        "WHERE realm = $1 AND ($2 IS NULL OR client_id = $2) AND ($3 IS NULL OR id > $3)
         ORDER BY id LIMIT $4"
    ))
    .bind(realm)
    .bind(client.map(database::held))
    .bind(bind::optional_id(after.as_ref()))
    .bind(bind::limit(size + 1));
    fetch_page(connection, select, size, api_key, |key| key.id.to_string()).await
}

pub(crate) async fn insert(
    connection: &mut Connection,
    keys: &[(ApiKey, AuditRecord)],
    most: usize,
    now: Timestamp,
) -> Result<(), StoreError> {
    // Whoever adds a key of a client waits here for others who do, all in one order.
    let owners: BTreeSet<(&str, &str)> = keys
        .iter()
        .map(|(key, _)| (key.realm.as_str(), key.client.as_str()))
        .collect();
    for (realm, client) in owners {
        hold_client(connection, realm, client).await?;
    }
    for (key, _) in keys {
        insert_one(connection, key, most, now).await?;
    }
    for (key, record) in keys {
        // A kind of change of its own would stop nodes of the release of 22 November.
        let subject = ChangeSubject::Client(key.client.clone());
        audit::append(connection, &key.realm, &subject, record).await?;
    }
    Ok(())
}

async fn hold_client(
    connection: &mut Connection,
    realm: &str,
    client: &str,
) -> Result<(), StoreError> {
    let hold = query(for_update!(
        "SELECT 1 FROM clients WHERE realm = $1 AND id = $2 AND deleted_at IS NULL"
    ));
    let held = hold.bind(realm).bind(client).fetch_optional(connection);
    match held.await.map_err(fault)? {
        Some(_) => Ok(()),
        None => Err(StoreError::NotFound {
            what: "client",
            key: client.to_owned(),
        }),
    }
}

async fn insert_one(
    connection: &mut Connection,
    key: &ApiKey,
    most: usize,
    now: Timestamp,
) -> Result<(), StoreError> {
    let id = key.id.to_string();
    let count = query(
        "SELECT COUNT(*) AS living FROM api_keys
         WHERE realm = $1 AND client_id = $2 AND revoked_at IS NULL
             AND (organisation_id = $3 OR (organisation_id IS NULL AND $3 IS NULL))
             AND (expires_at IS NULL OR expires_at > $4)
             AND (sunset_at IS NULL OR sunset_at > $4)",
    )
    .bind(&key.realm)
    .bind(&key.client)
    .bind(bind::optional_id(key.organisation.as_ref()))
    .bind(bind::time(now));
    let row = count.fetch_one(&mut *connection).await.map_err(fault)?;
    let living = Cells::new(&row, "api_keys", &[]).number("living")?;
    if living >= bind::limit(most) {
        return Err(StoreError::Conflict {
            what: "API key",
            key: id,
        });
    }
    let (hash, slow) = match &key.hash {
        ApiKeyHash::Sha256(hash) | ApiKeyHash::HmacSha256(hash) => (Some(hash), None),
        ApiKeyHash::Bcrypt(text) | ApiKeyHash::Pbkdf2(text) => (None, Some(text.as_str())),
    };
    let insert = query(
        "INSERT INTO api_keys (id, realm, client_id, organisation_id, api, name, beginning,
             hash_kind, hash, slow_hash, scope, created_at, expires_at, sunset_at, revoked_at,
             last_used_at, position)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
    )
    .bind(key.id.as_bytes().as_slice())
    .bind(&key.realm)
    .bind(&key.client)
    .bind(bind::optional_id(key.organisation.as_ref()))
    .bind(&key.api)
    .bind(&key.name)
    .bind(&key.beginning)
    .bind(key.hash.kind())
    .bind(bind::optional_hash(hash))
    .bind(slow)
    .bind(key.scope.to_string())
    .bind(bind::time(key.created_at))
    .bind(bind::optional_time(key.expires_at))
    .bind(bind::optional_time(key.sunset_at))
    .bind(bind::optional_time(key.revoked_at))
    .bind(bind::optional_time(key.last_used_at))
    .bind(key.position.0);
    insert.execute(connection).await.map_err(|error| {
        let about = About {
            record: ("API key", &id),
            parent: ("client", &key.client),
        };
        fault_about(&error, about)
    })?;
    Ok(())
}

pub(crate) async fn revoke(
    connection: &mut Connection,
    realm: &str,
    id: Uuid,
    now: Timestamp,
    record: &AuditRecord,
) -> Result<bool, StoreError> {
    let update = query(
        "UPDATE api_keys SET revoked_at = $3 WHERE id = $2 AND realm = $1 AND revoked_at IS NULL",
    )
    .bind(realm)
    .bind(id.as_bytes().as_slice())
    .bind(bind::time(now));
    if execute(connection, update).await? == 0 {
        return Ok(false);
    }
    let Some(key) = one(connection, realm, id).await? else {
        return Ok(false);
    };
    audit::append(
        connection,
        realm,
        &ChangeSubject::Client(key.client),
        record,
    )
    .await?;
    Ok(true)
}

/// Nobody has to follow this: a key that was not known by its hash before is remembered by none.
pub(crate) async fn rehash(
    connection: &mut Connection,
    realm: &str,
    id: Uuid,
    hash: &TokenHash,
) -> Result<bool, StoreError> {
    let kind = ApiKeyHash::Sha256(*hash).kind();
    let update = query(
        "UPDATE api_keys SET hash_kind = $3, hash = $4, slow_hash = NULL
         WHERE id = $2 AND realm = $1 AND slow_hash IS NOT NULL AND NOT EXISTS
             (SELECT 1 FROM api_keys WHERE realm = $1 AND hash = $4)",
    )
    .bind(realm)
    .bind(id.as_bytes().as_slice())
    .bind(kind)
    .bind(hash.0.as_slice());
    Ok(execute(connection, update).await? > 0)
}

pub(crate) async fn note_uses(
    connection: &mut Connection,
    uses: &[ApiKeyUse],
) -> Result<(), StoreError> {
    // In one order, so that no two nodes wait for each other.
    let mut sorted = uses.to_vec();
    sorted.sort_by_key(|one| one.key);
    for ApiKeyUse { key, at } in sorted {
        let update = query(
            "UPDATE api_keys SET last_used_at = $2
             WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < $2)",
        )
        .bind(key.as_bytes().to_vec())
        .bind(bind::time(at));
        execute(connection, update).await?;
    }
    Ok(())
}

fn api_key(row: &Row) -> Result<ApiKey, StoreError> {
    let cells = Cells::new(row, "api_keys", &["id"]);
    Ok(ApiKey {
        realm: cells.text("realm")?,
        id: cells.uuid("id")?,
        client: cells.text("client_id")?,
        organisation: cells.optional_uuid("organisation_id")?,
        api: cells.optional_text("api")?,
        name: cells.text("name")?,
        beginning: cells.text("beginning")?,
        hash: hash(&cells)?,
        scope: cells.scope("scope")?,
        created_at: cells.time("created_at")?,
        expires_at: cells.optional_time("expires_at")?,
        sunset_at: cells.optional_time("sunset_at")?,
        revoked_at: cells.optional_time("revoked_at")?,
        last_used_at: cells.optional_time("last_used_at")?,
        position: Position(cells.number("position")?),
    })
}

fn hash(cells: &Cells<'_>) -> Result<ApiKeyHash, StoreError> {
    let fast = || cells.hash("hash");
    let slow = || {
        let text = cells.optional_text("slow_hash")?;
        text.ok_or_else(|| cells.impossible("slow_hash", "it is missing"))
    };
    match cells.text("hash_kind")?.as_str() {
        "sha256" => Ok(ApiKeyHash::Sha256(fast()?)),
        "hmac-sha256" => Ok(ApiKeyHash::HmacSha256(fast()?)),
        "bcrypt" => Ok(ApiKeyHash::Bcrypt(slow()?)),
        "pbkdf2" => Ok(ApiKeyHash::Pbkdf2(slow()?)),
        other => Err(cells.impossible("hash_kind", format!("{other} is not known"))),
    }
}
