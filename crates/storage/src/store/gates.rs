use async_trait::async_trait;
use oauth::model::GateCalls;

use crate::error::StoreError;

/// What gates saw, for the report.
#[async_trait]
pub trait Gates: Send + Sync {
    /// Adds calls to those of their kind that are counted already.
    async fn count_gate_calls(&self, calls: &[GateCalls]) -> Result<(), StoreError>;
    /// Every kind of call that the gates of a realm saw, those that came most often first; at most
    /// `limit`.
    async fn gate_calls(&self, realm: &str, limit: usize) -> Result<Vec<GateCalls>, StoreError>;
}
