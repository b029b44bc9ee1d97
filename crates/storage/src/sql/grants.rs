use oauth::audit::AuditRecord;
use oauth::grant::reduce::reduced;
use oauth::model::{Consent, Grant, GrantStatus, RevocationReason, Timestamp, Uuid};
use scope::{Scope, ScopeToken};
use sqlx::query;

use super::cells::Cells;
use super::database::{Connection, Row, for_update};
use super::fault::{About, fault_about};
use super::rows::{execute, fetch_all, fetch_one};
use super::{audit, bind, changes, families};
use crate::change::ChangeSubject;
use crate::error::StoreError;
use crate::text::{json, word};

/// Columns by name, since a later version may add some while this one runs.
macro_rules! select {
    ($condition:literal) => {
        concat!(
            "SELECT id, realm, client_id, owner, user_id, organisation_id, catalog_version,
         requested, granted, refused, withheld, reduced, created_at, updated_at,
         revoked_at, revocation_reason, version, taken_off
         FROM grants ",
            $condition
        )
    };
}

/// The live grant of an app, a person and an organisation; a partial index holds the first
/// three members of the condition.
macro_rules! standing_grant {
    () => {
        select!(
            "WHERE user_id = $3 AND client_id = $2 AND realm = $1
             AND organisation_id IS NOT DISTINCT FROM $4 AND revoked_at IS NULL"
        )
    };
}

pub(crate) async fn standing(
    connection: &mut Connection,
    realm: &str,
    client: &str,
    user: Uuid,
    organisation: Option<Uuid>,
) -> Result<Option<Grant>, StoreError> {
    let select = query(standing_grant!())
        .bind(realm)
        .bind(client)
        .bind(user.as_bytes().as_slice())
        .bind(bind::optional_id(organisation.as_ref()));
    fetch_one(connection, select, grant).await
}

pub(crate) async fn one(
    connection: &mut Connection,
    realm: &str,
    id: Uuid,
) -> Result<Option<Grant>, StoreError> {
    let select = query(select!("WHERE id = $2 AND realm = $1"))
        .bind(realm)
        .bind(id.as_bytes().as_slice());
    fetch_one(connection, select, grant).await
}

/// A grant that this transaction is about to change.
async fn hold(
    connection: &mut Connection,
    realm: &str,
    id: Uuid,
) -> Result<Option<Grant>, StoreError> {
    let select = query(for_update!(select!("WHERE id = $2 AND realm = $1")))
        .bind(realm)
        .bind(id.as_bytes().as_slice());
    fetch_one(connection, select, grant).await
}

pub(crate) async fn live_of_user(
    connection: &mut Connection,
    realm: &str,
    user: Uuid,
) -> Result<Vec<Grant>, StoreError> {
    let select = query(select!(
        "WHERE user_id = $2 AND realm = $1 AND revoked_at IS NULL
         ORDER BY updated_at DESC, id DESC"
    ))
    .bind(realm)
    .bind(user.as_bytes().as_slice());
    fetch_all(connection, select, grant).await
}

/// The live grant of a consent's parties, which this transaction is about to change.
pub(crate) async fn hold_standing(
    connection: &mut Connection,
    consent: &Consent,
) -> Result<Option<Grant>, StoreError> {
    let select = query(for_update!(standing_grant!()))
        .bind(&consent.realm)
        .bind(&consent.client)
        .bind(consent.user.as_bytes().as_slice())
        .bind(bind::optional_id(consent.organisation.as_ref()));
    fetch_one(connection, select, grant).await
}

/// The grant becomes the live one of its app, person and organisation; a live one that is
/// there keeps its id and beginning. Answers it as stored.
pub(crate) async fn put_standing(
    connection: &mut Connection,
    live: Option<Grant>,
    wanted: &Grant,
) -> Result<Grant, StoreError> {
    let Some(live) = live else {
        let made = Grant {
            status: GrantStatus::Live,
            version: 1,
            ..wanted.clone()
        };
        insert(connection, &made).await?;
        return Ok(made);
    };
    let stored = Grant {
        id: live.id,
        created_at: live.created_at,
        status: GrantStatus::Live,
        version: live.version + 1,
        ..wanted.clone()
    };
    update(connection, &live, stored).await
}

