use std::sync::Arc;
use std::sync::atomic::AtomicI64;
use std::time::SystemTime;

use oauth::model::{ApiKey, Client, Grant, GrantStatus, Position, Uuid};
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

impl KnownClient {
    /// When an approval runs out, and less counts.
    #[must_use]
    pub fn counts_until(&self) -> Option<SystemTime> {
        self.until
    }
}

/// A key with its scope as a set.
#[derive(Debug, Clone)]
pub struct KnownApiKey {
    /// The key, in any state.
    pub key: Arc<ApiKey>,
    /// What it holds, without what the catalog gives to no key.
    pub granted: Arc<GrantedScope>,
    /// The hour for which its use is noted already.
    pub(super) noted: Arc<AtomicI64>,
}

/// Who has a key: its client, and its id.
pub(super) type KeyOwner = (String, Uuid);

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
    /// The families under it that were ended while their access tokens may still live, in the
    /// order of their ids.
    pub(super) ended: Arc<[Uuid]>,
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

    /// Was this connection under it ended by itself? A token that names none ends with the grant.
    #[must_use]
    pub fn has_ended(&self, family: Option<Uuid>) -> bool {
        family.is_some_and(|family| self.ended.binary_search(&family).is_ok())
    }
}
