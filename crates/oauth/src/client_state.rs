//! A client as decisions need it: computed when it is loaded, kept until something changes.

use scope::{Catalog, RegisteredScope, ScopeSet};

use crate::model::{Approval, Client, Timestamp};

/// A client with its ceiling and its approvals.
#[derive(Debug, Clone)]
pub struct ClientState {
    /// The client.
    pub client: Client,
    /// Every approval it ever got.
    pub approvals: Vec<Approval>,
    /// What it is registered for, expanded.
    pub ceiling: RegisteredScope,
}

impl ClientState {
    /// Works the ceiling out.
    #[must_use]
    pub fn new(catalog: &Catalog, client: &Client, approvals: Vec<Approval>) -> Self {
        Self {
            client: client.clone(),
            approvals,
            ceiling: catalog.registered(&client.registered_scope),
        }
    }

    /// The scopes no elevation stands before, now: those without one, and those whose
    /// elevation has a live approval.
    #[must_use]
    pub fn approved(&self, catalog: &Catalog, now: Timestamp) -> ScopeSet {
        catalog.approved(self.live_elevations(catalog, now))
    }

    /// The elevations with a live approval: for this client, its kind allowed, every piece of
    /// evidence present and not blank, a reviewer named, not withdrawn, not expired. All of it
    /// is checked each time, so a catalog that asks for more evidence takes effect at once.
    pub fn live_elevations<'s>(
        &'s self,
        catalog: &'s Catalog,
        now: Timestamp,
    ) -> impl Iterator<Item = &'s str> {
        self.approvals
            .iter()
            .filter(move |approval| self.is_live(catalog, approval, now))
            .map(|approval| approval.elevation.as_str())
    }

    /// When the next standing approval ends, if one will: until then [`Self::approved`] answers
    /// the same.
    #[must_use]
    pub fn next_expiry(&self, now: Timestamp) -> Option<Timestamp> {
        self.approvals
            .iter()
            .filter(|approval| approval.withdrawn_at.is_none())
            .filter_map(|approval| approval.expires_at)
            .filter(|expiry| *expiry > now)
            .min()
    }

    fn is_live(&self, catalog: &Catalog, approval: &Approval, now: Timestamp) -> bool {
        let Some(elevation) = catalog.elevation(&approval.elevation) else {
            return false;
        };
        let present = |item: &String| {
            approval
                .evidence
                .get(item)
                .is_some_and(|reference| !reference.trim().is_empty())
        };
        approval.client == self.client.id
            && approval.realm == self.client.realm
            && elevation.client_kinds.contains(&self.client.kind)
            && elevation.evidence.iter().all(present)
            && !approval.reviewer.trim().is_empty()
            && approval.withdrawn_at.is_none()
            && approval.expires_at.is_none_or(|expiry| now < expiry)
    }
}
