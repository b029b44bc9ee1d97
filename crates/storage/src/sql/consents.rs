use oauth::model::{
    AuthorizationCode, Consent, ConsentEvidence, Grant, Recording, TokenHash, Uuid,
};
use sqlx::query;

use super::cells::Cells;
use super::database::{Connection, Row};
use super::fault::{About, fault_about};
use super::rows::fetch_all;
use super::{authorization_codes, authorization_requests, bind, grants};
use crate::error::StoreError;
use crate::text::json;

/// Columns by name, since a later version may add some while this one runs.
macro_rules! select {
    ($condition:literal) => {
        concat!(
            "SELECT id, realm, grant_id, client_id, user_id, organisation_id, catalog_version,
         requested, granted, refused, withheld, decided_at, catalog_digest,
         language, rows_shown, returned_to, signed_in_at, names_shown
         FROM consents ",
            $condition
        )
    };
}

pub(crate) async fn record(
    connection: &mut Connection,
    consent: &Consent,
    grant: &Grant,
    code: &AuthorizationCode,
    based_on: Option<&Grant>,
    answers: Option<&TokenHash>,
) -> Result<Recording<Grant>, StoreError> {
    let live = grants::hold_standing(connection, consent).await?;
    if live.as_ref() != based_on {
        return Ok(Recording::StandingChanged);
    }
    if !authorization_requests::answer(connection, answers, consent.decided_at).await? {
        return Ok(Recording::Answered);
    }
    let stored = grants::put_standing(connection, live, grant).await?;
    insert(connection, consent, Some(stored.id)).await?;
    authorization_codes::insert_step(connection, code, stored.id).await?;
    grants::changed(connection, &stored.realm, stored.id).await?;
    Ok(Recording::Recorded(stored))
}

pub(crate) async fn record_refusal(
    connection: &mut Connection,
    consent: &Consent,
    left: Option<&Grant>,
    based_on: Option<&Grant>,
    answers: Option<&TokenHash>,
) -> Result<Recording<()>, StoreError> {
    let live = grants::hold_standing(connection, consent).await?;
    if live.as_ref() != based_on {
        return Ok(Recording::StandingChanged);
    }
    if !authorization_requests::answer(connection, answers, consent.decided_at).await? {
        return Ok(Recording::Answered);
    }
    insert(connection, consent, consent.grant).await?;
    if let (Some(live), Some(left)) = (live, left) {
        grants::narrow(connection, &live, left).await?;
    }
    Ok(Recording::Recorded(()))
}

/// By the index of whose they are.
pub(crate) async fn of_grant(
    connection: &mut Connection,
    realm: &str,
    grant: Uuid,
) -> Result<Vec<Consent>, StoreError> {
    let select = query(select!(
        "WHERE user_id = (SELECT user_id FROM grants WHERE id = $2 AND realm = $1)
             AND grant_id = $2 AND realm = $1
         ORDER BY decided_at, id"
    ))
    .bind(realm)
    .bind(grant.as_bytes().as_slice());
    fetch_all(connection, select, consent).await
}

pub(crate) async fn of_user(
    connection: &mut Connection,
    realm: &str,
    user: Uuid,
    limit: usize,
) -> Result<Vec<Consent>, StoreError> {
    let select = query(select!(
        "WHERE user_id = $2 AND realm = $1
         ORDER BY decided_at DESC, id DESC LIMIT $3"
    ))
    .bind(realm)
    .bind(user.as_bytes().as_slice())
    .bind(bind::limit(limit));
    fetch_all(connection, select, consent).await
}

async fn insert(
    connection: &mut Connection,
    consent: &Consent,
    grant: Option<Uuid>,
) -> Result<(), StoreError> {
    let evidence = consent.evidence.as_ref();
    query(
        "INSERT INTO consents (id, realm, grant_id, client_id, user_id, organisation_id,
             catalog_version, requested, granted, refused, withheld, decided_at, catalog_digest,
             language, rows_shown, returned_to, signed_in_at, names_shown)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)",
    )
    .bind(consent.id.as_bytes().as_slice())
    .bind(&consent.realm)
    .bind(bind::optional_id(grant.as_ref()))
    .bind(&consent.client)
    .bind(consent.user.as_bytes().as_slice())
    .bind(bind::optional_id(consent.organisation.as_ref()))
    .bind(&consent.catalog_version)
    .bind(consent.requested.to_string())
    .bind(consent.granted.to_string())
    .bind(consent.refused.to_string())
    .bind(json(&consent.withheld)?)
    .bind(bind::time(consent.decided_at))
    .bind(evidence.map(|evidence| evidence.catalog.as_slice()))
    .bind(evidence.map(|evidence| &evidence.language))
    .bind(
        evidence
            .and_then(|evidence| evidence.rows.as_ref())
            .map(json)
            .transpose()?,
    )
    .bind(evidence.map(|evidence| &evidence.returned_to))
    .bind(evidence.map(|evidence| bind::time(evidence.signed_in_at)))
    .bind(
        evidence
            .and_then(|evidence| evidence.names.as_ref())
            .map(json)
            .transpose()?,
    )
    .execute(connection)
    .await
    .map_err(|error| {
        let parties = format!("{} and {}", consent.client, consent.user);
        let about = About {
            record: ("consent", &consent.id.to_string()),
            parent: (
                "client, user, organisation or grant of the consent of",
                &parties,
            ),
        };
        fault_about(&error, about)
    })?;
    Ok(())
}

fn consent(row: &Row) -> Result<Consent, StoreError> {
    let cells = Cells::new(row, "consents", &["id"]);
    Ok(Consent {
        id: cells.uuid("id")?,
        realm: cells.text("realm")?,
        grant: cells.optional_uuid("grant_id")?,
        client: cells.text("client_id")?,
        user: cells.uuid("user_id")?,
        organisation: cells.optional_uuid("organisation_id")?,
        catalog_version: cells.text("catalog_version")?,
        requested: cells.scope("requested")?,
        granted: cells.scope("granted")?,
        refused: cells.scope("refused")?,
        withheld: cells.json("withheld")?,
        decided_at: cells.time("decided_at")?,
        evidence: evidence(&cells)?,
    })
}

fn evidence(cells: &Cells<'_>) -> Result<Option<ConsentEvidence>, StoreError> {
    let kept = (
        cells.optional_bytes32("catalog_digest")?,
        cells.optional_text("language")?,
        cells.optional_text("returned_to")?,
        cells.optional_time("signed_in_at")?,
    );
    match kept {
        (None, None, None, None) => Ok(None),
        (Some(catalog), Some(language), Some(returned_to), Some(signed_in_at)) => {
            Ok(Some(ConsentEvidence {
                catalog,
                language,
                rows: cells.optional_json("rows_shown")?,
                names: cells.optional_json("names_shown")?,
                returned_to,
                signed_in_at,
            }))
        }
        _ => Err(cells.impossible("catalog_digest", "evidence is kept whole or not at all")),
    }
}
