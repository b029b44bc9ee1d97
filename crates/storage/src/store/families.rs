use async_trait::async_trait;
use oauth::audit::AuditRecord;
use oauth::model::{Family, RevocationReason, Timestamp, Uuid};

use crate::error::StoreError;

/// Families: the connections under a grant. Redeeming a code begins the one it names.
#[async_trait]
pub trait Families: Send + Sync {
    /// A family in any state. `None` also for one that a node of the release of 22 November 2026
    /// redeemed the code of: it gave its tokens no family.
    async fn family(&self, realm: &str, id: Uuid) -> Result<Option<Family>, StoreError>;
    /// Those of a grant that go on at `now`, the one that got tokens last first: they have a
    /// refresh token that works, or got tokens later than `since`.
    async fn families_of_grant(
        &self,
        realm: &str,
        grant: Uuid,
        since: Timestamp,
        now: Timestamp,
    ) -> Result<Vec<Family>, StoreError>;
    /// Those of a grant that were ended later than `since`, in the order of their ids.
    async fn ended_families(
        &self,
        realm: &str,
        grant: Uuid,
        since: Timestamp,
    ) -> Result<Vec<Uuid>, StoreError>;
    /// Ends a family with its refresh tokens, by a change of its grant; answers whether it was
    /// live. It is known until `kept_until`, and longer while there are refresh tokens of it.
    async fn end_family(
        &self,
        realm: &str,
        id: Uuid,
        reason: RevocationReason,
        now: Timestamp,
        kept_until: Timestamp,
        audit: &AuditRecord,
    ) -> Result<bool, StoreError>;
}