/// What a refusal leaves of the live grant. It takes away and never gives; what was taken off stays
/// so, unless it is refused now.
pub(crate) async fn narrow(
    connection: &mut Connection,
    live: &Grant,
    left: &Grant,
) -> Result<(), StoreError> {
    let refused = &left.refused;
    let taken_off = live.reduced.tokens().iter();
    let still: Scope = taken_off
        .filter(|name| !refused.tokens().contains(name))
        .cloned()
        .collect();
    let narrowed = Grant {
        id: live.id,
        realm: live.realm.clone(),
        granted: common(&left.granted, &live.granted),
        reduced: joined(&still, &left.reduced),
        version: live.version + 1,
        ..left.clone()
    };
    update(connection, live, narrowed).await?;
    changed(connection, &live.realm, live.id).await
}

pub(crate) async fn revoke(
    connection: &mut Connection,
    realm: &str,
    id: Uuid,
    reason: RevocationReason,
    now: Timestamp,
    record: &AuditRecord,
) -> Result<bool, StoreError> {
    let update = query(
        "UPDATE grants SET revoked_at = $3, revocation_reason = $4, version = version + 1
         WHERE id = $2 AND realm = $1 AND revoked_at IS NULL",
    )
    .bind(realm)
    .bind(id.as_bytes().as_slice())
    .bind(bind::time(now))
    .bind(word(&reason)?);
    let revoked = execute(connection, update).await? > 0;
    if revoked {
        families::end_all(connection, id, reason, now).await?;
        revoke_refresh_tokens(connection, id, now).await?;
        audit::append(connection, realm, &ChangeSubject::Grant(id), record).await?;
    }
    Ok(revoked)
}

pub(crate) async fn reduce(
    connection: &mut Connection,
    read: &Grant,
    left: &Scope,
    taken: &Scope,
    now: Timestamp,
    record: &AuditRecord,
) -> Result<bool, StoreError> {
    let (realm, id) = (&read.realm, read.id);
    let Some(grant) = hold(connection, realm, id).await? else {
        return Ok(false);
    };
    if grant.status != GrantStatus::Live {
        return Ok(false);
    }
    if grant.version != read.version {
        return Err(StoreError::Conflict {
            what: "grant",
            key: id.to_string(),
        });
    }
    let less = left.len() < grant.granted.len() && common(left, &grant.granted) == *left;
    if !less {
        return Ok(false);
    }
    let reduced = Grant {
        updated_at: now,
        version: grant.version + 1,
        ..reduced(&grant, left, taken)
    };
    update(connection, &grant, reduced).await?;
    audit::append(connection, realm, &ChangeSubject::Grant(id), record).await?;
    Ok(true)
}

async fn insert(connection: &mut Connection, grant: &Grant) -> Result<(), StoreError> {
    query(
        "INSERT INTO grants (id, realm, client_id, user_id, organisation_id, catalog_version,
             requested, granted, refused, withheld, reduced, created_at, updated_at, owner)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
    )
    .bind(grant.id.as_bytes().as_slice())
    .bind(&grant.realm)
    .bind(&grant.client)
    .bind(grant.user.as_bytes().as_slice())
    .bind(bind::optional_id(grant.organisation.as_ref()))
    .bind(&grant.catalog_version)
    .bind(grant.requested.to_string())
    .bind(grant.granted.to_string())
    .bind(grant.refused.to_string())
    .bind(json(&grant.withheld)?)
    .bind(grant.reduced.to_string())
    .bind(bind::time(grant.created_at))
    .bind(bind::time(grant.updated_at))
    .bind(word(&grant.owner)?)
    .execute(connection)
    .await
    .map_err(|error| {
        let parties = format!("{} and {}", grant.client, grant.user);
        let about = About {
            record: ("grant", &grant.id.to_string()),
            parent: ("client, user or organisation of the grant of", &parties),
        };
        fault_about(&error, about)
    })?;
    Ok(())
}

