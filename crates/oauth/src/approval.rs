//! Which clients may be approved for an elevation, and what an approval is worth.

use std::collections::BTreeMap;

use scope::{ApprovalState, Catalog, Elevation};

use crate::model::{Approval, Client, Timestamp, whole_milliseconds};

/// An approval as somebody wants to give it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WantedApproval {
    /// A key of the catalog's `[elevations]`.
    pub elevation: String,
    /// Evidence item (a key of `[evidence]`) to its reference, such as a contract number.
    pub evidence: BTreeMap<String, String>,
    /// Who decided.
    pub reviewer: String,
    /// Until when it counts; `None` is without end.
    pub expires_at: Option<Timestamp>,
}

/// Why an approval cannot be given.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ApprovalError {
    /// The catalog has none.
    #[error("catalog {0} has no elevations")]
    NoElevations(String),
    /// The catalog has others.
    #[error("catalog {catalog} has the elevations {}", elevations.join(", "))]
    Elevation {
        /// The catalog.
        catalog: String,
        /// Its elevations.
        elevations: Vec<String>,
    },
    /// The elevation is not for this kind of client.
    #[error("{client} is of kind {kind}; {elevation} is only for {}", kinds.join(", "))]
    Kind {
        /// The client.
        client: String,
        /// Its kind.
        kind: String,
        /// The elevation.
        elevation: String,
        /// The kinds it is for.
        kinds: Vec<String>,
    },
    /// Pieces of evidence have no reference.
    #[error("still needed: evidence of {}", .0.join(", "))]
    EvidenceMissing(Vec<String>),
    /// There is a piece of evidence that the elevation does not ask for.
    #[error("{elevation} asks for no evidence {stranger:?}; it asks for {}", asked.join(", "))]
    EvidenceNotAsked {
        /// The elevation.
        elevation: String,
        /// The piece.
        stranger: String,
        /// What it asks for.
        asked: Vec<String>,
    },
    /// Nobody decided.
    #[error("the reviewer must say who decided")]
    NoReviewer,
    /// It would have ended before it began.
    #[error("the expiry lies in the past")]
    Expired,
}

/// An approval that counts: one that the machine would not honour is refused here.
///
/// # Errors
/// Says what is missing.
pub fn approve(
    catalog: &Catalog,
    client: &Client,
    wanted: WantedApproval,
    now: Timestamp,
) -> Result<Approval, ApprovalError> {
    let elevation = elevation(catalog, &wanted.elevation)?;
    if !elevation.client_kinds.contains(&client.kind) {
        return Err(ApprovalError::Kind {
            client: client.id.clone(),
            kind: client.kind.clone(),
            elevation: elevation.name.clone(),
            kinds: elevation.client_kinds.clone(),
        });
    }
    check_evidence(elevation, &wanted.evidence)?;
    if wanted.reviewer.trim().is_empty() {
        return Err(ApprovalError::NoReviewer);
    }
    if wanted.expires_at.is_some_and(|end| end <= now) {
        return Err(ApprovalError::Expired);
    }
    Ok(Approval {
        realm: client.realm.clone(),
        client: client.id.clone(),
        elevation: wanted.elevation,
        evidence: wanted.evidence,
        reviewer: wanted.reviewer,
        approved_at: now,
        expires_at: wanted.expires_at.map(whole_milliseconds),
        withdrawn_at: None,
        version: 1,
    })
}

impl Approval {
    /// What it is worth now to a client of this kind, by the rule that decisions go by.
    #[must_use]
    pub fn state(&self, catalog: &Catalog, client_kind: &str, now: Timestamp) -> ApprovalState {
        scope::Approval::from(self).state(catalog, client_kind, now.into())
    }
}

fn elevation<'c>(catalog: &'c Catalog, name: &str) -> Result<&'c Elevation, ApprovalError> {
    catalog.elevation(name).ok_or_else(|| {
        let elevations = catalog.elevations();
        if elevations.is_empty() {
            return ApprovalError::NoElevations(catalog.id().to_owned());
        }
        ApprovalError::Elevation {
            catalog: catalog.id().to_owned(),
            elevations: elevations.iter().map(|one| one.name.clone()).collect(),
        }
    })
}

fn check_evidence(
    elevation: &Elevation,
    given: &BTreeMap<String, String>,
) -> Result<(), ApprovalError> {
    let is_missing = |name: &&String| {
        given
            .get(*name)
            .is_none_or(|reference| reference.trim().is_empty())
    };
    let missing: Vec<_> = elevation
        .evidence
        .iter()
        .filter(is_missing)
        .cloned()
        .collect();
    if !missing.is_empty() {
        return Err(ApprovalError::EvidenceMissing(missing));
    }
    match given.keys().find(|name| !elevation.evidence.contains(name)) {
        Some(stranger) => Err(ApprovalError::EvidenceNotAsked {
            elevation: elevation.name.clone(),
            stranger: stranger.clone(),
            asked: elevation.evidence.clone(),
        }),
        None => Ok(()),
    }
}
