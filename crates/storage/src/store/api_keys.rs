use async_trait::async_trait;
use oauth::audit::AuditRecord;
use oauth::model::{ApiKey, ApiKeyUse, Page, PageRequest, Timestamp, TokenHash, Uuid};

use crate::error::StoreError;

/// Keys of partners without OAuth.
#[async_trait]
pub trait ApiKeys: Send + Sync {
    /// One key, in any state.
    async fn api_key(&self, realm: &str, id: Uuid) -> Result<Option<ApiKey>, StoreError>;
    /// The keys with one of these hashes, in any state; of more than five hashes the first five.
    async fn api_keys_by_hash(
        &self,
        realm: &str,
        hashes: &[TokenHash],
    ) -> Result<Vec<ApiKey>, StoreError>;
    /// The keys in a slow form that nobody revoked and with whose beginning this text begins, the
    /// longest first.
    async fn api_keys_by_beginning(
        &self,
        realm: &str,
        text: &str,
    ) -> Result<Vec<ApiKey>, StoreError>;
    /// The keys of a realm, or of one client, in the order they were made.
    async fn api_keys(
        &self,
        realm: &str,
        client: Option<&str>,
        page: &PageRequest,
    ) -> Result<Page<ApiKey>, StoreError>;
    /// Adds keys, all or none, each with the record of it. [`StoreError::AlreadyExists`] if a key
    /// with its hash or slow beginning is there; [`StoreError::NotFound`] without its client;
    /// [`StoreError::Conflict`] if its client and organisation have `most` that live at `now`.
    async fn insert_api_keys(
        &self,
        keys: &[(ApiKey, AuditRecord)],
        most: usize,
        now: Timestamp,
    ) -> Result<(), StoreError>;
    /// Takes a key back; answers whether this call did.
    async fn revoke_api_key(
        &self,
        realm: &str,
        id: Uuid,
        now: Timestamp,
        audit: &AuditRecord,
    ) -> Result<bool, StoreError>;
    /// Keeps SHA-256 in place of a slow hash; answers whether this call did.
    async fn rehash_api_key(
        &self,
        realm: &str,
        id: Uuid,
        hash: &TokenHash,
    ) -> Result<bool, StoreError>;
    /// Notes when keys were used, where that is later than what is known.
    async fn note_api_key_uses(&self, uses: &[ApiKeyUse]) -> Result<(), StoreError>;
}
