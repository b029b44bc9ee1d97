use std::sync::Arc;
use std::sync::atomic::AtomicI64;
use std::time::SystemTime;

use oauth::model::{ApiKey, Client, Grant, GrantStatus, Position, Rights, Timestamp, Uuid};
use scope::{Catalog, ClientState, GrantedScope, RightsFrom, RightsOrigin, ScopeSet};

use crate::rights::{RightsNow, in_whole_seconds};

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

/// What a person may do in an organisation, as sets.
#[derive(Debug, Clone)]
pub(crate) struct KnownRights {
    /// By their roles.
    pub(super) by_roles: Arc<ScopeSet>,
    /// By what they were given when they signed in.
    pub(super) given: Option<KnownGiven>,
    pub(super) cut_off: Option<Position>,
}

/// What a person was given to do, as a set.
#[derive(Debug, Clone)]
pub(crate) struct KnownGiven {
    pub(super) rights: Arc<ScopeSet>,
    pub(super) until: Timestamp,
    pub(super) origin: Arc<RightsOrigin>,
}

impl KnownRights {
    /// As a catalog reads what is stored.
    pub(super) fn of(catalog: &Catalog, stored: &Rights) -> Self {
        let set = |names: &[String]| Arc::new(catalog.rights(names.iter().map(String::as_str)));
        Self {
            by_roles: set(&stored.names),
            given: stored.given.as_ref().map(|given| KnownGiven {
                rights: set(&given.names),
                until: given.until,
                origin: Arc::new(RightsOrigin {
                    from: RightsFrom::Given,
                    since: Some(in_whole_seconds(given.at)),
                    until: Some(in_whole_seconds(given.until)),
                    max_age: u64::try_from(given.until.as_second() - given.at.as_second()).ok(),
                }),
            }),
            cut_off: stored.cut_off,
        }
    }

    /// What was given counts until it runs out. Who has not signed in since rights are given had those
    /// of their roles, and a sign-in is what they need.
    pub(super) fn given_now(self, now: Timestamp) -> RightsNow {
        let Some(given) = self.given else {
            return RightsNow {
                expired: Some(self.by_roles),
                origin: Some(Arc::new(RightsOrigin {
                    from: RightsFrom::Given,
                    since: None,
                    until: None,
                    max_age: None,
                })),
                ..RightsNow::default()
            };
        };
        let counts = now < given.until;
        let (rights, expired) = match counts {
            true => (given.rights, None),
            false => (Arc::default(), Some(given.rights)),
        };
        RightsNow {
            rights,
            expired,
            origin: Some(given.origin),
            until: counts.then_some(given.until),
        }
    }
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
