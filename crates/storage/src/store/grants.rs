use async_trait::async_trait;
use oauth::audit::AuditRecord;
use oauth::model::{
    AuthorizationCode, Consent, Grant, Recording, RevocationReason, Timestamp, TokenHash, Uuid,
};
use scope::Scope;

use crate::error::StoreError;

/// Consents, and the grants they make.
#[async_trait]
pub trait Grants: Send + Sync {
    /// Records the act, makes or changes the standing grant and stores the code that hangs
    /// from it. `grant.id` and `code.grant` are used when there is no live grant for
    /// (realm, client, user, organisation); otherwise the live one keeps its id and
    /// `created_at`, takes the other fields from `grant`, and the code hangs from it.
    ///
    /// `based_on` is the standing grant that `grant` was worked out from, exactly as it was
    /// loaded; `None` if there was none. If another one stands now, or none, nothing is
    /// written. So a consent cannot bring back what was revoked or reduced meanwhile.
    /// Otherwise the grant is answered as stored.
    ///
    /// `answers` is the kept request that this is the answer to, if it is to one. A request is
    /// answered once: of several answers one is recorded, and of the others nothing.
    async fn record_consent(
        &self,
        consent: &Consent,
        grant: &Grant,
        code: &AuthorizationCode,
        based_on: Option<&Grant>,
        answers: Option<&TokenHash>,
    ) -> Result<Recording<Grant>, StoreError>;
    /// Records an act that refused everything. `left` is the standing grant as it is to be
    /// from now on, if there is one; its scopes are never widened. `based_on` and `answers` are as
    /// in [`Grants::record_consent`].
    async fn record_refusal(
        &self,
        consent: &Consent,
        left: Option<&Grant>,
        based_on: Option<&Grant>,
        answers: Option<&TokenHash>,
    ) -> Result<Recording<()>, StoreError>;
    /// The live grant of this app, person and organisation.
    async fn standing_grant(
        &self,
        realm: &str,
        client: &str,
        user: Uuid,
        organisation: Option<Uuid>,
    ) -> Result<Option<Grant>, StoreError>;
    /// A grant in any state.
    async fn grant(&self, realm: &str, id: Uuid) -> Result<Option<Grant>, StoreError>;
    /// A person's live grants, latest first.
    async fn grants_of_user(&self, realm: &str, user: Uuid) -> Result<Vec<Grant>, StoreError>;
    /// The latest consent acts of a person, latest first.
    async fn consents_of_user(
        &self,
        realm: &str,
        user: Uuid,
        limit: usize,
    ) -> Result<Vec<Consent>, StoreError>;
    /// The consents that made and changed a grant, oldest first.
    async fn consents_of_grant(&self, realm: &str, grant: Uuid)
    -> Result<Vec<Consent>, StoreError>;
    /// Ends a grant with its codes, families and refresh tokens; answers whether it was live.
    async fn revoke_grant(
        &self,
        realm: &str,
        id: Uuid,
        reason: RevocationReason,
        now: Timestamp,
        audit: &AuditRecord,
    ) -> Result<bool, StoreError>;
    /// Takes scopes off a live grant, which is given as it was read: `granted` becomes `left`, `taken` joins `reduced`.
    /// Answers whether the grant was live and `left` really is less;
    /// [`StoreError::Conflict`] if it is live and no longer has the version that was read.
    async fn reduce_grant(
        &self,
        grant: &Grant,
        left: &Scope,
        taken: &Scope,
        now: Timestamp,
        audit: &AuditRecord,
    ) -> Result<bool, StoreError>;
}
