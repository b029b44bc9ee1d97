//! The trait, method by method: which work each does, and whether it writes.

use async_trait::async_trait;
use oauth::model::{
    Approval, AuthorizationCode, BrowserSession, Client, Consent, Grant, KeyRecord, Membership,
    Organisation, Page, PageRequest, RefreshToken, RevocationReason, RevokedAccessToken, Role,
    Timestamp, TokenHash, User, Uuid,
};
use scope::Scope;

use super::SqliteStore;
use super::readers::Readers;
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

/// One statement on a connection that reads.
macro_rules! read {
    ($store:ident, $work:path $(, $argument:expr)*) => {
        $store.read(move |connection| Box::pin(async move {
            $work(connection $(, $argument)*).await
        })).await
    };
}

/// A transaction on the connection that writes.
macro_rules! write {
    ($store:ident, $work:path $(, $argument:expr)*) => {
        $store.write(move |connection| Box::pin(async move {
            $work(connection $(, $argument)*).await
        })).await
    };
}

/// The same for work that is one script.
macro_rules! write_script {
    ($store:ident, $work:path $(, $argument:expr)*) => {
        $store.write_script(move |connection| Box::pin(async move {
            $work(connection $(, $argument)*).await
        })).await
    };
}

#[async_trait]
impl Store for SqliteStore {
    async fn keys(&self, realm: &str) -> Result<Vec<KeyRecord>, StoreError> {
        let realm = realm.to_owned();
        read!(self, keys::all, &realm)
    }

    async fn ensure_key(&self, key: &KeyRecord) -> Result<KeyRecord, StoreError> {
        let key = key.clone();
        write!(self, keys::ensure, &key)
    }

    async fn rotate_key(&self, current: &str, next: &KeyRecord) -> Result<bool, StoreError> {
        let (current, next) = (current.to_owned(), next.clone());
        write!(self, keys::rotate, &current, &next)
    }

    async fn revoke_key(&self, id: &str, next: &KeyRecord) -> Result<KeyRevocation, StoreError> {
        let (id, next) = (id.to_owned(), next.clone());
        write!(self, keys::revoke, &id, &next)
    }

    async fn rewrap_key(
        &self,
        realm: &str,
        id: &str,
        from: &[u8],
        to: &[u8],
    ) -> Result<bool, StoreError> {
        let (realm, id) = (realm.to_owned(), id.to_owned());
        let (from, to) = (from.to_vec(), to.to_vec());
        write!(self, keys::rewrap, &realm, &id, &from, &to)
    }

    async fn remove_retired_keys(
        &self,
        realm: &str,
        until: Timestamp,
    ) -> Result<usize, StoreError> {
        let realm = realm.to_owned();
        write!(self, keys::remove_retired, &realm, until)
    }

    async fn client(&self, realm: &str, id: &str) -> Result<Option<Client>, StoreError> {
        let realm = realm.to_owned();
        let id = id.to_owned();
        read!(self, clients::one, &realm, &id)
    }

    async fn clients(&self, realm: &str, page: &PageRequest) -> Result<Page<Client>, StoreError> {
        let realm = realm.to_owned();
        let page = page.clone();
        read!(self, clients::page, &realm, &page)
    }

    async fn insert_client(&self, client: &Client) -> Result<(), StoreError> {
        let client = client.clone();
        write!(self, clients::insert, &client)
    }

    async fn update_client(&self, client: &Client) -> Result<(), StoreError> {
        let client = client.clone();
        write!(self, clients::update, &client)
    }

    async fn approvals(&self, realm: &str, client: &str) -> Result<Vec<Approval>, StoreError> {
        let realm = realm.to_owned();
        let client = client.to_owned();
        read!(self, approvals::of_client, &realm, &client)
    }

    async fn approve(&self, approval: &Approval) -> Result<(), StoreError> {
        let approval = approval.clone();
        write!(self, approvals::add, &approval)
    }

