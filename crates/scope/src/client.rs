//! A client as decisions need it: its ceiling and what it was approved for. Computed when its
//! record is loaded, and good until that record or an approval changes, or [`ClientState::next_expiry`].

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::SystemTime;

use crate::catalog::Catalog;
use crate::{RegisteredScope, Scope, ScopeSet};

/// One approval of a client for an elevation, as its record stands.
///
/// A new one counts for nothing until its evidence and reviewer are filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Approval {
    /// The elevation's name in the catalog.
    pub elevation: String,
    /// Piece of evidence (a key of [`Catalog::evidence`]) to its reference, such as a contract
    /// number.
    pub evidence: BTreeMap<String, String>,
    /// Who decided.
    pub reviewer: String,
    /// From this moment on it counts no more; `None` is without end.
    pub expires_at: Option<SystemTime>,
    /// Has it been taken back?
    pub withdrawn: bool,
}

impl Approval {
    /// An approval without evidence, reviewer and end.
    pub fn new(elevation: impl Into<String>) -> Self {
        Self {
            elevation: elevation.into(),
            evidence: BTreeMap::new(),
            reviewer: String::new(),
            expires_at: None,
            withdrawn: false,
        }
    }

    /// Does it count for a client of this kind now: the catalog has the elevation and allows
    /// it for the kind, every piece of evidence is present and not blank, a reviewer is named,
    /// not withdrawn, not expired? All of it is checked each time, so a catalog that asks for
    /// more evidence takes effect at once.
    pub fn is_live(&self, catalog: &Catalog, client_kind: &str, now: SystemTime) -> bool {
        let Some(elevation) = catalog.elevation(&self.elevation) else {
            return false;
        };
        let present = |item: &String| {
            self.evidence
                .get(item)
                .is_some_and(|reference| !reference.trim().is_empty())
        };
        elevation
            .client_kinds
            .iter()
            .any(|kind| kind == client_kind)
            && elevation.evidence.iter().all(present)
            && !self.reviewer.trim().is_empty()
            && !self.withdrawn
            && self.expires_at.is_none_or(|expiry| now < expiry)
    }
}

/// A client with its ceiling and its approvals.
#[derive(Debug, Clone, PartialEq)]
pub struct ClientState {
    kind: String,
    ceiling: Arc<RegisteredScope>,
    approvals: Vec<Approval>,
}

impl ClientState {
    /// Works the ceiling out. `kind` is the catalog's own kind of client
    /// ([`Catalog::client_kind`]), `registered` the scope of its registration, `approvals`
    /// every approval it ever got.
    pub fn new(
        catalog: &Catalog,
        kind: impl Into<String>,
        registered: &Scope,
        approvals: Vec<Approval>,
    ) -> Self {
        Self {
            kind: kind.into(),
            ceiling: Arc::new(catalog.registered(registered)),
            approvals,
        }
    }

    /// What it is registered for, expanded; shared, so that each call can hold it.
    pub fn ceiling(&self) -> &Arc<RegisteredScope> {
        &self.ceiling
    }

    /// The scopes no elevation stands before, now: those without one, and those whose
    /// elevation has a live approval.
    pub fn approved(&self, catalog: &Catalog, now: SystemTime) -> ScopeSet {
        catalog.approved(self.live_elevations(catalog, now))
    }

    /// The elevations with a live approval ([`Approval::is_live`]).
    pub fn live_elevations<'s>(
        &'s self,
        catalog: &'s Catalog,
        now: SystemTime,
    ) -> impl Iterator<Item = &'s str> {
        self.approvals
            .iter()
            .filter(move |approval| approval.is_live(catalog, &self.kind, now))
            .map(|approval| approval.elevation.as_str())
    }

    /// When the next approval that was not withdrawn ends, if one will: until then
    /// [`Self::approved`] answers the same.
    pub fn next_expiry(&self, now: SystemTime) -> Option<SystemTime> {
        self.approvals
            .iter()
            .filter(|approval| !approval.withdrawn)
            .filter_map(|approval| approval.expires_at)
            .filter(|expiry| *expiry > now)
            .min()
    }
}
