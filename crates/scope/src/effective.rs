//! What of a scope counts now: the one place that holds a scope against the catalog, the
//! client's ceiling, its approvals and the user's rights. Issue, refresh and introspection ask
//! through [`Limits`], a call through [`decide`](crate::decide()).

use std::time::SystemTime;

use crate::catalog::Catalog;
use crate::client::ClientState;
use crate::withheld::{Withheld, WithheldReason};
use crate::{GrantedScope, RegisteredScope, RequestedScope, ScopeId, ScopeSet};

/// The part of a granted scope that counts now, and what is withheld of it and why, in catalog
/// order.
///
/// `rights` is what the person may do in the organisation; `None` only where no person stands
/// behind the token or the organisation is named per call. A person who lost the membership
/// has `Some` empty set.
pub fn effective(
    catalog: &Catalog,
    granted: &GrantedScope,
    client: &ClientState,
    rights: Option<&ScopeSet>,
    now: SystemTime,
) -> (ScopeSet, Vec<Withheld>) {
    Limits::new(catalog, client, rights, now).split(granted.set())
}

/// The limits no scope goes beyond, as they are now.
#[derive(Debug, Clone)]
pub struct Limits<'a> {
    catalog: &'a Catalog,
    ceiling: &'a RegisteredScope,
    approved: ScopeSet,
    rights: Option<&'a ScopeSet>,
}

impl<'a> Limits<'a> {
    /// The limits of a client and a person's rights, as [`effective`] takes them.
    pub fn new(
        catalog: &'a Catalog,
        client: &'a ClientState,
        rights: Option<&'a ScopeSet>,
        now: SystemTime,
    ) -> Self {
        Self {
            catalog,
            ceiling: client.ceiling(),
            approved: client.approved(catalog, now),
            rights,
        }
    }

    /// Why a scope is withheld; `None` when it is not. The first reason counts: what the
    /// client's maker can change comes before what the person can.
    pub fn reason(&self, id: ScopeId) -> Option<WithheldReason> {
        beyond(self.catalog, self.ceiling, &self.approved, self.rights, id)
    }

    /// What stays within the limits, and the rest with reasons in catalog order.
    pub fn split(&self, scopes: &ScopeSet) -> (ScopeSet, Vec<Withheld>) {
        let mut within = ScopeSet::empty();
        let mut withheld = Vec::new();
        for id in scopes.iter() {
            match (self.reason(id), self.catalog.name(id)) {
                (None, _) => within.insert(id),
                (Some(reason), Some(name)) => withheld.push(Withheld {
                    scope: name.to_owned(),
                    reason,
                }),
                (Some(_), None) => {}
            }
        }
        (within, withheld)
    }

    /// What is withheld of a request: in the order it was given, with what the catalog does
    /// not know.
    pub fn withheld(&self, requested: &RequestedScope) -> Vec<Withheld> {
        let given = requested.given().iter();
        given
            .filter_map(|name| {
                let reason = match self.catalog.find(name) {
                    None => Some(WithheldReason::Unknown),
                    Some(id) => self.reason(id),
                };
                reason.map(|reason| Withheld {
                    scope: name.to_owned(),
                    reason,
                })
            })
            .collect()
    }
}

/// Which limit a scope is beyond, whoever granted it; the first one in this order. Nothing is
/// allocated.
#[inline]
pub(crate) fn beyond(
    catalog: &Catalog,
    ceiling: &RegisteredScope,
    approved: &ScopeSet,
    rights: Option<&ScopeSet>,
    id: ScopeId,
) -> Option<WithheldReason> {
    if !catalog.usable().contains(id) {
        Some(match catalog.scope(id) {
            Some(_) => WithheldReason::Retired,
            None => WithheldReason::Unknown,
        })
    } else if !ceiling.set().contains(id) {
        Some(WithheldReason::NotRegistered)
    } else if !approved.contains(id) {
        Some(WithheldReason::ElevationNotApproved)
    } else if rights.is_some_and(|rights| !rights.contains(id)) {
        Some(WithheldReason::RightMissing)
    } else {
        None
    }
}
