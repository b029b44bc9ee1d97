//! What of a scope counts now: the one place that holds a scope against the client's ceiling,
//! its approvals and the user's rights.

use scope::{
    Catalog, GrantedScope, RegisteredScope, ScopeId, ScopeSet, ScopeStatus, WithheldReason,
};

use crate::client_state::ClientState;
use crate::model::{Timestamp, Withheld};

/// The part of a granted scope that counts now, and what is withheld of it and why.
///
/// `rights` is what the person may do in the organisation; `None` only where no person stands
/// behind the token or the organisation is named per call. A person who lost the membership
/// has `Some` empty set.
#[must_use]
pub fn effective(
    catalog: &Catalog,
    granted: &GrantedScope,
    client: &ClientState,
    rights: Option<&ScopeSet>,
    now: Timestamp,
) -> (ScopeSet, Vec<Withheld>) {
    Limits::new(catalog, client, rights, now).split(granted.set())
}

/// The three limits no scope goes beyond, as they are now.
pub(crate) struct Limits<'a> {
    catalog: &'a Catalog,
    ceiling: &'a RegisteredScope,
    approved: ScopeSet,
    rights: Option<&'a ScopeSet>,
}

impl<'a> Limits<'a> {
    pub(crate) fn new(
        catalog: &'a Catalog,
        client: &'a ClientState,
        rights: Option<&'a ScopeSet>,
        now: Timestamp,
    ) -> Self {
        Self {
            catalog,
            ceiling: &client.ceiling,
            approved: client.approved(catalog, now),
            rights,
        }
    }

    /// Why a scope is withheld; `None` when it is not. The first reason counts: what the
    /// client's maker can change comes before what the person can.
    pub(crate) fn reason(&self, id: ScopeId) -> Option<WithheldReason> {
        let Some(definition) = self.catalog.scope(id) else {
            return Some(WithheldReason::Unknown);
        };
        if definition.status == ScopeStatus::Retired {
            Some(WithheldReason::Retired)
        } else if !self.ceiling.set().contains(id) {
            Some(WithheldReason::NotRegistered)
        } else if !self.approved.contains(id) {
            Some(WithheldReason::ElevationNotApproved)
        } else if self.rights.is_some_and(|rights| !rights.contains(id)) {
            Some(WithheldReason::RightMissing)
        } else {
            None
        }
    }

    /// What stays within the limits, and the rest with reasons in catalog order.
    pub(crate) fn split(&self, scopes: &ScopeSet) -> (ScopeSet, Vec<Withheld>) {
        let mut within = ScopeSet::empty();
        let mut withheld = Vec::new();
        for id in scopes.iter() {
            match (self.reason(id), self.catalog.scope(id)) {
                (None, _) => within.insert(id),
                (Some(reason), Some(definition)) => withheld.push(Withheld {
                    scope: definition.name.clone(),
                    reason,
                }),
                (Some(_), None) => {}
            }
        }
        (within, withheld)
    }

    /// The same for a request: in the order it was given, with what the catalog does not know.
    pub(crate) fn withheld_of_request(&self, given: &scope::Scope) -> Vec<Withheld> {
        given
            .iter()
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
