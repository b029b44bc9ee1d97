//! The trait, method by method: which work each does, and whether it writes.

use std::borrow::Cow;
use std::time::Duration;

use async_trait::async_trait;
use oauth::model::{
    Approval, AuthorizationCode, BrowserSession, Client, Consent, Grant, KeyRecord, Membership,
    Organisation, Page, PageRequest, RefreshToken, RevocationReason, RevokedAccessToken, Role,
    Timestamp, TokenHash, User, Uuid,
};
use scope::Scope;

use super::PgStore;
use super::attempts::Attempts;
use super::connections::Repeat;
use super::single_use;
use super::sql::{
    access_tokens, approvals, authorization_codes, changes, clients, consents, grants, house, keys,
    login_attempts, memberships, organisations, refresh_tokens, sandbox_records, sessions, users,
};
use crate::change::Change;
use crate::error::StoreError;
use crate::figures::StoreFigures;
use crate::login::{LoginAttempt, LoginStart};
use crate::sandbox::{SandboxQuery, SandboxRecord};
use crate::store::{KeyRevocation, Recording, Redemption, Store};

/// Makes a call until there is an answer.
macro_rules! call {
    ($store:ident, $lease:ident => $ended:expr) => {{
        let mut attempts = Attempts::default();
        loop {
            let attempt = $store.connections.bounded(async {
                #[allow(unused_mut, reason = "not every call needs it")]
                let mut $lease = $store.connections.lease().await?;
                Ok($ended)
            });
            if let Some(answer) = attempts.judge(attempt.await).await {
                break answer;
            }
        }
    }};
}

/// One statement that reads.
macro_rules! read {
    ($store:ident, $work:path $(, $argument:expr)*) => {
        call!($store, lease => {
            let worked = $work(lease.connection()? $(, $argument)*).await;
            lease.end(worked, Repeat::Harmless).await
        })
    };
}

/// A transaction.
macro_rules! write {
    ($store:ident, $work:path $(, $argument:expr)*) => {
        call!($store, lease => match lease.begin().await {
            Ok(()) => {
                let worked = $work(lease.connection()? $(, $argument)*).await;
                lease.end_transaction(worked).await
            }
            Err(error) => lease.end(Err(error), Repeat::Harmless).await,
        })
    };
}

/// One statement that writes. It is not made again when its connection is lost: nobody knows
/// whether it was done.
macro_rules! write_once {
    ($store:ident, $work:path $(, $argument:expr)*) => {
        call!($store, lease => {
            let worked = $work(lease.connection()? $(, $argument)*).await;
            lease.end(worked, Repeat::Unknown).await
        })
    };
}

/// PostgreSQL keeps no NUL in text, and refuses to look for one: nothing is called so.
fn holds_nul(text: &str) -> bool {
    text.contains('\0')
}

/// Text under which something is counted, whatever somebody typed.
fn storable(text: &str) -> Cow<'_, str> {
    if holds_nul(text) {
        return text.replace('\0', "\u{fffd}").into();
    }
    text.into()
}

fn storable_keys(attempt: &LoginAttempt) -> LoginAttempt {
    let mut attempt = attempt.clone();
    for limit in &mut attempt.limits {
        limit.key = storable(&limit.key).into();
    }
    attempt
}

/// What no page ever named as its next leads somewhere, and not to an error.
fn without_nul(page: &PageRequest) -> PageRequest {
    PageRequest {
        after: page.after.as_deref().map(|after| storable(after).into()),
        ..page.clone()
    }
}

#[async_trait]
impl Store for PgStore {
    async fn keys(&self, realm: &str) -> Result<Vec<KeyRecord>, StoreError> {
        read!(self, keys::all, realm)
    }

    async fn ensure_key(&self, key: &KeyRecord) -> Result<KeyRecord, StoreError> {
        write!(self, keys::ensure, key)
    }

    async fn rotate_key(&self, current: &str, next: &KeyRecord) -> Result<bool, StoreError> {
        write!(self, keys::rotate, current, next)
    }

