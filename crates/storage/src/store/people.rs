use async_trait::async_trait;
use oauth::audit::AuditRecord;
use oauth::model::{Page, PageRequest, User, Uuid};

use crate::error::StoreError;

/// People who sign in.
#[async_trait]
pub trait People: Send + Sync {
    /// One person by id.
    async fn user(&self, realm: &str, id: Uuid) -> Result<Option<User>, StoreError>;
    /// One person by the name they sign in with, in any case.
    async fn user_by_username(&self, realm: &str, name: &str) -> Result<Option<User>, StoreError>;
    /// All people of a realm by username.
    async fn users(&self, realm: &str, page: &PageRequest) -> Result<Page<User>, StoreError>;
    /// Adds a person; [`StoreError::AlreadyExists`] if the username is taken. A `number` of 0
    /// is replaced by the realm's next; the stored user is answered.
    async fn insert_user(&self, user: &User, audit: &AuditRecord) -> Result<User, StoreError>;
    /// Replaces a person.
    async fn update_user(&self, user: &User, audit: &AuditRecord) -> Result<(), StoreError>;
}
