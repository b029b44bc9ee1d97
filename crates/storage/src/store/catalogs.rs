use async_trait::async_trait;
use oauth::audit::AuditRecord;
use oauth::model::Timestamp;

use crate::error::StoreError;

/// The texts of catalogs, so that what somebody consented to can be read later; and which of them a realm
/// goes by.
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
    /// The digest of the catalog that a node took last for this realm.
    async fn catalog_taken(&self, realm: &str) -> Result<Option<[u8; 32]>, StoreError>;
    /// A node goes by this catalog from now on, where that one was taken last; otherwise nothing
    /// happens, and it answers `false`.
    async fn take_catalog(
        &self,
        realm: &str,
        digest: &[u8; 32],
        before: Option<&[u8; 32]>,
        audit: &AuditRecord,
    ) -> Result<bool, StoreError>;
}
