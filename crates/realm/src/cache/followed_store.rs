use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use oauth::model::{
    Approval, AuthorizationCode, BrowserSession, Client, Consent, Grant, KeyRecord, Membership,
    Organisation, Page, PageRequest, RefreshToken, RevocationReason, RevokedAccessToken, Role,
    Timestamp, TokenHash, User, Uuid,
};
use scope::Scope;
use storage::{
    Change, KeyRevocation, LoginAttempt, LoginStart, Recording, Redemption, SandboxQuery,
    SandboxRecord, Store, StoreError, StoreFigures,
};

use super::bounded::Cache;
use super::follower::Follower;
use crate::limits;

/// The store, with the caches of this process following each write before it is answered.
///
/// A write that leaves a change behind reads the sequence at once, whoever made the write.
///
/// Codes come back within seconds, mostly to the process that made them, which remembers
/// them for that. Whether one is good once more, only the statement that redeems it says.
pub(crate) struct FollowedStore {
    store: Arc<dyn Store>,
    follower: Arc<Follower>,
    codes: Cache<TokenHash, Arc<AuthorizationCode>>,
}

impl FollowedStore {
    pub(crate) fn new(store: Arc<dyn Store>, follower: Arc<Follower>) -> Self {
        Self {
            store,
            follower,
            codes: Cache::new(limits::CODES),
        }
    }

    /// The write is durable whatever comes of this; caches that cannot follow deny in a
    /// second, and the follower tries again before that.
    async fn written<T>(&self, outcome: Result<T, StoreError>) -> Result<T, StoreError> {
        if outcome.is_ok()
            && let Err(error) = self.follower.catch_up().await
        {
            tracing::warn!(%error, "a change was written but not yet followed");
        }
        outcome
    }
}

