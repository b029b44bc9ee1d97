use async_trait::async_trait;
use oauth::audit::AuditRecord;
use oauth::model::{Approval, Timestamp};

use crate::error::StoreError;

/// Which clients may use which elevations.
#[async_trait]
pub trait Approvals: Send + Sync {
    /// Every approval of a client, also expired and withdrawn ones, newest first.
    async fn approvals(&self, realm: &str, client: &str) -> Result<Vec<Approval>, StoreError>;
    /// Records an approval in place of the one for the same elevation that nobody took back, which
    /// is withdrawn; answers it with its version, higher than any before.
    ///
    /// `standing` is the version of that one as it was read, `None` for none:
    /// [`StoreError::Conflict`] if it is not so any more.
    async fn approve(
        &self,
        approval: &Approval,
        standing: Option<i64>,
        audit: &AuditRecord,
    ) -> Result<Approval, StoreError>;
    /// Takes back the approval that was read with this version; answers whether it stood.
    /// [`StoreError::Conflict`] if another one stands.
    async fn withdraw_approval(
        &self,
        realm: &str,
        client: &str,
        elevation: &str,
        standing: i64,
        now: Timestamp,
        audit: &AuditRecord,
    ) -> Result<bool, StoreError>;
}
