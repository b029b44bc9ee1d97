use std::collections::BTreeMap;

use oauth::audit::AuditRecord;
use oauth::model::{Client, Page, PageRequest, Position, StoredSecret, TokenHash, Uuid};
use oauth::naming;
use sqlx::query::Query;
use sqlx::{query, query_scalar};

use super::cells::Cells;
use super::database::{self, Arguments, Connection, Db, Row, for_update};
use super::fault::{About, fault, fault_about};
use super::rows::{fetch_one, fetch_page};
use super::{audit, bind, changes, users};
use crate::change::ChangeSubject;
use crate::error::StoreError;
use crate::text::{hexadecimal, json, word};

/// Columns by name, since a later version may add some while this one runs.
macro_rules! select {
    ($condition:literal) => {
        concat!(
            "SELECT realm, id, uuid, version, name, maker, homepage, verified, client_type,
         kind, auth_method, secrets, secrets_made, redirect_uris, grant_types, registered_scope,
         optional_scope, legacy_without_pkce, token_format, refresh_retry, organisation_id,
         introspects, signs_in, created_at, disabled_at, suspended, cut_off
         FROM clients ",
            $condition
        )
    };
}

pub(crate) async fn one(
    connection: &mut Connection,
    realm: &str,
    id: &str,
) -> Result<Option<Client>, StoreError> {
    if !database::can_hold(id) {
        return Ok(None);
    }
    let select = query(select!(
        "WHERE realm = $1 AND id = $2 AND deleted_at IS NULL"
    ))
    .bind(realm)
    .bind(id);
    fetch_one(connection, select, client).await
}

pub(crate) async fn by_uuid(
    connection: &mut Connection,
    realm: &str,
    uuid: Uuid,
) -> Result<Option<Client>, StoreError> {
    let select = query(select!(
        "WHERE realm = $1 AND uuid = $2 AND deleted_at IS NULL"
    ))
    .bind(realm)
    .bind(uuid.as_bytes().as_slice());
    fetch_one(connection, select, client).await
}

/// Whoever has this id must not be mistaken for a client, in whatever form its id is written.
pub(crate) async fn refuse_called(
    connection: &mut Connection,
    realm: &str,
    id: Uuid,
) -> Result<(), StoreError> {
    let (long, short) = (id.hyphenated().to_string(), id.simple().to_string());
    let called = query(select!("WHERE realm = $1 AND id IN ($2, $3, $4, $5)"))
        .bind(realm)
        .bind(long.to_uppercase())
        .bind(short.to_uppercase())
        .bind(long)
        .bind(short);
    match fetch_one(connection, called, client).await? {
        None => Ok(()),
        Some(client) => Err(StoreError::AlreadyExists {
            what: "client",
            key: client.id,
        }),
    }
}

pub(crate) async fn page(
    connection: &mut Connection,
    realm: &str,
    page: &PageRequest,
) -> Result<Page<Client>, StoreError> {
    let size = bind::page_size(page);
    let select = query(select!(
        "WHERE realm = $1 AND deleted_at IS NULL AND ($2 IS NULL OR id > $2)
         ORDER BY id LIMIT $3"
    ))
    .bind(realm)
    .bind(page.after.as_deref().map(database::held))
    .bind(bind::limit(size + 1));
    fetch_page(connection, select, size, client, |client| client.id.clone()).await
}