#[async_trait]
impl Store for FollowedStore {
    async fn keys(&self, realm: &str) -> Result<Vec<KeyRecord>, StoreError> {
        self.store.keys(realm).await
    }
    async fn ensure_key(&self, key: &KeyRecord) -> Result<KeyRecord, StoreError> {
        self.written(self.store.ensure_key(key).await).await
    }
    async fn rotate_key(&self, current: &str, next: &KeyRecord) -> Result<bool, StoreError> {
        self.written(self.store.rotate_key(current, next).await)
            .await
    }
    async fn revoke_key(&self, id: &str, next: &KeyRecord) -> Result<KeyRevocation, StoreError> {
        self.written(self.store.revoke_key(id, next).await).await
    }
    async fn rewrap_key(
        &self,
        realm: &str,
        id: &str,
        from: &[u8],
        to: &[u8],
    ) -> Result<bool, StoreError> {
        self.store.rewrap_key(realm, id, from, to).await
    }
    async fn remove_retired_keys(
        &self,
        realm: &str,
        until: Timestamp,
    ) -> Result<usize, StoreError> {
        self.written(self.store.remove_retired_keys(realm, until).await)
            .await
    }
    async fn client(&self, realm: &str, id: &str) -> Result<Option<Client>, StoreError> {
        self.store.client(realm, id).await
    }
    async fn clients(&self, realm: &str, page: &PageRequest) -> Result<Page<Client>, StoreError> {
        self.store.clients(realm, page).await
    }
    async fn insert_client(&self, client: &Client) -> Result<(), StoreError> {
        self.written(self.store.insert_client(client).await).await
    }
    async fn update_client(&self, client: &Client) -> Result<(), StoreError> {
        self.written(self.store.update_client(client).await).await
    }
    async fn approvals(&self, realm: &str, client: &str) -> Result<Vec<Approval>, StoreError> {
        self.store.approvals(realm, client).await
    }
    async fn approve(&self, approval: &Approval) -> Result<(), StoreError> {
        self.written(self.store.approve(approval).await).await
    }
    async fn withdraw_approval(
        &self,
        realm: &str,
        client: &str,
        elevation: &str,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        self.written(
            self.store
                .withdraw_approval(realm, client, elevation, now)
                .await,
        )
        .await
    }
    async fn user(&self, realm: &str, id: Uuid) -> Result<Option<User>, StoreError> {
        self.store.user(realm, id).await
    }
    async fn user_by_username(&self, realm: &str, name: &str) -> Result<Option<User>, StoreError> {
        self.store.user_by_username(realm, name).await
    }
    async fn users(&self, realm: &str, page: &PageRequest) -> Result<Page<User>, StoreError> {
        self.store.users(realm, page).await
    }
    async fn insert_user(&self, user: &User) -> Result<User, StoreError> {
        self.written(self.store.insert_user(user).await).await
    }
    async fn update_user(&self, user: &User) -> Result<(), StoreError> {
        self.written(self.store.update_user(user).await).await
    }
    async fn organisation(
        &self,
        realm: &str,
        id: Uuid,
    ) -> Result<Option<Organisation>, StoreError> {
        self.store.organisation(realm, id).await
    }
    async fn organisation_by_slug(
        &self,
        realm: &str,
        slug: &str,
    ) -> Result<Option<Organisation>, StoreError> {
        self.store.organisation_by_slug(realm, slug).await
    }
    async fn organisation_by_number(
        &self,
        realm: &str,
        number: i64,
    ) -> Result<Option<Organisation>, StoreError> {
        self.store.organisation_by_number(realm, number).await
    }
    async fn organisations(
        &self,
        realm: &str,
        page: &PageRequest,
    ) -> Result<Page<Organisation>, StoreError> {
        self.store.organisations(realm, page).await
    }
    async fn insert_organisation(
        &self,
        organisation: &Organisation,
        roles: &[Role],
    ) -> Result<Organisation, StoreError> {
        self.written(self.store.insert_organisation(organisation, roles).await)
            .await
    }
    async fn roles(&self, realm: &str, organisation: Uuid) -> Result<Vec<Role>, StoreError> {
        self.store.roles(realm, organisation).await
    }
    async fn put_role(&self, role: &Role) -> Result<(), StoreError> {
        self.written(self.store.put_role(role).await).await
    }
    async fn memberships(
        &self,
        realm: &str,
        user: Uuid,
    ) -> Result<Vec<(Organisation, Membership)>, StoreError> {
        self.store.memberships(realm, user).await
    }
    async fn members(
        &self,
        realm: &str,
        organisation: Uuid,
    ) -> Result<Vec<(User, Membership)>, StoreError> {
        self.store.members(realm, organisation).await
    }
    async fn rights(
        &self,
        realm: &str,
        user: Uuid,
        organisation: Uuid,
    ) -> Result<Option<Vec<String>>, StoreError> {
        self.store.rights(realm, user, organisation).await
    }
    async fn put_membership(&self, membership: &Membership) -> Result<(), StoreError> {
        self.written(self.store.put_membership(membership).await)
            .await
    }
    async fn remove_membership(
        &self,
        realm: &str,
        organisation: Uuid,
        user: Uuid,
    ) -> Result<bool, StoreError> {
        self.written(
            self.store
                .remove_membership(realm, organisation, user)
                .await,
        )
        .await
    }
    async fn insert_session(&self, session: &BrowserSession) -> Result<(), StoreError> {
        self.written(self.store.insert_session(session).await).await
    }
    async fn session(
        &self,
        hash: &TokenHash,
        now: Timestamp,
    ) -> Result<Option<BrowserSession>, StoreError> {
        self.store.session(hash, now).await
    }
    async fn end_session(&self, hash: &TokenHash) -> Result<bool, StoreError> {
        self.written(self.store.end_session(hash).await).await
    }
    async fn begin_login(
        &self,
        attempt: &LoginAttempt,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<LoginStart, StoreError> {
        self.store.begin_login(attempt, now, until).await
    }
    async fn login_failed(
        &self,
        attempt: &LoginAttempt,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<bool, StoreError> {
        self.store.login_failed(attempt, now, until).await
    }
    async fn login_succeeded(&self, attempt: &LoginAttempt) -> Result<bool, StoreError> {
        self.store.login_succeeded(attempt).await
    }
    async fn record_consent(
        &self,
        consent: &Consent,
        grant: &Grant,
        code: &AuthorizationCode,
        based_on: Option<&Grant>,
    ) -> Result<Recording<Grant>, StoreError> {
        self.written(
            self.store
                .record_consent(consent, grant, code, based_on)
                .await,
        )
        .await
    }
    async fn record_refusal(
        &self,
        consent: &Consent,
        left: Option<&Grant>,
        based_on: Option<&Grant>,
    ) -> Result<Recording<()>, StoreError> {
        self.written(self.store.record_refusal(consent, left, based_on).await)
            .await
    }
    async fn insert_code(&self, code: &AuthorizationCode) -> Result<(), StoreError> {
        self.store.insert_code(code).await?;
        self.codes.keep(code.hash, Arc::new(code.clone()));
        Ok(())
    }
    async fn standing_grant(
        &self,
        realm: &str,
        client: &str,
        user: Uuid,
        organisation: Option<Uuid>,
    ) -> Result<Option<Grant>, StoreError> {
        self.store
            .standing_grant(realm, client, user, organisation)
            .await
    }
    async fn grant(&self, realm: &str, id: Uuid) -> Result<Option<Grant>, StoreError> {
        self.store.grant(realm, id).await
    }
    async fn grants_of_user(&self, realm: &str, user: Uuid) -> Result<Vec<Grant>, StoreError> {
        self.store.grants_of_user(realm, user).await
    }
    async fn consents_of_user(
        &self,
        realm: &str,
        user: Uuid,
        limit: usize,
    ) -> Result<Vec<Consent>, StoreError> {
        self.store.consents_of_user(realm, user, limit).await
    }
    async fn revoke_grant(
        &self,
        realm: &str,
        id: Uuid,
        reason: RevocationReason,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        self.written(self.store.revoke_grant(realm, id, reason, now).await)
            .await
    }
    async fn reduce_grant(
        &self,
        realm: &str,
        id: Uuid,
        left: &Scope,
        taken: &Scope,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        self.written(self.store.reduce_grant(realm, id, left, taken, now).await)
            .await
    }
    async fn code(&self, hash: &TokenHash) -> Result<Option<AuthorizationCode>, StoreError> {
        if let Some(code) = self.codes.get(hash) {
            return Ok(Some(AuthorizationCode::clone(&code)));
        }
        self.store.code(hash).await
    }
    async fn redeem_code(
        &self,
        hash: &TokenHash,
        refresh: Option<&RefreshToken>,
        now: Timestamp,
    ) -> Result<Redemption, StoreError> {
        self.codes.forget(hash);
        self.store.redeem_code(hash, refresh, now).await
    }
    async fn refresh_token(&self, hash: &TokenHash) -> Result<Option<RefreshToken>, StoreError> {
        self.store.refresh_token(hash).await
    }
    async fn rotate_refresh_token(
        &self,
        hash: &TokenHash,
        next: &RefreshToken,
        now: Timestamp,
    ) -> Result<Redemption, StoreError> {
        self.store.rotate_refresh_token(hash, next, now).await
    }
    async fn revoke_access_token(&self, token: &RevokedAccessToken) -> Result<(), StoreError> {
        self.written(self.store.revoke_access_token(token).await)
            .await
    }
    async fn revoked_access_tokens(
        &self,
        now: Timestamp,
    ) -> Result<Vec<RevokedAccessToken>, StoreError> {
        self.store.revoked_access_tokens(now).await
    }
    async fn sandbox_list(&self, query: &SandboxQuery) -> Result<Page<SandboxRecord>, StoreError> {
        self.store.sandbox_list(query).await
    }
    async fn sandbox_record(
        &self,
        realm: &str,
        organisation: Uuid,
        collection: &str,
        id: &str,
    ) -> Result<Option<SandboxRecord>, StoreError> {
        self.store
            .sandbox_record(realm, organisation, collection, id)
            .await
    }
    async fn sandbox_record_by_id(
        &self,
        realm: &str,
        organisation: Uuid,
        id: &str,
    ) -> Result<Option<SandboxRecord>, StoreError> {
        self.store
            .sandbox_record_by_id(realm, organisation, id)
            .await
    }
    async fn sandbox_put(&self, records: &[SandboxRecord]) -> Result<(), StoreError> {
        self.store.sandbox_put(records).await
    }
    async fn sandbox_delete(
        &self,
        realm: &str,
        organisation: Uuid,
        collection: &str,
        id: &str,
    ) -> Result<bool, StoreError> {
        self.store
            .sandbox_delete(realm, organisation, collection, id)
            .await
    }
    async fn latest_change(&self) -> Result<i64, StoreError> {
        self.store.latest_change().await
    }
    async fn changes(&self, after: i64, limit: usize) -> Result<Vec<Change>, StoreError> {
        self.store.changes(after, limit).await
    }
    async fn wait_for_change(&self, seen: i64, time: Duration) {
        self.store.wait_for_change(seen, time).await;
    }
    async fn clean_up(&self, now: Timestamp, limit: usize) -> Result<usize, StoreError> {
        self.store.clean_up(now, limit).await
    }
    async fn check(&self) -> Result<(), StoreError> {
        self.store.check().await
    }
    fn figures(&self) -> StoreFigures {
        self.store.figures()
    }
}
