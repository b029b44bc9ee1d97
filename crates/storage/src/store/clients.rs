use async_trait::async_trait;
use oauth::audit::AuditRecord;
use oauth::model::{Client, Ending, Page, PageRequest, Timestamp, Uuid};

use crate::error::StoreError;

/// Apps and integrations.
#[async_trait]
pub trait Clients: Send + Sync {
    /// One client.
    async fn client(&self, realm: &str, id: &str) -> Result<Option<Client>, StoreError>;
    /// The client with this name within.
    async fn client_by_uuid(&self, realm: &str, uuid: Uuid) -> Result<Option<Client>, StoreError>;
    /// All clients of a realm by id.
    async fn clients(&self, realm: &str, page: &PageRequest) -> Result<Page<Client>, StoreError>;
    /// Adds a client, whose version is then 1; [`StoreError::AlreadyExists`] if the id is taken,
    /// [`StoreError::GivenOnce`] if it was.
    async fn insert_client(&self, client: &Client, audit: &AuditRecord) -> Result<(), StoreError>;
    /// Replaces a client, but for its UUID, if it still has the version that was read, which
    /// grows; else [`StoreError::Conflict`], and [`StoreError::NotFound`] if there is none.
    async fn update_client(&self, client: &Client, audit: &AuditRecord) -> Result<(), StoreError>;
    /// What would end with a client.
    async fn ends_with_client(&self, realm: &str, id: &str) -> Result<Ending, StoreError>;
    /// Deletes a client if it still has the version that was read, with its secrets, and ends its
    /// grants and approvals; else as [`Self::update_client`]. Its id is not given again.
    async fn delete_client(
        &self,
        client: &Client,
        now: Timestamp,
        audit: &AuditRecord,
    ) -> Result<(), StoreError>;
}