    async fn revoke_key(&self, id: &str, next: &KeyRecord) -> Result<KeyRevocation, StoreError> {
        write!(self, keys::revoke, id, next)
    }

    async fn rewrap_key(
        &self,
        realm: &str,
        id: &str,
        from: &[u8],
        to: &[u8],
    ) -> Result<bool, StoreError> {
        write!(self, keys::rewrap, realm, id, from, to)
    }

    async fn remove_retired_keys(
        &self,
        realm: &str,
        until: Timestamp,
    ) -> Result<usize, StoreError> {
        write!(self, keys::remove_retired, realm, until)
    }

    async fn client(&self, realm: &str, id: &str) -> Result<Option<Client>, StoreError> {
        if holds_nul(id) {
            return Ok(None);
        }
        read!(self, clients::one, realm, id)
    }

    async fn clients(&self, realm: &str, page: &PageRequest) -> Result<Page<Client>, StoreError> {
        read!(self, clients::page, realm, &without_nul(page))
    }

    async fn insert_client(&self, client: &Client) -> Result<(), StoreError> {
        write!(self, clients::insert, client)
    }

    async fn update_client(&self, client: &Client) -> Result<(), StoreError> {
        write!(self, clients::update, client)
    }

    async fn approvals(&self, realm: &str, client: &str) -> Result<Vec<Approval>, StoreError> {
        read!(self, approvals::of_client, realm, client)
    }

    async fn approve(&self, approval: &Approval) -> Result<(), StoreError> {
        write!(self, approvals::add, approval)
    }

    async fn withdraw_approval(
        &self,
        realm: &str,
        client: &str,
        elevation: &str,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        write!(self, approvals::withdraw, realm, client, elevation, now)
    }

    async fn user(&self, realm: &str, id: Uuid) -> Result<Option<User>, StoreError> {
        read!(self, users::one, realm, id)
    }

    async fn user_by_username(&self, realm: &str, name: &str) -> Result<Option<User>, StoreError> {
        if holds_nul(name) {
            return Ok(None);
        }
        read!(self, users::by_username, realm, name)
    }

    async fn users(&self, realm: &str, page: &PageRequest) -> Result<Page<User>, StoreError> {
        read!(self, users::page, realm, &without_nul(page))
    }

    async fn insert_user(&self, user: &User) -> Result<User, StoreError> {
        write!(self, users::insert, user)
    }

    async fn update_user(&self, user: &User) -> Result<(), StoreError> {
        write!(self, users::update, user)
    }

    async fn organisation(
        &self,
        realm: &str,
        id: Uuid,
    ) -> Result<Option<Organisation>, StoreError> {
        read!(self, organisations::one, realm, id)
    }

    async fn organisation_by_slug(
        &self,
        realm: &str,
        slug: &str,
    ) -> Result<Option<Organisation>, StoreError> {
        if holds_nul(slug) {
            return Ok(None);
        }
        read!(self, organisations::by_slug, realm, slug)
    }

    async fn organisation_by_number(
        &self,
        realm: &str,
        number: i64,
    ) -> Result<Option<Organisation>, StoreError> {
        read!(self, organisations::by_number, realm, number)
    }

    async fn organisations(
        &self,
        realm: &str,
        page: &PageRequest,
    ) -> Result<Page<Organisation>, StoreError> {
        read!(self, organisations::page, realm, &without_nul(page))
    }

    async fn insert_organisation(
        &self,
        organisation: &Organisation,
        roles: &[Role],
    ) -> Result<Organisation, StoreError> {
        write!(self, organisations::insert, organisation, roles)
    }

    async fn roles(&self, realm: &str, organisation: Uuid) -> Result<Vec<Role>, StoreError> {
        read!(self, organisations::roles, realm, organisation)
    }

    async fn put_role(&self, role: &Role) -> Result<(), StoreError> {
        write!(self, organisations::put_role, role)
    }