pub(crate) async fn insert(
    connection: &mut Connection,
    client: &Client,
    record: &AuditRecord,
) -> Result<(), StoreError> {
    database::hold_numbers(connection).await?;
    if let Ok(id) = Uuid::try_parse(&client.id) {
        // Both stand as `sub` in tokens.
        if users::is_given(connection, &client.realm, id).await? {
            return Err(StoreError::AlreadyExists {
                what: "user with the id",
                key: id.to_string(),
            });
        }
    }
    let deleted = "SELECT COUNT(*) FROM clients
         WHERE realm = $1 AND id = $2 AND deleted_at IS NOT NULL";
    let deleted = query_scalar(deleted).bind(&client.realm).bind(&client.id);
    let deleted: i64 = deleted.fetch_one(&mut *connection).await.map_err(fault)?;
    if deleted > 0 {
        return Err(StoreError::GivenOnce {
            what: "client",
            key: client.id.clone(),
        });
    }
    refuse_look_alike(connection, client).await?;
    bound(
        "INSERT INTO clients (realm, id, name, maker, homepage, verified, client_type, kind,
             auth_method, secrets, redirect_uris, grant_types, registered_scope, optional_scope,
             legacy_without_pkce, token_format, organisation_id, introspects, created_at,
             disabled_at, cut_off, refresh_retry, suspended, secrets_made, signs_in, uuid)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
             $19, $20, $21, $22, $23, $24, $25, $26)",
        client,
        client.cut_off,
    )?
    .bind(client.uuid.as_bytes().as_slice())
    .execute(&mut *connection)
    .await
    .map_err(|error| failed(&error, client))?;
    changed(connection, client, record).await
}

/// The same as [`naming::looks_of_client_id`] says, of those that are there.
const LOOKS_ALIKE: &str = "SELECT id FROM clients WHERE realm = $1 AND id <> $2
     AND (lower(id) = $3
         OR replace(replace(lower(replace(id, 'I', 'l')), '1', 'l'), '0', 'o') = $4)
     LIMIT 1";

/// Nobody is to take one app for another.
async fn refuse_look_alike(connection: &mut Connection, client: &Client) -> Result<(), StoreError> {
    let [lower, seen] = naming::looks_of_client_id(&client.id);
    let found = query_scalar(LOOKS_ALIKE)
        .bind(&client.realm)
        .bind(&client.id)
        .bind(lower)
        .bind(seen);
    let found: Option<String> = found.fetch_optional(connection).await.map_err(fault)?;
    match found {
        None => Ok(()),
        Some(key) => Err(StoreError::AlreadyExists {
            what: "client with the look-alike id",
            key,
        }),
    }
}

pub(crate) async fn update(
    connection: &mut Connection,
    client: &Client,
    record: &AuditRecord,
) -> Result<(), StoreError> {
    let cut_off = match client.cut_off {
        Some(Position::HERE) => {
            let held = query(for_update!(select!("WHERE realm = $1 AND id = $2")))
                .bind(&client.realm)
                .bind(&client.id);
            fetch_one(connection, held, self::client).await?;
            Some(changes::before_next(connection).await?)
        }
        earlier => earlier,
    };
    let updated = bound(
        "UPDATE clients SET name = $3, maker = $4, homepage = $5, verified = $6, client_type = $7,
             kind = $8, auth_method = $9, secrets = $10, redirect_uris = $11, grant_types = $12,
             registered_scope = $13, optional_scope = $14, legacy_without_pkce = $15,
             token_format = $16, organisation_id = $17, introspects = $18, created_at = $19,
             disabled_at = $20, cut_off = $21, refresh_retry = $22, suspended = $23,
             secrets_made = $24, signs_in = $25, version = version + 1
         WHERE realm = $1 AND id = $2 AND version = $26 AND deleted_at IS NULL",
        client,
        cut_off,
    )?
    .bind(client.version)
    .execute(&mut *connection)
    .await
    .map_err(|error| failed(&error, client))?;
    if updated.rows_affected() == 0 {
        return Err(match one(connection, &client.realm, &client.id).await? {
            Some(_) => StoreError::Conflict {
                what: "client",
                key: client.id.clone(),
            },
            None => not_found(&client.id),
        });
    }
    changed(connection, client, record).await
}

pub(crate) fn not_found(id: &str) -> StoreError {
    StoreError::NotFound {
        what: "client",
        key: id.to_owned(),
    }
}

async fn changed(
    connection: &mut Connection,
    client: &Client,
    record: &AuditRecord,
) -> Result<(), StoreError> {
    let subject = ChangeSubject::Client(client.id.clone());
    audit::append(connection, &client.realm, &subject, record).await
}

