use async_trait::async_trait;
use oauth::audit::AuditRecord;
use oauth::model::{Approval, Timestamp};

use crate::error::StoreError;

/// Which clients may use which elevations.
#[async_trait]
pub trait Approvals: Send + Sync {
    /// Every approval of a client, also expired and withdrawn ones, newest first.
    async fn approvals(&self, realm: &str, client: &str) -> Result<Vec<Approval>, StoreError>;
    /// Records an approval; an earlier unwithdrawn one for the same elevation is withdrawn.
    async fn approve(&self, approval: &Approval, audit: &AuditRecord) -> Result<(), StoreError>;
    /// Takes back the standing approval; answers whether there was one.
    async fn withdraw_approval(
        &self,
        realm: &str,
        client: &str,
        elevation: &str,
        now: Timestamp,
        audit: &AuditRecord,
    ) -> Result<bool, StoreError>;
}