    async fn memberships(
        &self,
        realm: &str,
        user: Uuid,
    ) -> Result<Vec<(Organisation, Membership)>, StoreError> {
        read!(self, memberships::of_user, realm, user)
    }

    async fn members(
        &self,
        realm: &str,
        organisation: Uuid,
    ) -> Result<Vec<(User, Membership)>, StoreError> {
        read!(self, memberships::of_organisation, realm, organisation)
    }

    async fn rights(
        &self,
        realm: &str,
        user: Uuid,
        organisation: Uuid,
    ) -> Result<Option<Vec<String>>, StoreError> {
        read!(self, memberships::rights, realm, user, organisation)
    }

    async fn put_membership(&self, membership: &Membership) -> Result<(), StoreError> {
        write!(self, memberships::put, membership)
    }

    async fn remove_membership(
        &self,
        realm: &str,
        organisation: Uuid,
        user: Uuid,
    ) -> Result<bool, StoreError> {
        write!(self, memberships::remove, realm, organisation, user)
    }

    async fn insert_session(&self, session: &BrowserSession) -> Result<(), StoreError> {
        write!(self, sessions::insert, session)
    }

    async fn session(
        &self,
        hash: &TokenHash,
        now: Timestamp,
    ) -> Result<Option<BrowserSession>, StoreError> {
        read!(self, sessions::one, hash, now)
    }

    async fn end_session(&self, hash: &TokenHash) -> Result<bool, StoreError> {
        write!(self, sessions::end, hash)
    }

