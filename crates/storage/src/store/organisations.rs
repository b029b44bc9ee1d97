use async_trait::async_trait;
use oauth::audit::AuditRecord;
use oauth::model::{
    Ending, ExternalId, Membership, Organisation, Page, PageRequest, Rights, Role, Timestamp, User,
    Uuid,
};

use crate::error::StoreError;

/// Organisations, their roles, and who has which of them.
#[async_trait]
pub trait Organisations: Send + Sync {
    /// One organisation by id.
    async fn organisation(&self, realm: &str, id: Uuid)
    -> Result<Option<Organisation>, StoreError>;
    /// One organisation by slug.
    async fn organisation_by_slug(
        &self,
        realm: &str,
        slug: &str,
    ) -> Result<Option<Organisation>, StoreError>;
    /// One organisation by number.
    async fn organisation_by_number(
        &self,
        realm: &str,
        number: i64,
    ) -> Result<Option<Organisation>, StoreError>;
    /// One organisation by what the system that it comes from calls it.
    async fn organisation_by_external(
        &self,
        realm: &str,
        external: &ExternalId,
    ) -> Result<Option<Organisation>, StoreError>;
    /// All organisations of a realm by slug.
    async fn organisations(
        &self,
        realm: &str,
        page: &PageRequest,
    ) -> Result<Page<Organisation>, StoreError>;
    /// Adds an organisation with its roles; `number` 0 is replaced by the realm's next.
    async fn insert_organisation(
        &self,
        organisation: &Organisation,
        roles: &[Role],
        audit: &AuditRecord,
    ) -> Result<Organisation, StoreError>;
    /// Gives an organisation its slug and name if it still has the version that was read, which
    /// grows; else [`StoreError::Conflict`], and [`StoreError::NotFound`] if there is none. The
    /// rest of it stays.
    async fn rename_organisation(
        &self,
        organisation: &Organisation,
        audit: &AuditRecord,
    ) -> Result<(), StoreError>;
    /// What would end with an organisation.
    async fn ends_with_organisation(&self, realm: &str, id: Uuid) -> Result<Ending, StoreError>;
    /// Deletes an organisation if it still has the version that was read, with its roles and the
    /// places in it, and ends the grants for it; else as [`Self::rename_organisation`]. The slug
    /// is free again; id and number are not.
    async fn delete_organisation(
        &self,
        organisation: &Organisation,
        now: Timestamp,
        audit: &AuditRecord,
    ) -> Result<(), StoreError>;
    /// The roles of an organisation by name.
    async fn roles(&self, realm: &str, organisation: Uuid) -> Result<Vec<Role>, StoreError>;
    /// Adds or replaces a role.
    async fn put_role(&self, role: &Role, audit: &AuditRecord) -> Result<(), StoreError>;
    /// Gives a role another name if it still has the version that was read; whoever has it keeps
    /// it. Else [`StoreError::Conflict`], [`StoreError::AlreadyExists`] if the name is another
    /// role's, and [`StoreError::NotFound`].
    async fn rename_role(
        &self,
        role: &Role,
        name: &str,
        audit: &AuditRecord,
    ) -> Result<(), StoreError>;
    /// Removes a role, also from whoever has it; else as [`Self::rename_role`].
    async fn remove_role(&self, role: &Role, audit: &AuditRecord) -> Result<(), StoreError>;
    /// A person's organisations by name, with the place they have there.
    async fn memberships(
        &self,
        realm: &str,
        user: Uuid,
    ) -> Result<Vec<(Organisation, Membership)>, StoreError>;
    /// An organisation's members by username.
    async fn members(
        &self,
        realm: &str,
        organisation: Uuid,
    ) -> Result<Vec<(User, Membership)>, StoreError>;
    /// The rights of a person in an organisation: all rights of all their roles there;
    /// `None` without a membership, or when the person is disabled.
    async fn rights(
        &self,
        realm: &str,
        user: Uuid,
        organisation: Uuid,
    ) -> Result<Option<Rights>, StoreError>;
    /// Adds or replaces a membership; [`StoreError::NotFound`] names a role, person or
    /// organisation that does not exist.
    async fn put_membership(
        &self,
        membership: &Membership,
        audit: &AuditRecord,
    ) -> Result<(), StoreError>;
    /// Ends a membership if it still has the version that was read, else
    /// [`StoreError::Conflict`]; answers whether there was one.
    async fn remove_membership(
        &self,
        membership: &Membership,
        audit: &AuditRecord,
    ) -> Result<bool, StoreError>;
}
