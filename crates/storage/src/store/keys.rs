use async_trait::async_trait;
use oauth::audit::AuditRecord;
use oauth::model::{KeyRecord, KeyRevocation, Timestamp};
use scope::{ScopeNumbers, ScopeToken};

use crate::error::StoreError;

/// The keys of realms.
#[async_trait]
pub trait Keys: Send + Sync {
    /// All keys of a realm, oldest first.
    async fn keys(&self, realm: &str) -> Result<Vec<KeyRecord>, StoreError>;
    /// Adds a key unless the realm already has an unretired one for this use, of whatever
    /// algorithm (two nodes that start together make one key); answers the one that counts.
    async fn ensure_key(
        &self,
        key: &KeyRecord,
        audit: &AuditRecord,
    ) -> Result<KeyRecord, StoreError>;
    /// Retires the key `current`, from when `next` is used, and adds `next`, if `current` has
    /// not been retired before: of several nodes that rotate at once, one does. That is decided
    /// by one conditional statement. Answers whether it was done; if not, nothing was changed.
    async fn rotate_key(
        &self,
        current: &str,
        next: &KeyRecord,
        audit: &AuditRecord,
    ) -> Result<bool, StoreError>;
    /// Removes the key `id` of the use that `next` has, so that nothing it made counts any more.
    /// The realm has a key of that use from `next.created_at` on: the one that was to succeed
    /// it, which begins earlier then, or `next`, if there is none.
    async fn revoke_key(
        &self,
        id: &str,
        next: &KeyRecord,
        audit: &AuditRecord,
    ) -> Result<KeyRevocation, StoreError>;
    /// Replaces the stored form of a key's secret, `from`, by another form of the same secret,
    /// unless somebody else has replaced it. Answers whether it was done. The key stays what it
    /// was, so the change it appends is one that nobody has to
    /// follow.
    async fn rewrap_key(
        &self,
        realm: &str,
        id: &str,
        from: &[u8],
        to: &[u8],
        audit: &AuditRecord,
    ) -> Result<bool, StoreError>;
    /// The numbers of the realm's scopes.
    async fn scope_numbers(&self, realm: &str) -> Result<ScopeNumbers, StoreError>;
    /// Gives the next numbers to those of these scopes that have none; answers all numbers of
    /// the realm. Nodes that do so at once agree. Each number stays for ever.
    async fn number_scopes(
        &self,
        realm: &str,
        names: &[ScopeToken],
    ) -> Result<ScopeNumbers, StoreError>;
    /// Removes the realm's keys that were retired at or before `until`; answers how many.
    async fn remove_retired_keys(
        &self,
        realm: &str,
        until: Timestamp,
        audit: &AuditRecord,
    ) -> Result<usize, StoreError>;
}