/// Everything that changes in a grant, which this transaction holds, while it lives. Answers it as
/// stored.
async fn update(
    connection: &mut Connection,
    before: &Grant,
    mut grant: Grant,
) -> Result<Grant, StoreError> {
    grant.taken_off.clone_from(&before.taken_off);
    let lost = before.loses(&grant);
    if !lost.is_empty() {
        let until = changes::before_next(connection).await?;
        let lost = lost.tokens().iter().cloned();
        grant.taken_off.extend(lost.map(|name| (name, until)));
    }
    let taken_off = match grant.taken_off.is_empty() {
        true => None,
        false => Some(json(&grant.taken_off)?),
    };
    let update = query(
        "UPDATE grants SET catalog_version = $3, requested = $4, granted = $5, refused = $6,
             withheld = $7, reduced = $8, updated_at = $9, version = $10, taken_off = $11
         WHERE id = $2 AND realm = $1 AND revoked_at IS NULL",
    )
    .bind(&grant.realm)
    .bind(grant.id.as_bytes().as_slice())
    .bind(&grant.catalog_version)
    .bind(grant.requested.to_string())
    .bind(grant.granted.to_string())
    .bind(grant.refused.to_string())
    .bind(json(&grant.withheld)?)
    .bind(grant.reduced.to_string())
    .bind(bind::time(grant.updated_at))
    .bind(grant.version)
    .bind(taken_off);
    execute(connection, update).await?;
    Ok(grant)
}

async fn revoke_refresh_tokens(
    connection: &mut Connection,
    grant: Uuid,
    now: Timestamp,
) -> Result<(), StoreError> {
    let update = query(
        "UPDATE refresh_tokens SET revoked_at = $2 WHERE grant_id = $1 AND revoked_at IS NULL",
    )
    .bind(grant.as_bytes().as_slice())
    .bind(bind::time(now));
    execute(connection, update).await?;
    Ok(())
}

pub(crate) async fn changed(
    connection: &mut Connection,
    realm: &str,
    id: Uuid,
) -> Result<(), StoreError> {
    changes::append(connection, realm, &ChangeSubject::Grant(id)).await
}

/// The tokens of `first` that are in `second` too.
fn common(first: &Scope, second: &Scope) -> Scope {
    first
        .tokens()
        .iter()
        .filter(|token| second.contains(token.as_str()))
        .cloned()
        .collect()
}

/// The tokens of both.
fn joined(first: &Scope, second: &Scope) -> Scope {
    let tokens: Vec<ScopeToken> = [first.tokens(), second.tokens()].concat();
    tokens.into_iter().collect()
}

fn grant(row: &Row) -> Result<Grant, StoreError> {
    let cells = Cells::new(row, "grants", &["id"]);
    Ok(Grant {
        id: cells.uuid("id")?,
        realm: cells.text("realm")?,
        client: cells.text("client_id")?,
        owner: cells.word("owner")?,
        user: cells.uuid("user_id")?,
        organisation: cells.optional_uuid("organisation_id")?,
        catalog_version: cells.text("catalog_version")?,
        requested: cells.scope("requested")?,
        granted: cells.scope("granted")?,
        refused: cells.scope("refused")?,
        withheld: cells.json("withheld")?,
        reduced: cells.scope("reduced")?,
        taken_off: cells.optional_json("taken_off")?.unwrap_or_default(),
        created_at: cells.time("created_at")?,
        updated_at: cells.time("updated_at")?,
        status: status(&cells)?,
        version: cells.number("version")?,
    })
}

fn status(cells: &Cells<'_>) -> Result<GrantStatus, StoreError> {
    match cells.optional_time("revoked_at")? {
        None => Ok(GrantStatus::Live),
        Some(at) => Ok(GrantStatus::Revoked {
            at,
            reason: cells.word("revocation_reason")?,
        }),
    }
}
