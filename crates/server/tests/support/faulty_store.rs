//! A store some of whose calls fail.

use std::collections::BTreeSet;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
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

type Act = Box<dyn FnOnce(Arc<dyn Store>) -> Pin<Box<dyn Future<Output = ()> + Send>> + Send>;

/// Passes every call on, except those it was told to break, and counts them by name.
pub struct FaultyStore {
    inner: Arc<dyn Store>,
    meanwhile: Mutex<Option<(&'static str, Act)>>,
    broken: Mutex<BTreeSet<String>>,
    calls: Mutex<Vec<&'static str>>,
}

impl FaultyStore {
    pub fn new(inner: Arc<dyn Store>) -> Self {
        Self {
            inner,
            meanwhile: Mutex::default(),
            broken: Mutex::default(),
            calls: Mutex::default(),
        }
    }

    /// From now on these calls fail; `*` is every call.
    pub fn break_calls(&self, names: &[&str]) {
        let mut broken = self.broken.lock().unwrap();
        broken.extend(names.iter().map(|name| (*name).to_owned()));
    }

    /// Right before the next call of this name, somebody else does this.
    pub fn before<F>(
        &self,
        name: &'static str,
        act: impl FnOnce(Arc<dyn Store>) -> F + Send + 'static,
    ) where
        F: Future<Output = ()> + Send + 'static,
    {
        let act: Act = Box::new(|store| Box::pin(act(store)));
        *self.meanwhile.lock().unwrap() = Some((name, act));
    }

    async fn meanwhile(&self, name: &'static str) {
        let act = self
            .meanwhile
            .lock()
            .unwrap()
            .take_if(|(call, _)| *call == name);
        if let Some((_, act)) = act {
            act(Arc::clone(&self.inner)).await;
        }
    }

    pub fn mend(&self) {
        self.broken.lock().unwrap().clear();
    }

    /// The calls since the last time this was asked.
    pub fn take_calls(&self) -> Vec<&'static str> {
        std::mem::take(&mut self.calls.lock().unwrap())
    }

    fn call(&self, name: &'static str) -> Result<(), StoreError> {
        self.calls.lock().unwrap().push(name);
        let broken = self.broken.lock().unwrap();
        if broken.contains("*") || broken.contains(name) {
            return Err(StoreError::Unavailable(format!(
                "{name} was broken on purpose"
            )));
        }
        Ok(())
    }
}

