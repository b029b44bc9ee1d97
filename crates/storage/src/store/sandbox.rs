use async_trait::async_trait;
use oauth::model::{Page, SandboxQuery, SandboxRecord, Uuid};

use crate::error::StoreError;

/// Sample records of the catalog's own API.
#[async_trait]
pub trait Sandbox: Send + Sync {
    /// A page of records.
    async fn sandbox_list(&self, query: &SandboxQuery) -> Result<Page<SandboxRecord>, StoreError>;
    /// One record.
    async fn sandbox_record(
        &self,
        realm: &str,
        organisation: Uuid,
        collection: &str,
        id: &str,
    ) -> Result<Option<SandboxRecord>, StoreError>;
    /// The record with this id in whatever collection, for expansion.
    async fn sandbox_record_by_id(
        &self,
        realm: &str,
        organisation: Uuid,
        id: &str,
    ) -> Result<Option<SandboxRecord>, StoreError>;
    /// Adds or replaces records.
    async fn sandbox_put(&self, records: &[SandboxRecord]) -> Result<(), StoreError>;
    /// Removes one; answers whether it was there.
    async fn sandbox_delete(
        &self,
        realm: &str,
        organisation: Uuid,
        collection: &str,
        id: &str,
    ) -> Result<bool, StoreError>;
}