    async fn withdraw_approval(
        &self,
        realm: &str,
        client: &str,
        elevation: &str,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let realm = realm.to_owned();
        let client = client.to_owned();
        let elevation = elevation.to_owned();
        write!(self, approvals::withdraw, &realm, &client, &elevation, now)
    }

    async fn user(&self, realm: &str, id: Uuid) -> Result<Option<User>, StoreError> {
        let realm = realm.to_owned();
        read!(self, users::one, &realm, id)
    }

    async fn user_by_username(&self, realm: &str, name: &str) -> Result<Option<User>, StoreError> {
        let realm = realm.to_owned();
        let name = name.to_owned();
        read!(self, users::by_username, &realm, &name)
    }

    async fn users(&self, realm: &str, page: &PageRequest) -> Result<Page<User>, StoreError> {
        let realm = realm.to_owned();
        let page = page.clone();
        read!(self, users::page, &realm, &page)
    }

    async fn insert_user(&self, user: &User) -> Result<User, StoreError> {
        let user = user.clone();
        write!(self, users::insert, &user)
    }

    async fn update_user(&self, user: &User) -> Result<(), StoreError> {
        let user = user.clone();
        write!(self, users::update, &user)
    }

    async fn organisation(
        &self,
        realm: &str,
        id: Uuid,
    ) -> Result<Option<Organisation>, StoreError> {
        let realm = realm.to_owned();
        read!(self, organisations::one, &realm, id)
    }

    async fn organisation_by_slug(
        &self,
        realm: &str,
        slug: &str,
    ) -> Result<Option<Organisation>, StoreError> {
        let realm = realm.to_owned();
        let slug = slug.to_owned();
        read!(self, organisations::by_slug, &realm, &slug)
    }

    async fn organisation_by_number(
        &self,
        realm: &str,
        number: i64,
    ) -> Result<Option<Organisation>, StoreError> {
        let realm = realm.to_owned();
        read!(self, organisations::by_number, &realm, number)
    }

    async fn organisations(
        &self,
        realm: &str,
        page: &PageRequest,
    ) -> Result<Page<Organisation>, StoreError> {
        let realm = realm.to_owned();
        let page = page.clone();
        read!(self, organisations::page, &realm, &page)
    }

    async fn insert_organisation(
        &self,
        organisation: &Organisation,
        roles: &[Role],
    ) -> Result<Organisation, StoreError> {
        let organisation = organisation.clone();
        let roles = roles.to_owned();
        write!(self, organisations::insert, &organisation, &roles)
    }

    async fn roles(&self, realm: &str, organisation: Uuid) -> Result<Vec<Role>, StoreError> {
        let realm = realm.to_owned();
        read!(self, organisations::roles, &realm, organisation)
    }

    async fn put_role(&self, role: &Role) -> Result<(), StoreError> {
        let role = role.clone();
        write!(self, organisations::put_role, &role)
    }

    async fn memberships(
        &self,
        realm: &str,
        user: Uuid,
    ) -> Result<Vec<(Organisation, Membership)>, StoreError> {
        let realm = realm.to_owned();
        read!(self, memberships::of_user, &realm, user)
    }

    async fn members(
        &self,
        realm: &str,
        organisation: Uuid,
    ) -> Result<Vec<(User, Membership)>, StoreError> {
        let realm = realm.to_owned();
        read!(self, memberships::of_organisation, &realm, organisation)
    }

    async fn rights(
        &self,
        realm: &str,
        user: Uuid,
        organisation: Uuid,
    ) -> Result<Option<Vec<String>>, StoreError> {
        let realm = realm.to_owned();
        read!(self, memberships::rights, &realm, user, organisation)
    }

    async fn put_membership(&self, membership: &Membership) -> Result<(), StoreError> {
        let membership = membership.clone();
        write!(self, memberships::put, &membership)
    }

    async fn remove_membership(
        &self,
        realm: &str,
        organisation: Uuid,
        user: Uuid,
    ) -> Result<bool, StoreError> {
        let realm = realm.to_owned();
        write!(self, memberships::remove, &realm, organisation, user)
    }

