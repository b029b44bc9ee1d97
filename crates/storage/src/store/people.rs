use async_trait::async_trait;
use oauth::audit::AuditRecord;
use oauth::model::{Ending, ExternalId, Page, PageRequest, Timestamp, User, Uuid};

use super::ArrivalStep;
use crate::error::StoreError;

/// People who sign in.
#[async_trait]
pub trait People: Send + Sync {
    /// One person by id.
    async fn user(&self, realm: &str, id: Uuid) -> Result<Option<User>, StoreError>;
    /// One person by the name they sign in with, in any case.
    async fn user_by_username(&self, realm: &str, name: &str) -> Result<Option<User>, StoreError>;
    /// One person by what the system that they come from calls them.
    async fn user_by_external(
        &self,
        realm: &str,
        external: &ExternalId,
    ) -> Result<Option<User>, StoreError>;
    /// All people of a realm by username.
    async fn users(&self, realm: &str, page: &PageRequest) -> Result<Page<User>, StoreError>;
    /// Adds a person; [`StoreError::AlreadyExists`] if the username is taken. A `number` of 0
    /// is replaced by the realm's next; the stored user is answered.
    async fn insert_user(&self, user: &User, audit: &AuditRecord) -> Result<User, StoreError>;
    /// Replaces a person.
    async fn update_user(&self, user: &User, audit: &AuditRecord) -> Result<(), StoreError>;
    /// Records all that somebody brings along who signed in elsewhere or is invited, or nothing of it. Each step is
    /// as the method of its name, and fails as that.
    async fn record_arrival(&self, steps: &[ArrivalStep]) -> Result<(), StoreError>;
    /// What would end with a person.
    async fn ends_with_user(&self, realm: &str, id: Uuid) -> Result<Ending, StoreError>;
    /// Deletes a person if they still have the version that was read, with all that is personal,
    /// and ends their grants, sessions and places; else [`StoreError::Conflict`], and
    /// [`StoreError::NotFound`] if there is nobody. The username is free again; id and number are
    /// not.
    async fn delete_user(
        &self,
        user: &User,
        now: Timestamp,
        audit: &AuditRecord,
    ) -> Result<(), StoreError>;
}
