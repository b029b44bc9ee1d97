use async_trait::async_trait;
use oauth::audit::AuditRecord;
use oauth::model::{BrowserSession, LoginAttempt, LoginStart, Timestamp, TokenHash, Uuid};

use crate::error::StoreError;

/// Signed-in browsers, and attempts to sign in.
#[async_trait]
pub trait Sessions: Send + Sync {
    /// Records a signed-in browser.
    async fn insert_session(&self, session: &BrowserSession) -> Result<(), StoreError>;
    /// A person's sessions that have not expired, latest first.
    async fn sessions_of_user(
        &self,
        realm: &str,
        user: Uuid,
        now: Timestamp,
    ) -> Result<Vec<BrowserSession>, StoreError>;
    /// The sessions that have not expired and rest on one elsewhere, latest first: of that person there,
    /// by that `sid`, or both; none where neither is named.
    async fn upstream_sessions(
        &self,
        realm: &str,
        source: &str,
        subject: Option<&str>,
        sid: Option<&str>,
        now: Timestamp,
    ) -> Result<Vec<BrowserSession>, StoreError>;
    /// A session that has not expired.
    async fn session(
        &self,
        hash: &TokenHash,
        now: Timestamp,
    ) -> Result<Option<BrowserSession>, StoreError>;
    /// Signs a browser out; answers whether it was signed in.
    async fn end_session(&self, hash: &TokenHash, audit: &AuditRecord) -> Result<bool, StoreError>;
    /// Lets an attempt to sign in begin if there is a free place under each of its keys, and
    /// holds these until `until`. However many begin at once, on however many nodes, no key
    /// ever has more of them than places.
    async fn begin_login(
        &self,
        attempt: &LoginAttempt,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<LoginStart, StoreError>;
    /// The attempt was wrong: it keeps its places until `until`. Answers whether it still held
    /// all of them. If not, it took too long and others may have begun in its place; then what
    /// it found out must not be told.
    async fn login_failed(
        &self,
        attempt: &LoginAttempt,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<bool, StoreError>;
    /// The attempt was right: it gives back its own places, and those of earlier wrong attempts
    /// under the keys that forgive; attempts under way keep theirs. Answers as
    /// [`Sessions::login_failed`], and forgives only if so.
    async fn login_succeeded(&self, attempt: &LoginAttempt) -> Result<bool, StoreError>;
    /// The attempt was no guess: it gives back its own places, and nothing else changes. Answers as
    /// [`Sessions::login_failed`].
    async fn login_withdrawn(&self, attempt: &LoginAttempt) -> Result<bool, StoreError>;
}
