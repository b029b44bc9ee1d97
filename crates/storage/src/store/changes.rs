use std::time::Duration;

use async_trait::async_trait;

use crate::change::Change;
use crate::error::StoreError;

/// Following what changed.
#[async_trait]
pub trait Changes: Send + Sync {
    /// The number of the latest change; 0 when there was none.
    async fn latest_change(&self) -> Result<i64, StoreError>;
    /// Changes behind `after`, oldest first, at most `limit`.
    async fn changes(&self, after: i64, limit: usize) -> Result<Vec<Change>, StoreError>;
    /// Returns when a change behind `seen` has been heard of, and at the latest after the
    /// time. It may return early, and it may miss a change: look for changes either way.
    async fn wait_for_change(&self, seen: i64, time: Duration);
}
