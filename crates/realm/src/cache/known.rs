use std::sync::Arc;
use std::time::SystemTime;

use oauth::model::{Client, Grant, GrantStatus, Position};
use scope::{Catalog, ClientState, GrantedScope, ScopeSet};

/// A client with what its approvals come to.
#[derive(Debug, Clone)]
pub struct KnownClient {
    /// The client.
    pub client: Arc<Client>,
    /// Its ceiling and approvals.
    pub state: Arc<ClientState>,
    /// The scopes that need no approval and those of its live approvals.
    pub approved: Arc<ScopeSet>,
    /// When an approval runs out, and `approved` has to be worked out again.
    pub(super) until: Option<SystemTime>,
}

/// What a person may do in an organisation, as a set.
#[derive(Debug, Clone)]
pub(crate) struct KnownRights {
    pub(super) rights: Arc<ScopeSet>,
    pub(super) cut_off: Option<Position>,
}

/// A grant with its scope as a set.
#[derive(Debug, Clone)]
pub struct KnownGrant {
    /// The grant, in any state.
    pub grant: Arc<Grant>,
    /// What stands allowed.
    pub granted: Arc<GrantedScope>,
}

impl KnownGrant {
    /// What of a token counts within the grant, if the token was issued at this place.
    #[must_use]
    pub fn within(
        &self,
        catalog: &Catalog,
        held: &GrantedScope,
        issued: Option<Position>,
    ) -> GrantedScope {
        if self.grant.taken_off.is_empty() {
            return held.within(&self.granted);
        }
        held.within(&catalog.recorded(&self.grant.allows(issued)))
    }

    /// Is it in force?
    #[must_use]
    pub fn is_live(&self) -> bool {
        self.grant.status == GrantStatus::Live
    }
}
