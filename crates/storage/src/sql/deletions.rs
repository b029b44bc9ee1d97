//! Clients, people and organisations that are deleted, and what ends with them.
//!
//! The rows stay, as grants, consents and the audit record name them, and so that no id or number
//! comes again. Nobody finds them any more (`docs/adr/0015-what-deleting-leaves.md`). Rows are held
//! in the order in which consents hold them: grants, then whom these name.

use oauth::audit::AuditRecord;
use oauth::model::{Client, Ending, Organisation, RevocationReason, Timestamp, User, Uuid};
use sqlx::{query, query_scalar};

use super::database::{Connection, for_update};
use super::fault::fault;
use super::rows::execute;
use super::{audit, bind, clients, organisations, users};
use crate::change::ChangeSubject;
use crate::error::StoreError;
use crate::text::word;

/// Why the grants of what is deleted ended.
const REASON: RevocationReason = RevocationReason::ByProvider;

/// Statements on the live grants that name something: `$1` realm, `$2` its id.
struct OfGrants {
    count: &'static str,
    hold: &'static str,
    /// `$3` when; as long as the grants live.
    revoke_tokens: &'static str,
    /// `$3` when, `$4` why; likewise.
    end_families: &'static str,
    /// As before.
    revoke: &'static str,
}

macro_rules! live {
    ($column:literal) => {
        concat!(
            " FROM grants WHERE realm = $1 AND ",
            $column,
            " = $2 AND revoked_at IS NULL"
        )
    };
}

