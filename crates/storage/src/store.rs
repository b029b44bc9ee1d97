use std::time::Duration;

use async_trait::async_trait;
use oauth::model::{
    Approval, AuthorizationCode, BrowserSession, Client, Consent, Grant, KeyRecord, Membership,
    Organisation, Page, PageRequest, RefreshToken, RevocationReason, RevokedAccessToken, Role,
    Timestamp, TokenHash, User, Uuid,
};
use scope::Scope;

use crate::change::Change;
use crate::error::StoreError;
use crate::figures::StoreFigures;
use crate::login::{LoginAttempt, LoginStart};
use crate::sandbox::{SandboxQuery, SandboxRecord};

/// Everything Scopegate keeps. Every method is one transaction: done whole or not at all.
/// What is answered as done is durable.
///
/// Each change of a client, approval, user, organisation, role, membership, grant, key or
/// session, and each revoked access token, also appends a [`Change`] in the same
/// transaction, so that caches on this and other nodes can follow.
#[async_trait]
pub trait Store: Send + Sync + 'static {
    // --- keys ---

    /// All keys of a realm, oldest first.
    async fn keys(&self, realm: &str) -> Result<Vec<KeyRecord>, StoreError>;
    /// Adds a key unless the realm already has an unretired one for this use, of whatever
    /// algorithm (two nodes that start together make one key); answers the one that counts.
    async fn ensure_key(&self, key: &KeyRecord) -> Result<KeyRecord, StoreError>;
    /// Retires the key `current`, from when `next` is used, and adds `next`, if `current` has
    /// not been retired before: of several nodes that rotate at once, one does. That is decided
    /// by one conditional statement. Answers whether it was done; if not, nothing was changed.
    async fn rotate_key(&self, current: &str, next: &KeyRecord) -> Result<bool, StoreError>;
    /// Removes the key `id` of the use that `next` has, so that nothing it made counts any more.
    /// The realm has a key of that use from `next.created_at` on: the one that was to succeed
    /// it, which begins earlier then, or `next`, if there is none.
    async fn revoke_key(&self, id: &str, next: &KeyRecord) -> Result<KeyRevocation, StoreError>;
    /// Replaces the stored form of a key's secret, `from`, by another form of the same secret,
    /// unless somebody else has replaced it. Answers whether it was done. The key stays what it
    /// was, so nobody has to follow: it appends no change.
    async fn rewrap_key(
        &self,
        realm: &str,
        id: &str,
        from: &[u8],
        to: &[u8],
    ) -> Result<bool, StoreError>;
    /// Removes the realm's keys that were retired at or before `until`; answers how many.
    async fn remove_retired_keys(&self, realm: &str, until: Timestamp)
    -> Result<usize, StoreError>;

    // --- clients and approvals ---

    /// One client.
    async fn client(&self, realm: &str, id: &str) -> Result<Option<Client>, StoreError>;
    /// All clients of a realm by id.
    async fn clients(&self, realm: &str, page: &PageRequest) -> Result<Page<Client>, StoreError>;
    /// Adds a client; [`StoreError::AlreadyExists`] if the id is taken.
    async fn insert_client(&self, client: &Client) -> Result<(), StoreError>;
    /// Replaces a client; [`StoreError::NotFound`] if there is none.
    async fn update_client(&self, client: &Client) -> Result<(), StoreError>;
    /// Every approval of a client, also expired and withdrawn ones, newest first.
    async fn approvals(&self, realm: &str, client: &str) -> Result<Vec<Approval>, StoreError>;
    /// Records an approval; an earlier unwithdrawn one for the same elevation is withdrawn.
    async fn approve(&self, approval: &Approval) -> Result<(), StoreError>;
    /// Takes back the standing approval; answers whether there was one.
    async fn withdraw_approval(
        &self,
        realm: &str,
        client: &str,
        elevation: &str,
        now: Timestamp,
    ) -> Result<bool, StoreError>;

    // --- people, organisations, rights ---

    /// One person by id.
    async fn user(&self, realm: &str, id: Uuid) -> Result<Option<User>, StoreError>;
    /// One person by the name they sign in with, in any case.
    async fn user_by_username(&self, realm: &str, name: &str) -> Result<Option<User>, StoreError>;
    /// All people of a realm by username.
    async fn users(&self, realm: &str, page: &PageRequest) -> Result<Page<User>, StoreError>;
    /// Adds a person; [`StoreError::AlreadyExists`] if the username is taken. A `number` of 0
    /// is replaced by the realm's next; the stored user is answered.
    async fn insert_user(&self, user: &User) -> Result<User, StoreError>;
    /// Replaces a person.
    async fn update_user(&self, user: &User) -> Result<(), StoreError>;
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
    ) -> Result<Organisation, StoreError>;
    /// The roles of an organisation by name.
    async fn roles(&self, realm: &str, organisation: Uuid) -> Result<Vec<Role>, StoreError>;
    /// Adds or replaces a role.
    async fn put_role(&self, role: &Role) -> Result<(), StoreError>;
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
    ) -> Result<Option<Vec<String>>, StoreError>;
    /// Adds or replaces a membership; [`StoreError::NotFound`] names a role, person or
    /// organisation that does not exist.
    async fn put_membership(&self, membership: &Membership) -> Result<(), StoreError>;
    /// Ends a membership; answers whether there was one.
    async fn remove_membership(
        &self,
        realm: &str,
        organisation: Uuid,
        user: Uuid,
    ) -> Result<bool, StoreError>;

    // --- signing in ---

    /// Records a signed-in browser.
    async fn insert_session(&self, session: &BrowserSession) -> Result<(), StoreError>;
    /// A session that has not expired.
    async fn session(
        &self,
        hash: &TokenHash,
        now: Timestamp,
    ) -> Result<Option<BrowserSession>, StoreError>;
    /// Signs a browser out; answers whether it was signed in.
    async fn end_session(&self, hash: &TokenHash) -> Result<bool, StoreError>;
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
    /// [`Store::login_failed`], and forgives only if so.
    async fn login_succeeded(&self, attempt: &LoginAttempt) -> Result<bool, StoreError>;

    // --- consent, grants, codes, refresh tokens ---

    /// Records the act, makes or changes the standing grant and stores the code that hangs
    /// from it. `grant.id` and `code.grant` are used when there is no live grant for
    /// (realm, client, user, organisation); otherwise the live one keeps its id and
    /// `created_at`, takes the other fields from `grant`, and the code hangs from it.
    ///
    /// `based_on` is the standing grant that `grant` was worked out from, exactly as it was
    /// loaded; `None` if there was none. If another one stands now, or none, nothing is
    /// written. So a consent cannot bring back what was revoked or reduced meanwhile.
    /// Otherwise the grant is answered as stored.
    async fn record_consent(
        &self,
        consent: &Consent,
        grant: &Grant,
        code: &AuthorizationCode,
        based_on: Option<&Grant>,
    ) -> Result<Recording<Grant>, StoreError>;
    /// Records an act that refused everything. `left` is the standing grant as it is to be
    /// from now on, if there is one; its scopes are never widened. `based_on` is as in
    /// [`Store::record_consent`].
    async fn record_refusal(
        &self,
        consent: &Consent,
        left: Option<&Grant>,
        based_on: Option<&Grant>,
    ) -> Result<Recording<()>, StoreError>;
    /// A further code from a standing grant; [`StoreError::NotFound`] if it is not live.
    async fn insert_code(&self, code: &AuthorizationCode) -> Result<(), StoreError>;
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
    /// Ends a grant with its codes and refresh tokens; answers whether it was live.
    async fn revoke_grant(
        &self,
        realm: &str,
        id: Uuid,
        reason: RevocationReason,
        now: Timestamp,
    ) -> Result<bool, StoreError>;
    /// Takes scopes off a live grant: `granted` becomes `left`, `taken` joins `reduced`.
    /// Answers whether the grant was live and `left` really is less.
    async fn reduce_grant(
        &self,
        realm: &str,
        id: Uuid,
        left: &Scope,
        taken: &Scope,
        now: Timestamp,
    ) -> Result<bool, StoreError>;

    /// A code by hash, in any state.
    async fn code(&self, hash: &TokenHash) -> Result<Option<AuthorizationCode>, StoreError>;
    /// Consumes a code by one conditional statement and, when that succeeds, stores the
    /// refresh token that goes with it, if any.
    async fn redeem_code(
        &self,
        hash: &TokenHash,
        refresh: Option<&RefreshToken>,
        now: Timestamp,
    ) -> Result<Redemption, StoreError>;
    /// A refresh token by hash, in any state.
    async fn refresh_token(&self, hash: &TokenHash) -> Result<Option<RefreshToken>, StoreError>;
    /// Exchanges a refresh token for its successor by one conditional statement.
    async fn rotate_refresh_token(
        &self,
        hash: &TokenHash,
        next: &RefreshToken,
        now: Timestamp,
    ) -> Result<Redemption, StoreError>;

    /// Marks an access token as revoked; again is no error.
    async fn revoke_access_token(&self, token: &RevokedAccessToken) -> Result<(), StoreError>;
    /// Every revoked access token that has not expired yet, to fill a cache.
    async fn revoked_access_tokens(
        &self,
        now: Timestamp,
    ) -> Result<Vec<RevokedAccessToken>, StoreError>;

    // --- sandbox records ---

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

    // --- following changes, keeping house ---

    /// The number of the latest change; 0 when there was none.
    async fn latest_change(&self) -> Result<i64, StoreError>;
    /// Changes behind `after`, oldest first, at most `limit`.
    async fn changes(&self, after: i64, limit: usize) -> Result<Vec<Change>, StoreError>;
    /// Returns when a change behind `seen` has been heard of, and at the latest after the
    /// time. It may return early, and it may miss a change: look for changes either way.
    async fn wait_for_change(&self, seen: i64, time: Duration) {
        let _ = seen;
        tokio::time::sleep(time).await;
    }
    /// Removes at most `limit` rows that no longer matter at `now` (expired codes, refresh
    /// tokens, sessions, revoked access tokens, old attempts to sign in, changes older than an
    /// hour); answers how many. Call again while it answers `limit`. Used codes and rotated
    /// refresh tokens stay until they expire, so that reuse is seen; rotated refresh tokens that
    /// do not expire stay for 90 days, and are unknown from then on.
    async fn clean_up(&self, now: Timestamp, limit: usize) -> Result<usize, StoreError>;
    /// Is the database there and writable?
    async fn check(&self) -> Result<(), StoreError>;
    /// How busy the store is, as far as it knows without asking the database.
    fn figures(&self) -> StoreFigures;
}

/// What came of recording a decision that was worked out from the standing grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recording<T> {
    /// It is recorded.
    Recorded(T),
    /// The standing grant is no longer the one it was worked out from. Nothing was written;
    /// load it anew and let the person decide again.
    StandingChanged,
}

impl<T> Recording<T> {
    /// What was recorded, if it was.
    pub fn recorded(self) -> Option<T> {
        match self {
            Self::Recorded(recorded) => Some(recorded),
            Self::StandingChanged => None,
        }
    }
}

/// What came of revoking a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyRevocation {
    /// It was the current key: the new one is in its place.
    Replaced,
    /// It is gone, and the realm has another current key.
    Removed,
    /// The realm has no such key; nothing was changed.
    Unknown,
}

/// What came of redeeming something that may be used once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Redemption {
    /// This call, and no other, redeemed it.
    Redeemed,
    /// It was redeemed before: reuse. The grant it hangs from is named, for revocation.
    AlreadyRedeemed {
        /// The grant.
        grant: Uuid,
    },
    /// There is none, it has expired, was revoked, or its grant is no longer live.
    Unknown,
}
