use async_trait::async_trait;
use oauth::audit::AuditRecord;
use oauth::model::{Position, Timestamp};

use crate::error::StoreError;

/// Realms as a whole.
#[async_trait]
pub trait Realms: Send + Sync {
    /// What was issued in the realm up to here counts no more.
    async fn realm_cut_off(&self, realm: &str) -> Result<Option<Position>, StoreError>;
    /// Keeps the record that an upgrade of the database was finished, in a realm it holds.
    async fn record_upgrade(&self, realm: &str, audit: &AuditRecord) -> Result<(), StoreError>;
    /// Ends whatever was issued in the realm until now, also by a database that was put back to
    /// an earlier state since: the sequence of changes goes on behind every place it can have
    /// had until `now`. Answers the cut-off.
    async fn cut_off_realm(
        &self,
        realm: &str,
        now: Timestamp,
        audit: &AuditRecord,
    ) -> Result<Position, StoreError>;
}