#[async_trait]
impl Store for FaultyStore {
    async fn keys(&self, realm: &str) -> Result<Vec<KeyRecord>, StoreError> {
        self.call("keys")?;
        self.inner.keys(realm).await
    }
    async fn ensure_key(&self, key: &KeyRecord) -> Result<KeyRecord, StoreError> {
        self.call("ensure_key")?;
        self.inner.ensure_key(key).await
    }
    async fn rotate_key(&self, current: &str, next: &KeyRecord) -> Result<bool, StoreError> {
        self.call("rotate_key")?;
        self.inner.rotate_key(current, next).await
    }
    async fn revoke_key(&self, id: &str, next: &KeyRecord) -> Result<KeyRevocation, StoreError> {
        self.call("revoke_key")?;
        self.inner.revoke_key(id, next).await
    }
    async fn rewrap_key(
        &self,
        realm: &str,
        id: &str,
        from: &[u8],
        to: &[u8],
    ) -> Result<bool, StoreError> {
        self.call("rewrap_key")?;
        self.inner.rewrap_key(realm, id, from, to).await
    }
    async fn remove_retired_keys(
        &self,
        realm: &str,
        until: Timestamp,
    ) -> Result<usize, StoreError> {
        self.call("remove_retired_keys")?;
        self.inner.remove_retired_keys(realm, until).await
    }
    async fn client(&self, realm: &str, id: &str) -> Result<Option<Client>, StoreError> {
        self.call("client")?;
        self.inner.client(realm, id).await
    }
    async fn clients(&self, realm: &str, page: &PageRequest) -> Result<Page<Client>, StoreError> {
        self.call("clients")?;
        self.inner.clients(realm, page).await
    }
    async fn insert_client(&self, client: &Client) -> Result<(), StoreError> {
        self.call("insert_client")?;
        self.inner.insert_client(client).await
    }
    async fn update_client(&self, client: &Client) -> Result<(), StoreError> {
        self.call("update_client")?;
        self.inner.update_client(client).await
    }
    async fn approvals(&self, realm: &str, client: &str) -> Result<Vec<Approval>, StoreError> {
        self.call("approvals")?;
        self.inner.approvals(realm, client).await
    }
    async fn approve(&self, approval: &Approval) -> Result<(), StoreError> {
        self.call("approve")?;
        self.inner.approve(approval).await
    }
    async fn withdraw_approval(
        &self,
        realm: &str,
        client: &str,
        elevation: &str,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        self.call("withdraw_approval")?;
        self.inner
            .withdraw_approval(realm, client, elevation, now)
            .await
    }
    async fn user(&self, realm: &str, id: Uuid) -> Result<Option<User>, StoreError> {
        self.call("user")?;
        self.inner.user(realm, id).await
    }
    async fn user_by_username(&self, realm: &str, name: &str) -> Result<Option<User>, StoreError> {
        self.meanwhile("user_by_username").await;
        self.call("user_by_username")?;
        self.inner.user_by_username(realm, name).await
    }
    async fn users(&self, realm: &str, page: &PageRequest) -> Result<Page<User>, StoreError> {
        self.call("users")?;
        self.inner.users(realm, page).await
    }
    async fn insert_user(&self, user: &User) -> Result<User, StoreError> {
        self.call("insert_user")?;
        self.inner.insert_user(user).await
    }
    async fn update_user(&self, user: &User) -> Result<(), StoreError> {
        self.call("update_user")?;
        self.inner.update_user(user).await
    }
    async fn organisation(
        &self,
        realm: &str,
        id: Uuid,
    ) -> Result<Option<Organisation>, StoreError> {
        self.call("organisation")?;
        self.inner.organisation(realm, id).await
    }
    async fn organisation_by_slug(
        &self,
        realm: &str,
        slug: &str,
    ) -> Result<Option<Organisation>, StoreError> {
        self.call("organisation_by_slug")?;
        self.inner.organisation_by_slug(realm, slug).await
    }
    async fn organisation_by_number(
        &self,
        realm: &str,
        number: i64,
    ) -> Result<Option<Organisation>, StoreError> {
        self.call("organisation_by_number")?;
        self.inner.organisation_by_number(realm, number).await
    }
    async fn organisations(
        &self,
        realm: &str,
        page: &PageRequest,
    ) -> Result<Page<Organisation>, StoreError> {
        self.call("organisations")?;
        self.inner.organisations(realm, page).await
    }
    async fn insert_organisation(
        &self,
        organisation: &Organisation,
        roles: &[Role],
    ) -> Result<Organisation, StoreError> {
        self.call("insert_organisation")?;
        self.inner.insert_organisation(organisation, roles).await
    }
    async fn roles(&self, realm: &str, organisation: Uuid) -> Result<Vec<Role>, StoreError> {
        self.call("roles")?;
        self.inner.roles(realm, organisation).await
    }
    async fn put_role(&self, role: &Role) -> Result<(), StoreError> {
        self.call("put_role")?;
        self.inner.put_role(role).await
    }
    async fn memberships(
        &self,
        realm: &str,
        user: Uuid,
    ) -> Result<Vec<(Organisation, Membership)>, StoreError> {
        self.call("memberships")?;
        self.inner.memberships(realm, user).await
    }
    async fn members(
        &self,
        realm: &str,
        organisation: Uuid,
    ) -> Result<Vec<(User, Membership)>, StoreError> {
        self.call("members")?;
        self.inner.members(realm, organisation).await
    }
    async fn rights(
        &self,
        realm: &str,
        user: Uuid,
        organisation: Uuid,
    ) -> Result<Option<Vec<String>>, StoreError> {
        self.call("rights")?;
        self.inner.rights(realm, user, organisation).await
    }
    async fn put_membership(&self, membership: &Membership) -> Result<(), StoreError> {
        self.call("put_membership")?;
        self.inner.put_membership(membership).await
    }
    async fn remove_membership(
        &self,
        realm: &str,
        organisation: Uuid,
        user: Uuid,
    ) -> Result<bool, StoreError> {
        self.call("remove_membership")?;
        self.inner
            .remove_membership(realm, organisation, user)
            .await
    }
    async fn insert_session(&self, session: &BrowserSession) -> Result<(), StoreError> {
        self.call("insert_session")?;
        self.inner.insert_session(session).await
    }
    async fn session(
        &self,
        hash: &TokenHash,
        now: Timestamp,
    ) -> Result<Option<BrowserSession>, StoreError> {
        self.call("session")?;
        self.inner.session(hash, now).await
    }
    async fn end_session(&self, hash: &TokenHash) -> Result<bool, StoreError> {
        self.call("end_session")?;
        self.inner.end_session(hash).await
    }
    async fn begin_login(
        &self,
        attempt: &LoginAttempt,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<LoginStart, StoreError> {
        self.call("begin_login")?;
        self.inner.begin_login(attempt, now, until).await
    }
    async fn login_failed(
        &self,
        attempt: &LoginAttempt,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<bool, StoreError> {
        self.call("login_failed")?;
        self.inner.login_failed(attempt, now, until).await
    }
    async fn login_succeeded(&self, attempt: &LoginAttempt) -> Result<bool, StoreError> {
        self.call("login_succeeded")?;
        self.inner.login_succeeded(attempt).await
    }
    async fn record_consent(
        &self,
        consent: &Consent,
        grant: &Grant,
        code: &AuthorizationCode,
        based_on: Option<&Grant>,
    ) -> Result<Recording<Grant>, StoreError> {
        self.call("record_consent")?;
        self.meanwhile("record_consent").await;
        self.inner
            .record_consent(consent, grant, code, based_on)
            .await
    }
    async fn record_refusal(
        &self,
        consent: &Consent,
        left: Option<&Grant>,
        based_on: Option<&Grant>,
    ) -> Result<Recording<()>, StoreError> {
        self.call("record_refusal")?;
        self.meanwhile("record_refusal").await;
        self.inner.record_refusal(consent, left, based_on).await
    }
    async fn insert_code(&self, code: &AuthorizationCode) -> Result<(), StoreError> {
        self.call("insert_code")?;
        self.inner.insert_code(code).await
    }
    async fn standing_grant(
        &self,
        realm: &str,
        client: &str,
        user: Uuid,
        organisation: Option<Uuid>,
    ) -> Result<Option<Grant>, StoreError> {
        self.call("standing_grant")?;
        self.inner
            .standing_grant(realm, client, user, organisation)
            .await
    }
    async fn grant(&self, realm: &str, id: Uuid) -> Result<Option<Grant>, StoreError> {
        self.call("grant")?;
        self.inner.grant(realm, id).await
    }
    async fn grants_of_user(&self, realm: &str, user: Uuid) -> Result<Vec<Grant>, StoreError> {
        self.call("grants_of_user")?;
        self.inner.grants_of_user(realm, user).await
    }
    async fn consents_of_user(
        &self,
        realm: &str,
        user: Uuid,
        limit: usize,
    ) -> Result<Vec<Consent>, StoreError> {
        self.call("consents_of_user")?;
        self.inner.consents_of_user(realm, user, limit).await
    }
    async fn revoke_grant(
        &self,
        realm: &str,
        id: Uuid,
        reason: RevocationReason,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        self.call("revoke_grant")?;
        self.inner.revoke_grant(realm, id, reason, now).await
    }
    async fn reduce_grant(
        &self,
        realm: &str,
        id: Uuid,
        left: &Scope,
        taken: &Scope,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        self.call("reduce_grant")?;
        self.inner.reduce_grant(realm, id, left, taken, now).await
    }
    async fn code(&self, hash: &TokenHash) -> Result<Option<AuthorizationCode>, StoreError> {
        self.call("code")?;
        self.inner.code(hash).await
    }
    async fn redeem_code(
        &self,
        hash: &TokenHash,
        refresh: Option<&RefreshToken>,
        now: Timestamp,
    ) -> Result<Redemption, StoreError> {
        self.call("redeem_code")?;
        self.inner.redeem_code(hash, refresh, now).await
    }
    async fn refresh_token(&self, hash: &TokenHash) -> Result<Option<RefreshToken>, StoreError> {
        self.call("refresh_token")?;
        self.inner.refresh_token(hash).await
    }
    async fn rotate_refresh_token(
        &self,
        hash: &TokenHash,
        next: &RefreshToken,
        now: Timestamp,
    ) -> Result<Redemption, StoreError> {
        self.call("rotate_refresh_token")?;
        self.inner.rotate_refresh_token(hash, next, now).await
    }
    async fn revoke_access_token(&self, token: &RevokedAccessToken) -> Result<(), StoreError> {
        self.call("revoke_access_token")?;
        self.inner.revoke_access_token(token).await
    }
    async fn revoked_access_tokens(
        &self,
        now: Timestamp,
    ) -> Result<Vec<RevokedAccessToken>, StoreError> {
        self.call("revoked_access_tokens")?;
        self.inner.revoked_access_tokens(now).await
    }
    async fn sandbox_list(&self, query: &SandboxQuery) -> Result<Page<SandboxRecord>, StoreError> {
        self.call("sandbox_list")?;
        self.inner.sandbox_list(query).await
    }
    async fn sandbox_record(
        &self,
        realm: &str,
        organisation: Uuid,
        collection: &str,
        id: &str,
    ) -> Result<Option<SandboxRecord>, StoreError> {
        self.call("sandbox_record")?;
        self.inner
            .sandbox_record(realm, organisation, collection, id)
            .await
    }
    async fn sandbox_record_by_id(
        &self,
        realm: &str,
        organisation: Uuid,
        id: &str,
    ) -> Result<Option<SandboxRecord>, StoreError> {
        self.call("sandbox_record_by_id")?;
        self.inner
            .sandbox_record_by_id(realm, organisation, id)
            .await
    }
    async fn sandbox_put(&self, records: &[SandboxRecord]) -> Result<(), StoreError> {
        self.call("sandbox_put")?;
        self.inner.sandbox_put(records).await
    }
    async fn sandbox_delete(
        &self,
        realm: &str,
        organisation: Uuid,
        collection: &str,
        id: &str,
    ) -> Result<bool, StoreError> {
        self.call("sandbox_delete")?;
        self.inner
            .sandbox_delete(realm, organisation, collection, id)
            .await
    }
    async fn latest_change(&self) -> Result<i64, StoreError> {
        self.call("latest_change")?;
        self.inner.latest_change().await
    }
    async fn changes(&self, after: i64, limit: usize) -> Result<Vec<Change>, StoreError> {
        self.call("changes")?;
        self.inner.changes(after, limit).await
    }
    async fn wait_for_change(&self, seen: i64, time: Duration) {
        self.inner.wait_for_change(seen, time).await;
    }
    async fn clean_up(&self, now: Timestamp, limit: usize) -> Result<usize, StoreError> {
        self.call("clean_up")?;
        self.inner.clean_up(now, limit).await
    }
    async fn check(&self) -> Result<(), StoreError> {
        self.call("check")?;
        self.inner.check().await
    }
    fn figures(&self) -> StoreFigures {
        self.inner.figures()
    }
}
