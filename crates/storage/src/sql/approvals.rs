use oauth::audit::AuditRecord;
use oauth::model::{Approval, Timestamp};
use sqlx::query;

use super::cells::Cells;
use super::database::{Connection, Row};
use super::fault::{About, fault_about};
use super::rows::{execute, fetch_all};
use super::{audit, bind};
use crate::change::ChangeSubject;
use crate::error::StoreError;
use crate::text::json;

/// Columns by name, since a later version may add some while this one runs.
macro_rules! select {
    ($condition:literal) => {
        concat!(
            "SELECT position, realm, client_id, elevation, evidence, reviewer, approved_at,
         expires_at, withdrawn_at, version
         FROM approvals ",
            $condition
        )
    };
}

pub(crate) async fn of_client(
    connection: &mut Connection,
    realm: &str,
    client: &str,
) -> Result<Vec<Approval>, StoreError> {
    let select = query(select!(
        "WHERE realm = $1 AND client_id = $2
         ORDER BY approved_at DESC, position DESC"
    ))
    .bind(realm)
    .bind(client);
    fetch_all(connection, select, approval).await
}

pub(crate) async fn add(
    connection: &mut Connection,
    approval: &Approval,
    standing: Option<i64>,
    record: &AuditRecord,
) -> Result<Approval, StoreError> {
    if let Some(version) = standing {
        let update = query(
            "UPDATE approvals SET withdrawn_at = $4, version = version + 1
             WHERE realm = $1 AND client_id = $2 AND elevation = $3 AND withdrawn_at IS NULL
                 AND version = $5",
        )
        .bind(&approval.realm)
        .bind(&approval.client)
        .bind(&approval.elevation)
        .bind(bind::time(approval.approved_at))
        .bind(version);
        if execute(connection, update).await? == 0 {
            return Err(conflict(&approval.elevation));
        }
    }
    let added = insert(connection, approval).await?;
    let subject = ChangeSubject::Client(approval.client.clone());
    audit::append(connection, &approval.realm, &subject, record).await?;
    Ok(added)
}

pub(crate) async fn withdraw(
    connection: &mut Connection,
    realm: &str,
    client: &str,
    elevation: &str,
    standing: i64,
    now: Timestamp,
    record: &AuditRecord,
) -> Result<bool, StoreError> {
    let update = query(
        "UPDATE approvals SET withdrawn_at = $4, version = version + 1
         WHERE realm = $1 AND client_id = $2 AND elevation = $3 AND withdrawn_at IS NULL
             AND (expires_at IS NULL OR expires_at > $4) AND version = $5",
    )
    .bind(realm)
    .bind(client)
    .bind(elevation)
    .bind(bind::time(now))
    .bind(standing);
    if execute(connection, update).await? == 0 {
        let others = of_client(connection, realm, client).await?;
        let mut others = others.iter().filter(|one| one.elevation == elevation);
        let stands = |one: &Approval| one.withdrawn_at.is_none() && one.version != standing;
        return if others.any(stands) {
            Err(conflict(elevation))
        } else {
            Ok(false)
        };
    }
    let subject = ChangeSubject::Client(client.to_owned());
    audit::append(connection, realm, &subject, record).await?;
    Ok(true)
}

/// Versions count on from one approval to the next, so that none is taken for another.
async fn insert(connection: &mut Connection, approval: &Approval) -> Result<Approval, StoreError> {
    let insert = query(
        "INSERT INTO approvals (realm, client_id, elevation, evidence, reviewer, approved_at,
             expires_at, withdrawn_at, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8,
             1 + COALESCE((SELECT MAX(version) FROM approvals
                 WHERE realm = $1 AND client_id = $2 AND elevation = $3), 0))
         RETURNING version",
    )
    .bind(&approval.realm)
    .bind(&approval.client)
    .bind(&approval.elevation)
    .bind(json(&approval.evidence)?)
    .bind(&approval.reviewer)
    .bind(bind::time(approval.approved_at))
    .bind(bind::optional_time(approval.expires_at))
    .bind(bind::optional_time(approval.withdrawn_at));
    let row = insert.fetch_one(connection).await.map_err(|error| {
        let about = About {
            record: ("approval", &approval.elevation),
            parent: ("client", &approval.client),
        };
        match fault_about(&error, about) {
            StoreError::AlreadyExists { .. } => conflict(&approval.elevation),
            other => other,
        }
    })?;
    Ok(Approval {
        version: Cells::new(&row, "approvals", &[]).number("version")?,
        ..approval.clone()
    })
}

fn conflict(elevation: &str) -> StoreError {
    StoreError::Conflict {
        what: "approval",
        key: elevation.to_owned(),
    }
}

fn approval(row: &Row) -> Result<Approval, StoreError> {
    let cells = Cells::new(row, "approvals", &["position"]);
    Ok(Approval {
        realm: cells.text("realm")?,
        client: cells.text("client_id")?,
        elevation: cells.text("elevation")?,
        evidence: cells.json("evidence")?,
        reviewer: cells.text("reviewer")?,
        approved_at: cells.time("approved_at")?,
        expires_at: cells.optional_time("expires_at")?,
        withdrawn_at: cells.optional_time("withdrawn_at")?,
        version: cells.number("version")?,
    })
}
