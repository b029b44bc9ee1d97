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

    /// Does it count for a client of this kind now? All of it is checked each time, so a
    /// catalog that asks for more evidence takes effect at once.
    pub fn is_live(&self, catalog: &Catalog, client_kind: &str, now: SystemTime) -> bool {
        self.state(catalog, client_kind, now) == ApprovalState::Live
    }

    /// What it is worth for a client of this kind now, or why it is worth nothing.
    pub fn state(&self, catalog: &Catalog, client_kind: &str, now: SystemTime) -> ApprovalState {
        if self.withdrawn {
            return ApprovalState::Withdrawn;
        }
        if self.expires_at.is_some_and(|expiry| now >= expiry) {
            return ApprovalState::Expired;
        }
        let Some(elevation) = catalog.elevation(&self.elevation) else {
            return ApprovalState::UnknownElevation;
        };
        let mut kinds = elevation.client_kinds.iter();
        if !kinds.any(|kind| kind == client_kind) {
            return ApprovalState::OtherKind;
        }
        let is_blank = |text: &String| text.trim().is_empty();
        let is_missing = |item: &String| self.evidence.get(item).is_none_or(is_blank);
        if elevation.evidence.iter().any(is_missing) {
            return ApprovalState::EvidenceMissing;
        }
        if is_blank(&self.reviewer) {
            return ApprovalState::NoReviewer;
        }
        ApprovalState::Live
    }
}

/// What an approval is worth. The first reason that it is worth nothing counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ApprovalState {
    /// It counts.
    Live,
    /// It was taken back.
    Withdrawn,
    /// Its time is over.
    Expired,
    /// The catalog has no such elevation.
    UnknownElevation,
    /// The elevation is not for this kind of client.
    OtherKind,
    /// A piece of evidence that the catalog asks for is not there, or blank.
    EvidenceMissing,
    /// Nobody is named who decided.
    NoReviewer,
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