    async fn insert_session(&self, session: &BrowserSession) -> Result<(), StoreError> {
        let session = session.clone();
        write!(self, sessions::insert, &session)
    }

    async fn session(
        &self,
        hash: &TokenHash,
        now: Timestamp,
    ) -> Result<Option<BrowserSession>, StoreError> {
        let hash = *hash;
        read!(self, sessions::one, &hash, now)
    }

    async fn end_session(&self, hash: &TokenHash) -> Result<bool, StoreError> {
        let hash = *hash;
        write!(self, sessions::end, &hash)
    }

    async fn begin_login(
        &self,
        attempt: &LoginAttempt,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<LoginStart, StoreError> {
        let wanted = attempt.clone();
        let full = read!(self, login_attempts::look, &wanted, now)?;
        if full != LoginStart::Begun {
            return Ok(full);
        }
        let wanted = attempt.clone();
        write!(self, login_attempts::begin, &wanted, now, until)
    }

    async fn login_failed(
        &self,
        attempt: &LoginAttempt,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<bool, StoreError> {
        let attempt = attempt.clone();
        write!(self, login_attempts::failed, &attempt, now, until)
    }

    async fn login_succeeded(&self, attempt: &LoginAttempt) -> Result<bool, StoreError> {
        let attempt = attempt.clone();
        write!(self, login_attempts::succeeded, &attempt)
    }

    async fn record_consent(
        &self,
        consent: &Consent,
        grant: &Grant,
        code: &AuthorizationCode,
        based_on: Option<&Grant>,
    ) -> Result<Recording<Grant>, StoreError> {
        let consent = consent.clone();
        let grant = grant.clone();
        let code = code.clone();
        let based_on = based_on.cloned();
        write!(
            self,
            consents::record,
            &consent,
            &grant,
            &code,
            based_on.as_ref()
        )
    }

    async fn record_refusal(
        &self,
        consent: &Consent,
        left: Option<&Grant>,
        based_on: Option<&Grant>,
    ) -> Result<Recording<()>, StoreError> {
        let consent = consent.clone();
        let left = left.cloned();
        let based_on = based_on.cloned();
        write!(
            self,
            consents::record_refusal,
            &consent,
            left.as_ref(),
            based_on.as_ref()
        )
    }

    async fn insert_code(&self, code: &AuthorizationCode) -> Result<(), StoreError> {
        let grant = code.grant;
        let code = code.clone();
        if write_script!(self, authorization_codes::insert, &code)? {
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
        let realm = realm.to_owned();
        let client = client.to_owned();
        read!(self, grants::standing, &realm, &client, user, organisation)
    }

    async fn grant(&self, realm: &str, id: Uuid) -> Result<Option<Grant>, StoreError> {
        let realm = realm.to_owned();
        read!(self, grants::one, &realm, id)
    }

    async fn grants_of_user(&self, realm: &str, user: Uuid) -> Result<Vec<Grant>, StoreError> {
        let realm = realm.to_owned();
        read!(self, grants::live_of_user, &realm, user)
    }

    async fn consents_of_user(
        &self,
        realm: &str,
        user: Uuid,
        limit: usize,
    ) -> Result<Vec<Consent>, StoreError> {
        let realm = realm.to_owned();
        read!(self, consents::of_user, &realm, user, limit)
    }

    async fn revoke_grant(
        &self,
        realm: &str,
        id: Uuid,
        reason: RevocationReason,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let realm = realm.to_owned();
        write!(self, grants::revoke, &realm, id, reason, now)
    }

    async fn reduce_grant(
        &self,
        realm: &str,
        id: Uuid,
        left: &Scope,
        taken: &Scope,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let realm = realm.to_owned();
        let left = left.clone();
        let taken = taken.clone();
        write!(self, grants::reduce, &realm, id, &left, &taken, now)
    }

    async fn code(&self, hash: &TokenHash) -> Result<Option<AuthorizationCode>, StoreError> {
        let hash = *hash;
        read!(self, authorization_codes::one, &hash)
    }

    async fn redeem_code(
        &self,
        hash: &TokenHash,
        refresh: Option<&RefreshToken>,
        now: Timestamp,
    ) -> Result<Redemption, StoreError> {
        let hash = *hash;
        let refresh = refresh.cloned();
        if write_script!(
            self,
            authorization_codes::redeem,
            &hash,
            refresh.as_ref(),
            now
        )? {
            return Ok(Redemption::Redeemed);
        }
        read!(self, authorization_codes::why_not, &hash, now)
    }

    async fn refresh_token(&self, hash: &TokenHash) -> Result<Option<RefreshToken>, StoreError> {
        let hash = *hash;
        read!(self, refresh_tokens::one, &hash)
    }

    async fn rotate_refresh_token(
        &self,
        hash: &TokenHash,
        next: &RefreshToken,
        now: Timestamp,
    ) -> Result<Redemption, StoreError> {
        let hash = *hash;
        let next = next.clone();
        if self.about_file(self.writer.rotate(hash, next, now).await)? {
            return Ok(Redemption::Redeemed);
        }
        read!(self, refresh_tokens::why_not, &hash, now)
    }

    async fn revoke_access_token(&self, token: &RevokedAccessToken) -> Result<(), StoreError> {
        let token = token.clone();
        write!(self, access_tokens::revoke, &token)
    }

    async fn revoked_access_tokens(
        &self,
        now: Timestamp,
    ) -> Result<Vec<RevokedAccessToken>, StoreError> {
        read!(self, access_tokens::revoked, now)
    }

    async fn sandbox_list(&self, query: &SandboxQuery) -> Result<Page<SandboxRecord>, StoreError> {
        let query = query.clone();
        read!(self, sandbox_records::page, &query)
    }

    async fn sandbox_record(
        &self,
        realm: &str,
        organisation: Uuid,
        collection: &str,
        id: &str,
    ) -> Result<Option<SandboxRecord>, StoreError> {
        let realm = realm.to_owned();
        let collection = collection.to_owned();
        let id = id.to_owned();
        read!(
            self,
            sandbox_records::one,
            &realm,
            organisation,
            &collection,
            &id
        )
    }

    async fn sandbox_record_by_id(
        &self,
        realm: &str,
        organisation: Uuid,
        id: &str,
    ) -> Result<Option<SandboxRecord>, StoreError> {
        let realm = realm.to_owned();
        let id = id.to_owned();
        read!(self, sandbox_records::by_id, &realm, organisation, &id)
    }

    async fn sandbox_put(&self, records: &[SandboxRecord]) -> Result<(), StoreError> {
        let records = records.to_owned();
        write!(self, sandbox_records::put, &records)
    }

    async fn sandbox_delete(
        &self,
        realm: &str,
        organisation: Uuid,
        collection: &str,
        id: &str,
    ) -> Result<bool, StoreError> {
        let realm = realm.to_owned();
        let collection = collection.to_owned();
        let id = id.to_owned();
        write!(
            self,
            sandbox_records::delete,
            &realm, organisation, &collection, &id
        )
    }

    async fn latest_change(&self) -> Result<i64, StoreError> {
        read!(self, changes::latest)
    }

    async fn changes(&self, after: i64, limit: usize) -> Result<Vec<Change>, StoreError> {
        read!(self, changes::after, after, limit)
    }

    async fn clean_up(&self, now: Timestamp, limit: usize) -> Result<usize, StoreError> {
        write!(self, house::clean_up, now, limit)
    }

    async fn check(&self) -> Result<(), StoreError> {
        write!(self, house::check)
    }

    fn figures(&self) -> StoreFigures {
        StoreFigures {
            connections: self.readers.as_ref().map(Readers::figures),
            writes_waiting: Some(self.writer.waiting()),
        }
    }
}
