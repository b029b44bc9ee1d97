use async_trait::async_trait;
use oauth::model::Timestamp;

use crate::error::StoreError;

/// The texts of catalogs, so that what somebody consented to can be read later.
#[async_trait]
pub trait Catalogs: Send + Sync {
    /// Keeps a catalog's text under its SHA-256; again is no error.
    async fn archive_catalog(
        &self,
        digest: &[u8; 32],
        text: &str,
        now: Timestamp,
    ) -> Result<(), StoreError>;
    /// The text that was archived under this digest.
    async fn archived_catalog(&self, digest: &[u8; 32]) -> Result<Option<String>, StoreError>;
}