fn failed(error: &sqlx::Error, client: &Client) -> StoreError {
    let organisation = client
        .organisation
        .map(|id| id.to_string())
        .unwrap_or_default();
    let about = About {
        record: ("client", &client.id),
        parent: ("organisation", &organisation),
    };
    fault_about(error, about)
}

fn bound<'q>(
    sql: &'static str,
    client: &Client,
    cut_off: Option<Position>,
) -> Result<Query<'q, Db, Arguments>, StoreError> {
    let secrets: Vec<String> = client
        .secrets
        .iter()
        .map(|secret| hexadecimal(&secret.hash.0))
        .collect();
    let made = client.secrets.iter().filter_map(|secret| {
        let made_at = secret.made_at?;
        Some((hexadecimal(&secret.hash.0), bind::time(made_at)))
    });
    let made: BTreeMap<String, i64> = made.collect();
    Ok(query(sql)
        .bind(client.realm.clone())
        .bind(client.id.clone())
        .bind(client.name.clone())
        .bind(client.maker.clone())
        .bind(client.homepage.clone())
        .bind(i64::from(client.verified))
        .bind(word(&client.client_type)?)
        .bind(client.kind.clone())
        .bind(word(&client.auth_method)?)
        .bind(json(&secrets)?)
        .bind(json(&client.redirect_uris)?)
        .bind(json(&client.grant_types)?)
        .bind(client.registered_scope.to_string())
        .bind(client.optional_scope.to_string())
        .bind(i64::from(client.legacy_without_pkce))
        .bind(client.token_format.as_ref().map(word).transpose()?)
        .bind(client.organisation.map(|id| id.as_bytes().to_vec()))
        .bind(client.introspects.as_ref().map(json).transpose()?)
        .bind(bind::time(client.created_at))
        .bind(bind::optional_time(client.status.stopped_since()))
        .bind(bind::position(cut_off))
        .bind(client.refresh_retry.map(i64::from))
        .bind(bind::suspended(client.status))
        .bind(json(&made)?)
        .bind(i64::from(client.signs_in)))
}

fn client(row: &Row) -> Result<Client, StoreError> {
    let cells = Cells::new(row, "clients", &["realm", "id"]);
    Ok(Client {
        realm: cells.text("realm")?,
        id: cells.text("id")?,
        uuid: cells.uuid("uuid")?,
        version: cells.number("version")?,
        name: cells.text("name")?,
        maker: cells.text("maker")?,
        homepage: cells.optional_text("homepage")?,
        verified: cells.flag("verified")?,
        client_type: cells.word("client_type")?,
        kind: cells.text("kind")?,
        auth_method: cells.word("auth_method")?,
        secrets: secrets(&cells)?,
        redirect_uris: cells.json("redirect_uris")?,
        grant_types: cells.json("grant_types")?,
        registered_scope: cells.scope("registered_scope")?,
        optional_scope: cells.scope("optional_scope")?,
        legacy_without_pkce: cells.flag("legacy_without_pkce")?,
        token_format: cells.optional_word("token_format")?,
        refresh_retry: cells.optional_flag("refresh_retry")?,
        organisation: cells.optional_uuid("organisation_id")?,
        introspects: cells.optional_json("introspects")?,
        signs_in: cells.flag("signs_in")?,
        created_at: cells.time("created_at")?,
        status: cells.status()?,
        cut_off: cells.position("cut_off")?,
    })
}

fn secrets(cells: &Cells<'_>) -> Result<Vec<StoredSecret>, StoreError> {
    let hashes: Vec<String> = cells.json("secrets")?;
    let made: Option<BTreeMap<String, i64>> = cells.optional_json("secrets_made")?;
    let made = made.unwrap_or_default();
    let secret = |text: &String| {
        let hash = crate::text::bytes32(text)
            .map(TokenHash)
            .ok_or_else(|| cells.impossible("secrets", "not 64 hexadecimal digits"))?;
        let made_at = made
            .get(text)
            .map(|made| cells.timestamp("secrets_made", *made));
        Ok(StoredSecret {
            hash,
            made_at: made_at.transpose()?,
        })
    };
    hashes.iter().map(secret).collect()
}
