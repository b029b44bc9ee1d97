use std::sync::Arc;
use std::time::SystemTime;

use oauth::model::{Client, Grant, GrantStatus, Uuid};
use scope::{ClientState, GrantedScope, ScopeSet};

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

/// A grant with its scope as a set.
#[derive(Debug, Clone)]
pub struct KnownGrant {
    /// The grant, in any state.
    pub grant: Arc<Grant>,
    /// What stands allowed.
    pub granted: Arc<GrantedScope>,
    /// The families under it that were ended while their access tokens may still live, in the
    /// order of their ids.
    pub(super) ended: Arc<[Uuid]>,
}

impl KnownGrant {
    /// Is it in force?
    #[must_use]
    pub fn is_live(&self) -> bool {
        self.grant.status == GrantStatus::Live
    }

    /// Was this connection under it ended by itself? A token that names none ends with the grant.
    #[must_use]
    pub fn has_ended(&self, family: Option<Uuid>) -> bool {
        family.is_some_and(|family| self.ended.binary_search(&family).is_ok())
    }
}
