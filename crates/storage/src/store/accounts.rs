use async_trait::async_trait;
use oauth::audit::AuditRecord;
use oauth::model::{CodeUse, SecondFactor, Ticket, Timestamp, TokenHash, User, Uuid};

use crate::error::StoreError;

/// What people do with their own accounts: links in mails, and second factors.
#[async_trait]
pub trait Accounts: Send + Sync {
    /// Keeps a ticket. Of those of this person and purpose it stays, and with it the latest, `most`
    /// in all; however many are kept at once.
    async fn keep_ticket(&self, ticket: &Ticket, most: usize) -> Result<(), StoreError>;
    /// Keeps a ticket in the place of every other of this person and purpose, as an act of somebody
    /// who administers.
    async fn give_ticket(&self, ticket: &Ticket, audit: &AuditRecord) -> Result<(), StoreError>;
    /// A ticket that has not expired.
    async fn ticket(&self, hash: &TokenHash, now: Timestamp) -> Result<Option<Ticket>, StoreError>;
    /// Uses a ticket up; answers whether it was there. Of several that use it at once, for one it
    /// was.
    async fn use_ticket(&self, hash: &TokenHash, now: Timestamp) -> Result<bool, StoreError>;
    /// Uses a ticket up and replaces the person, both or neither; answers whether the ticket was
    /// there. As [`People::update_user`](super::People::update_user) otherwise.
    async fn update_user_by_ticket(
        &self,
        user: &User,
        ticket: &TokenHash,
        now: Timestamp,
        audit: &AuditRecord,
    ) -> Result<bool, StoreError>;
    /// A person's second factor, confirmed or not.
    async fn second_factor(
        &self,
        realm: &str,
        user: Uuid,
    ) -> Result<Option<SecondFactor>, StoreError>;
    /// Second factors of a realm by their person, after one: for whoever stores them anew.
    async fn second_factors(
        &self,
        realm: &str,
        after: Option<Uuid>,
        limit: usize,
    ) -> Result<Vec<SecondFactor>, StoreError>;
    /// Keeps a second factor that is not confirmed, in the place of another such one; answers
    /// whether it did. One that is confirmed stays.
    async fn begin_second_factor(&self, factor: &SecondFactor) -> Result<bool, StoreError>;
    /// From now on the second factor counts, if it has still the secret that was read and nobody
    /// confirmed it before, with these recovery codes; `step` is used up.
    async fn confirm_second_factor(
        &self,
        factor: &SecondFactor,
        step: i64,
        recovery_codes: &[TokenHash],
        now: Timestamp,
        audit: &AuditRecord,
    ) -> Result<bool, StoreError>;
    /// Uses up a code's step; answers whether it and every later one was unused. Of several that
    /// use it at once, for one it was.
    async fn use_second_factor_step(
        &self,
        realm: &str,
        user: Uuid,
        step: i64,
    ) -> Result<bool, StoreError>;
    /// Uses up a recovery code. Of several that use it at once, one did, and for the others it was
    /// used before; so it is until there are others.
    async fn use_recovery_code(
        &self,
        realm: &str,
        user: Uuid,
        code: &TokenHash,
        now: Timestamp,
        audit: &AuditRecord,
    ) -> Result<CodeUse, StoreError>;
    /// Puts these recovery codes in the place of all others; answers whether there is a confirmed
    /// second factor that they belong to.
    async fn replace_recovery_codes(
        &self,
        realm: &str,
        user: Uuid,
        recovery_codes: &[TokenHash],
        audit: &AuditRecord,
    ) -> Result<bool, StoreError>;
    /// Takes a person's second factor away with its recovery codes; answers whether there was one
    /// that counted. Wrong attempts under the key `attempts` count no more, in any case.
    async fn remove_second_factor(
        &self,
        realm: &str,
        user: Uuid,
        attempts: &str,
        audit: &AuditRecord,
    ) -> Result<bool, StoreError>;
    /// Stores a secret in another form, if it has still the one that was read.
    async fn rewrap_second_factor(
        &self,
        factor: &SecondFactor,
        to: &[u8],
        audit: &AuditRecord,
    ) -> Result<bool, StoreError>;
}