    async fn begin_login(
        &self,
        attempt: &LoginAttempt,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<LoginStart, StoreError> {
        let attempt = &storable_keys(attempt);
        let full = read!(self, login_attempts::look, attempt, now)?;
        if full != LoginStart::Begun {
            return Ok(full);
        }
        write!(self, login_attempts::begin, attempt, now, until)
    }

    async fn login_failed(
        &self,
        attempt: &LoginAttempt,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<bool, StoreError> {
        let attempt = &storable_keys(attempt);
        write!(self, login_attempts::failed, attempt, now, until)
    }

    async fn login_succeeded(&self, attempt: &LoginAttempt) -> Result<bool, StoreError> {
        let attempt = &storable_keys(attempt);
        write!(self, login_attempts::succeeded, attempt)
    }

    async fn record_consent(
        &self,
        consent: &Consent,
        grant: &Grant,
        code: &AuthorizationCode,
        based_on: Option<&Grant>,
    ) -> Result<Recording<Grant>, StoreError> {
        write!(self, consents::record, consent, grant, code, based_on)
    }

    async fn record_refusal(
        &self,
        consent: &Consent,
        left: Option<&Grant>,
        based_on: Option<&Grant>,
    ) -> Result<Recording<()>, StoreError> {
        write!(self, consents::record_refusal, consent, left, based_on)
    }

    async fn insert_code(&self, code: &AuthorizationCode) -> Result<(), StoreError> {
        let grant = code.grant;
        if write_once!(self, authorization_codes::insert, code)? {
            return Ok(());
        }
        Err(authorization_codes::no_live_grant(grant))
    }

    async fn standing_grant(
        &self,
        realm: &str,
        client: &str,
        user: Uuid,
        organisation: Option<Uuid>,
    ) -> Result<Option<Grant>, StoreError> {
        read!(self, grants::standing, realm, client, user, organisation)
    }

    async fn grant(&self, realm: &str, id: Uuid) -> Result<Option<Grant>, StoreError> {
        read!(self, grants::one, realm, id)
    }

    async fn grants_of_user(&self, realm: &str, user: Uuid) -> Result<Vec<Grant>, StoreError> {
        read!(self, grants::live_of_user, realm, user)
    }

    async fn consents_of_user(
        &self,
        realm: &str,
        user: Uuid,
        limit: usize,
    ) -> Result<Vec<Consent>, StoreError> {
        read!(self, consents::of_user, realm, user, limit)
    }

    async fn revoke_grant(
        &self,
        realm: &str,
        id: Uuid,
        reason: RevocationReason,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        write!(self, grants::revoke, realm, id, reason, now)
    }

    async fn reduce_grant(
        &self,
        realm: &str,
        id: Uuid,
        left: &Scope,
        taken: &Scope,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        write!(self, grants::reduce, realm, id, left, taken, now)
    }

    async fn code(&self, hash: &TokenHash) -> Result<Option<AuthorizationCode>, StoreError> {
        read!(self, authorization_codes::one, hash)
    }

    async fn redeem_code(
        &self,
        hash: &TokenHash,
        refresh: Option<&RefreshToken>,
        now: Timestamp,
    ) -> Result<Redemption, StoreError> {
        if write_once!(self, authorization_codes::redeem, hash, refresh, now)? {
            return Ok(Redemption::Redeemed);
        }
        read!(self, authorization_codes::why_not, hash, now)
    }

    async fn refresh_token(&self, hash: &TokenHash) -> Result<Option<RefreshToken>, StoreError> {
        read!(self, refresh_tokens::one, hash)
    }

    async fn rotate_refresh_token(
        &self,
        hash: &TokenHash,
        next: &RefreshToken,
        now: Timestamp,
    ) -> Result<Redemption, StoreError> {
        if write_once!(self, single_use::rotate_refresh_token, hash, next, now)? {
            return Ok(Redemption::Redeemed);
        }
        read!(self, refresh_tokens::why_not, hash, now)
    }

    async fn revoke_access_token(&self, token: &RevokedAccessToken) -> Result<(), StoreError> {
        write!(self, access_tokens::revoke, token)
    }

    async fn revoked_access_tokens(
        &self,
        now: Timestamp,
    ) -> Result<Vec<RevokedAccessToken>, StoreError> {
        read!(self, access_tokens::revoked, now)
    }

    async fn sandbox_list(&self, query: &SandboxQuery) -> Result<Page<SandboxRecord>, StoreError> {
        read!(self, sandbox_records::page, query)
    }

    async fn sandbox_record(
        &self,
        realm: &str,
        organisation: Uuid,
        collection: &str,
        id: &str,
    ) -> Result<Option<SandboxRecord>, StoreError> {
        if holds_nul(id) {
            return Ok(None);
        }
        read!(
            self,
            sandbox_records::one,
            realm,
            organisation,
            collection,
            id
        )
    }

    async fn sandbox_record_by_id(
        &self,
        realm: &str,
        organisation: Uuid,
        id: &str,
    ) -> Result<Option<SandboxRecord>, StoreError> {
        if holds_nul(id) {
            return Ok(None);
        }
        read!(self, sandbox_records::by_id, realm, organisation, id)
    }

    async fn sandbox_put(&self, records: &[SandboxRecord]) -> Result<(), StoreError> {
        write!(self, sandbox_records::put, records)
    }

    async fn sandbox_delete(
        &self,
        realm: &str,
        organisation: Uuid,
        collection: &str,
        id: &str,
    ) -> Result<bool, StoreError> {
        write!(
            self,
            sandbox_records::delete,
            realm, organisation, collection, id
        )
    }

    async fn latest_change(&self) -> Result<i64, StoreError> {
        read!(self, changes::latest)
    }

    async fn changes(&self, after: i64, limit: usize) -> Result<Vec<Change>, StoreError> {
        read!(self, changes::after, after, limit)
    }

    async fn wait_for_change(&self, seen: i64, time: Duration) {
        self.announcements.wait_behind(seen, time).await;
    }

    async fn clean_up(&self, now: Timestamp, limit: usize) -> Result<usize, StoreError> {
        write!(self, house::clean_up, now, limit)
    }

    async fn check(&self) -> Result<(), StoreError> {
        write!(self, house::check)
    }

    fn figures(&self) -> StoreFigures {
        StoreFigures {
            connections: Some(self.connections.figures()),
            writes_waiting: None,
        }
    }
}
