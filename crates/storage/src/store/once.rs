use async_trait::async_trait;
use oauth::audit::AuditRecord;
use oauth::model::{TokenHash, UsedOnce};

use crate::error::StoreError;

/// What counts once.
#[async_trait]
pub trait Once: Send + Sync {
    /// Uses it; answers whether that was the first time. However many do at once, on however many
    /// nodes, one is the first.
    async fn use_once(&self, used: &UsedOnce) -> Result<bool, StoreError>;
    /// The same, and signs these browsers out with it, each with the record of that; nothing of it where
    /// it was used before.
    async fn end_sessions_once(
        &self,
        used: &UsedOnce,
        sessions: &[(TokenHash, AuditRecord)],
    ) -> Result<bool, StoreError>;
}
