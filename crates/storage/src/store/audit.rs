use async_trait::async_trait;
use oauth::audit::{AuditKey, AuditLink, AuditQuery, AuditRecord, AuditRow};
use oauth::model::Uuid;

use crate::error::StoreError;

/// Reading the audit record, linking it and erasing from it. Its rows are written by the acts
/// themselves: each method that administers takes an [`AuditRecord`] and stores it with what it
/// does, or neither.
#[async_trait]
pub trait Audit: Send + Sync {
    /// Rows by position.
    async fn audit_rows(&self, query: &AuditQuery) -> Result<Vec<AuditRow>, StoreError>;
    /// What was done to the grants of a person, the latest first, at most `limit` rows.
    async fn acts_on_grants_of(
        &self,
        realm: &str,
        person: Uuid,
        limit: usize,
    ) -> Result<Vec<AuditRow>, StoreError>;
    /// The last link of the chain.
    async fn last_audit_link(&self) -> Result<Option<AuditLink>, StoreError>;
    /// Links behind the one with this number, at most `limit`; without one, from the least
    /// number there is, whether or not a chain may have it.
    async fn audit_links(
        &self,
        after: Option<i64>,
        limit: usize,
    ) -> Result<Vec<AuditLink>, StoreError>;
    /// Appends links to the chain, if its last link is still the one before the first of them.
    /// Of several nodes that link at once, one does; that is decided by one conditional
    /// statement. Answers whether it was done; if not, or if a row behind the first was linked
    /// out of turn, nothing was changed.
    async fn append_audit_links(&self, links: &[AuditLink]) -> Result<bool, StoreError>;
    /// The key of a person, if they have one that was not destroyed.
    async fn audit_key(&self, realm: &str, person: Uuid) -> Result<Option<AuditKey>, StoreError>;
    /// Destroys the key of a person: no store tells it any more, and by that nothing it sealed.
    /// Answers whether there was one. Later acts make another. Its bytes may lie in the
    /// database's files until [`Audit::wipe_audit_keys`].
    async fn destroy_audit_key(
        &self,
        realm: &str,
        person: Uuid,
        audit: &AuditRecord,
    ) -> Result<bool, StoreError>;
    /// Overwrites or removes what destroyed keys left in the database's files. Acts wait
    /// meanwhile; it waits for them and for whoever reads, and fails if that takes too long.
    async fn wipe_audit_keys(&self) -> Result<Wiped, StoreError>;
}

/// Where nothing is left of what was wiped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wiped {
    /// In no file of the database.
    Everywhere,
    /// In its tables. Its write-ahead log holds it until that is recycled, and whatever was
    /// made of the log for as long as it is kept.
    InTables,
}