macro_rules! of_grants {
    ($column:literal) => {
        OfGrants {
            count: concat!("SELECT COUNT(*)", live!($column)),
            hold: for_update!(concat!("SELECT 1", live!($column), " ORDER BY id")),
            revoke_tokens: concat!(
                "UPDATE refresh_tokens SET revoked_at = $3
                 WHERE revoked_at IS NULL AND grant_id IN (SELECT id",
                live!($column),
                ")"
            ),
            end_families: concat!(
                "UPDATE families SET ended_at = $3, end_reason = $4
                 WHERE ended_at IS NULL AND grant_id IN (SELECT id",
                live!($column),
                ")"
            ),
            revoke: concat!(
                "UPDATE grants SET revoked_at = $3, revocation_reason = $4, version = version + 1
                 WHERE realm = $1 AND ",
                $column,
                " = $2 AND revoked_at IS NULL"
            ),
        }
    };
}

const OF_CLIENT: OfGrants = of_grants!("client_id");
const OF_USER: OfGrants = of_grants!("user_id");
const OF_ORGANISATION: OfGrants = of_grants!("organisation_id");

/// Ends the live grants of something, with all that hangs from them. The key is bound as text or
/// as bytes.
macro_rules! end_grants {
    ($connection:ident, $grants:expr, $realm:expr, $key:expr, $now:expr) => {{
        let (grants, now): (&OfGrants, i64) = (&$grants, bind::time($now));
        let hold = query(grants.hold).bind($realm).bind($key);
        hold.fetch_all(&mut *$connection).await.map_err(fault)?;
        let tokens = query(grants.revoke_tokens)
            .bind($realm)
            .bind($key)
            .bind(now);
        execute($connection, tokens).await?;
        let reason = word(&REASON)?;
        for sql in [grants.end_families, grants.revoke] {
            let end = query(sql).bind($realm).bind($key).bind(now).bind(&reason);
            execute($connection, end).await?;
        }
    }};
}

/// How many rows `$1` realm and `$2` key name.
macro_rules! count {
    ($connection:ident, $sql:expr, $realm:expr, $key:expr) => {{
        let count = query_scalar($sql).bind($realm).bind($key);
        let count: i64 = count.fetch_one(&mut *$connection).await.map_err(fault)?;
        usize::try_from(count).unwrap_or_default()
    }};
}

pub(crate) async fn ends_with_client(
    connection: &mut Connection,
    realm: &str,
    id: &str,
) -> Result<Ending, StoreError> {
    let keys = "SELECT COUNT(*) FROM api_keys
         WHERE realm = $1 AND client_id = $2 AND revoked_at IS NULL";
    Ok(Ending {
        grants: count!(connection, OF_CLIENT.count, realm, id),
        api_keys: count!(connection, keys, realm, id),
        ..Ending::default()
    })
}

pub(crate) async fn ends_with_user(
    connection: &mut Connection,
    realm: &str,
    id: Uuid,
) -> Result<Ending, StoreError> {
    let id = id.as_bytes().as_slice();
    let sessions = "SELECT COUNT(*) FROM browser_sessions WHERE realm = $1 AND user_id = $2";
    let places = "SELECT COUNT(*) FROM memberships WHERE realm = $1 AND user_id = $2";
    Ok(Ending {
        grants: count!(connection, OF_USER.count, realm, id),
        sessions: count!(connection, sessions, realm, id),
        places: count!(connection, places, realm, id),
        machines: 0,
        api_keys: 0,
    })
}

pub(crate) async fn ends_with_organisation(
    connection: &mut Connection,
    realm: &str,
    id: Uuid,
) -> Result<Ending, StoreError> {
    let id = id.as_bytes().as_slice();
    let places = "SELECT COUNT(*) FROM memberships WHERE realm = $1 AND organisation_id = $2";
    let machines = "SELECT COUNT(*) FROM clients
         WHERE realm = $1 AND organisation_id = $2 AND deleted_at IS NULL";
    let keys = "SELECT COUNT(*) FROM api_keys
         WHERE realm = $1 AND organisation_id = $2 AND revoked_at IS NULL";
    Ok(Ending {
        grants: count!(connection, OF_ORGANISATION.count, realm, id),
        sessions: 0,
        places: count!(connection, places, realm, id),
        machines: count!(connection, machines, realm, id),
        api_keys: count!(connection, keys, realm, id),
    })
}

pub(crate) async fn client(
    connection: &mut Connection,
    client: &Client,
    now: Timestamp,
    record: &AuditRecord,
) -> Result<(), StoreError> {
    let (realm, id) = (client.realm.as_str(), client.id.as_str());
    end_grants!(connection, OF_CLIENT, realm, id, now);
    let withdraw = query(
        "UPDATE approvals SET withdrawn_at = $3, version = version + 1
         WHERE realm = $1 AND client_id = $2 AND withdrawn_at IS NULL",
    );
    let withdraw = withdraw.bind(realm).bind(id).bind(bind::time(now));
    execute(connection, withdraw).await?;
    let revoke = query(
        "UPDATE api_keys SET revoked_at = $3
         WHERE realm = $1 AND client_id = $2 AND revoked_at IS NULL",
    );
    let revoke = revoke.bind(realm).bind(id).bind(bind::time(now));
    execute(connection, revoke).await?;
    let delete = query(
        "UPDATE clients SET deleted_at = $3, disabled_at = COALESCE(disabled_at, $3),
             secrets = '[]', secrets_made = NULL, redirect_uris = '[]',
             version = version + 1
         WHERE realm = $1 AND id = $2 AND version = $4 AND deleted_at IS NULL",
    );
    let delete = delete.bind(realm).bind(id).bind(bind::time(now));
    if execute(connection, delete.bind(client.version)).await? == 0 {
        let is_there = clients::one(connection, realm, id).await?.is_some();
        return Err(missed("client", id, is_there));
    }
    let subject = ChangeSubject::Client(id.to_owned());
    audit::append(connection, realm, &subject, record).await
}

pub(crate) async fn user(
    connection: &mut Connection,
    user: &User,
    now: Timestamp,
    record: &AuditRecord,
) -> Result<(), StoreError> {
    let (realm, id) = (user.realm.as_str(), user.id.as_bytes().as_slice());
    end_grants!(connection, OF_USER, realm, id, now);
    for sql in [
        "DELETE FROM browser_sessions WHERE realm = $1 AND user_id = $2",
        "DELETE FROM memberships WHERE realm = $1 AND user_id = $2",
    ] {
        execute(connection, query(sql).bind(realm).bind(id)).await?;
    }
    let delete = query(
        "UPDATE users SET deleted_at = $3, disabled_at = COALESCE(disabled_at, $3),
             username = $5, folded_username = $5, name = '', password_hash = '', email = NULL,
             email_verified = 0, language = NULL, source = NULL, external_id = NULL, version = version + 1
         WHERE realm = $1 AND id = $2 AND version = $4 AND deleted_at IS NULL",
    );
    let delete = delete.bind(realm).bind(id).bind(bind::time(now));
    let delete = delete.bind(user.version).bind(nobodys_name(user.id));
    if execute(connection, delete).await? == 0 {
        let is_there = users::one(connection, realm, user.id).await?.is_some();
        return Err(missed("user", user.id, is_there));
    }
    audit::append(connection, realm, &ChangeSubject::User(user.id), record).await
}

/// Its roles and the sandbox's records go with it.
pub(crate) async fn organisation(
    connection: &mut Connection,
    organisation: &Organisation,
    now: Timestamp,
    record: &AuditRecord,
) -> Result<(), StoreError> {
    let (realm, uuid) = (organisation.realm.as_str(), organisation.id);
    let id = uuid.as_bytes().as_slice();
    end_grants!(connection, OF_ORGANISATION, realm, id, now);
    for sql in [
        "DELETE FROM memberships WHERE realm = $1 AND organisation_id = $2",
        "DELETE FROM roles WHERE realm = $1 AND organisation_id = $2",
        "DELETE FROM sandbox_records WHERE realm = $1 AND organisation_id = $2",
    ] {
        execute(connection, query(sql).bind(realm).bind(id)).await?;
    }
    let revoke = query(
        "UPDATE api_keys SET revoked_at = $3
         WHERE realm = $1 AND organisation_id = $2 AND revoked_at IS NULL",
    );
    let revoke = revoke.bind(realm).bind(id).bind(bind::time(now));
    execute(connection, revoke).await?;
    let delete = query(
        "UPDATE organisations SET deleted_at = $3, slug = $5, source = NULL, external_id = NULL,
             version = version + 1
         WHERE realm = $1 AND id = $2 AND version = $4 AND deleted_at IS NULL",
    );
    let delete = delete.bind(realm).bind(id).bind(bind::time(now));
    let delete = delete.bind(organisation.version).bind(nobodys_name(uuid));
    if execute(connection, delete).await? == 0 {
        let is_there = organisations::one(connection, realm, uuid).await?.is_some();
        return Err(missed("organisation", uuid, is_there));
    }
    organisations::changed(connection, realm, uuid, record).await
}

/// In place of a name that others may have now. With its space it is nobody's.
fn nobodys_name(id: Uuid) -> String {
    format!("deleted {id}")
}

fn missed(what: &'static str, key: impl ToString, is_there: bool) -> StoreError {
    let key = key.to_string();
    match is_there {
        true => StoreError::Conflict { what, key },
        false => StoreError::NotFound { what, key },
    }
}
