//! Each call of the store: what its work is, and how that is handed to a connection.
//!
//! `read` is one statement that reads, `write` a transaction, `change` a transaction that
//! appends a change where it changes something, and `steps` are several of these.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use oauth::audit::{AuditKey, AuditLink, AuditQuery, AuditRecord, AuditRow};
use oauth::model::{
    ApiKey, ApiKeyUse, Approval, AuthorizationCode, BrowserSession, Client, CodeUse, Consent,
    Ending, ExternalId, Family, GateCalls, Grant, KeptRequest, KeptRequests, KeyRecord,
    KeyRevocation, LoginAttempt, LoginStart, Membership, Organisation, Page, PageRequest, Position,
    Recording, Redemption, RefreshToken, RevocationReason, RevokedAccessToken, Rights, Role,
    SandboxQuery, SandboxRecord, SecondFactor, SignInAnswer, SignInUnderWay, Ticket, Timestamp,
    TokenHash, UsedOnce, User, Uuid,
};
use scope::{Scope, ScopeNumbers, ScopeToken};

use super::database::{self, Database, read, write, write_alone};
use super::{
    access_tokens, api_keys, approvals, arrivals, audit, authorization_codes,
    authorization_requests, catalogs, changes, clients, consents, deletions, families, gate_calls,
    grants, house, keys, login_attempts, memberships, once, organisations, realms, refresh_tokens,
    sandbox_records, schema, scope_numbers, second_factors, sessions, sign_ins, tickets, users,
};
use crate::change::Change;
use crate::error::StoreError;
use crate::figures::StoreFigures;
use crate::store::{
    Accounts, ApiKeys, Approvals, ArrivalStep, Audit, Catalogs, Changes, Clients, Codes, Families,
    Gates, Grants, Hook, Housekeeping, Keys, Once, Organisations, People, Realms, Requests,
    Sandbox, Sessions, SignIns, Store, Tokens, Wiped,
};

/// Makes a part of the store of its calls, with the hooks around each.
macro_rules! calls {
    ($part:ident {
        $($how:ident $call:ident($($argument:ident: $type:ty),*) -> $answer:ty = $work:path;)*
    } $($other:tt)*) => {
        #[async_trait]
        impl $part for Database {
            $(async fn $call(&self, $($argument: $type),*) -> Result<$answer, StoreError> {
                self.hooks.before(stringify!($call)).await?;
                hand_over!($how, self, $work $(, $argument)*)
            })*
            $($other)*
        }
    };
}

macro_rules! hand_over {
    (change, $store:ident, $work:path $(, $argument:ident)*) => {{
        let answer = write!($store, $work $(, $argument)*)?;
        $store.hooks.committed().await;
        Ok(answer)
    }};
    (steps, $store:ident, $work:path $(, $argument:ident)*) => {
        $work($store $(, $argument)*).await
    };
    ($read_or_write:ident, $store:ident, $work:path $(, $argument:ident)*) => {
        $read_or_write!($store, $work $(, $argument)*)
    };
}

impl Store for Database {
    fn hooked(&self, hook: Arc<dyn Hook>) -> Arc<dyn Store> {
        Arc::new(Self {
            shared: Arc::clone(&self.shared),
            hooks: self.hooks.with(hook),
        })
    }
}

calls! { Clients {
    read client(realm: &str, id: &str) -> Option<Client> = clients::one;
    read client_by_uuid(realm: &str, uuid: Uuid) -> Option<Client> = clients::by_uuid;
    read clients(realm: &str, page: &PageRequest) -> Page<Client> = clients::page;
    change insert_client(client: &Client, audit: &AuditRecord) -> () = clients::insert;
    change update_client(client: &Client, audit: &AuditRecord) -> () = clients::update;
    read ends_with_client(realm: &str, id: &str) -> Ending = deletions::ends_with_client;
    change delete_client(client: &Client, now: Timestamp, audit: &AuditRecord)
        -> () = deletions::client;
} }

calls! { Approvals {
    read approvals(realm: &str, client: &str) -> Vec<Approval> = approvals::of_client;
    change approve(approval: &Approval, standing: Option<i64>, audit: &AuditRecord)
        -> Approval = approvals::add;
    change withdraw_approval(
        realm: &str, client: &str, elevation: &str, standing: i64, now: Timestamp, audit: &AuditRecord
    ) -> bool = approvals::withdraw;
} }

calls! { ApiKeys {
    read api_key(realm: &str, id: Uuid) -> Option<ApiKey> = api_keys::one;
    read api_keys_by_hash(realm: &str, hashes: &[TokenHash]) -> Vec<ApiKey> = api_keys::by_hash;
    read api_keys_by_beginning(realm: &str, text: &str)
        -> Vec<ApiKey> = api_keys::by_beginning;
    read api_keys(realm: &str, client: Option<&str>, page: &PageRequest)
        -> Page<ApiKey> = api_keys::page;
    change insert_api_keys(keys: &[(ApiKey, AuditRecord)], most: usize, now: Timestamp)
        -> () = api_keys::insert;
    change revoke_api_key(realm: &str, id: Uuid, now: Timestamp, audit: &AuditRecord)
        -> bool = api_keys::revoke;
    write rehash_api_key(realm: &str, id: Uuid, hash: &TokenHash) -> bool = api_keys::rehash;
    write note_api_key_uses(uses: &[ApiKeyUse]) -> () = api_keys::note_uses;
} }

calls! { People {
    read user(realm: &str, id: Uuid) -> Option<User> = users::one;
    read user_by_username(realm: &str, name: &str) -> Option<User> = users::by_username;
    read user_by_external(realm: &str, external: &ExternalId)
        -> Option<User> = users::by_external;
    read users(realm: &str, page: &PageRequest) -> Page<User> = users::page;
    change insert_user(user: &User, audit: &AuditRecord) -> User = users::insert;
    change update_user(user: &User, audit: &AuditRecord) -> () = users::update;
    change record_arrival(steps: &[ArrivalStep]) -> () = arrivals::record;
    read ends_with_user(realm: &str, id: Uuid) -> Ending = deletions::ends_with_user;
    change delete_user(user: &User, now: Timestamp, audit: &AuditRecord) -> () = deletions::user;
} }

calls! { Accounts {
    write keep_ticket(ticket: &Ticket, most: usize) -> () = tickets::keep;
    change give_ticket(ticket: &Ticket, audit: &AuditRecord) -> () = tickets::give;
    read ticket(hash: &TokenHash, now: Timestamp) -> Option<Ticket> = tickets::one;
    write use_ticket(hash: &TokenHash, now: Timestamp) -> bool = tickets::use_up;
    change update_user_by_ticket(
        user: &User, ticket: &TokenHash, now: Timestamp, audit: &AuditRecord
    ) -> bool = users::update_by_ticket;
    read second_factor(realm: &str, user: Uuid) -> Option<SecondFactor> = second_factors::one;
    read second_factors(realm: &str, after: Option<Uuid>, limit: usize)
        -> Vec<SecondFactor> = second_factors::all_after;
    write begin_second_factor(factor: &SecondFactor) -> bool = second_factors::begin;
    change confirm_second_factor(
        factor: &SecondFactor, step: i64, recovery_codes: &[TokenHash], now: Timestamp,
        audit: &AuditRecord
    ) -> bool = second_factors::confirm;
    write use_second_factor_step(realm: &str, user: Uuid, step: i64)
        -> bool = second_factors::use_step;
    change use_recovery_code(
        realm: &str, user: Uuid, code: &TokenHash, now: Timestamp, audit: &AuditRecord
    ) -> CodeUse = second_factors::use_recovery_code;
    change replace_recovery_codes(
        realm: &str, user: Uuid, recovery_codes: &[TokenHash], audit: &AuditRecord
    ) -> bool = second_factors::replace_recovery_codes;
    change remove_second_factor(realm: &str, user: Uuid, attempts: &str, audit: &AuditRecord)
        -> bool = second_factors::remove;
    change rewrap_second_factor(factor: &SecondFactor, to: &[u8], audit: &AuditRecord)
        -> bool = second_factors::rewrap;
} }

calls! { Organisations {
    read organisation(realm: &str, id: Uuid) -> Option<Organisation> = organisations::one;
    read organisation_by_slug(realm: &str, slug: &str)
        -> Option<Organisation> = organisations::by_slug;
    read organisation_by_number(realm: &str, number: i64)
        -> Option<Organisation> = organisations::by_number;
    read organisation_by_external(realm: &str, external: &ExternalId)
        -> Option<Organisation> = organisations::by_external;
    read organisations(realm: &str, page: &PageRequest)
        -> Page<Organisation> = organisations::page;
    change insert_organisation(organisation: &Organisation, roles: &[Role], audit: &AuditRecord)
        -> Organisation = organisations::insert;
    change rename_organisation(organisation: &Organisation, audit: &AuditRecord)
        -> () = organisations::rename;
    read ends_with_organisation(realm: &str, id: Uuid)
        -> Ending = deletions::ends_with_organisation;
    change delete_organisation(organisation: &Organisation, now: Timestamp, audit: &AuditRecord)
        -> () = deletions::organisation;
    read roles(realm: &str, organisation: Uuid) -> Vec<Role> = organisations::roles;
    change put_role(role: &Role, audit: &AuditRecord) -> () = organisations::put_role;
    change rename_role(role: &Role, name: &str, audit: &AuditRecord)
        -> () = organisations::rename_role;
    change remove_role(role: &Role, audit: &AuditRecord) -> () = organisations::remove_role;
    read memberships(realm: &str, user: Uuid)
        -> Vec<(Organisation, Membership)> = memberships::of_user;
    read members(realm: &str, organisation: Uuid)
        -> Vec<(User, Membership)> = memberships::of_organisation;
    read rights(realm: &str, user: Uuid, organisation: Uuid)
        -> Option<Rights> = memberships::rights;
    change put_membership(membership: &Membership, audit: &AuditRecord) -> () = memberships::put;
    change remove_membership(membership: &Membership, audit: &AuditRecord)
        -> bool = memberships::remove;
} }

calls! { Grants {
    change record_consent(
        consent: &Consent, grant: &Grant, code: &AuthorizationCode, based_on: Option<&Grant>,
        answers: Option<&TokenHash>
    ) -> Recording<Grant> = consents::record;
    change record_refusal(
        consent: &Consent, left: Option<&Grant>, based_on: Option<&Grant>,
        answers: Option<&TokenHash>
    ) -> Recording<()> = consents::record_refusal;
    read standing_grant(realm: &str, client: &str, user: Uuid, organisation: Option<Uuid>)
        -> Option<Grant> = grants::standing;
    read grant(realm: &str, id: Uuid) -> Option<Grant> = grants::one;
    read grants_of_user(realm: &str, user: Uuid) -> Vec<Grant> = grants::live_of_user;
    read consents_of_user(realm: &str, user: Uuid, limit: usize)
        -> Vec<Consent> = consents::of_user;
    read consents_of_grant(realm: &str, grant: Uuid) -> Vec<Consent> = consents::of_grant;
    change revoke_grant(realm: &str, id: Uuid, reason: RevocationReason, now: Timestamp, audit: &AuditRecord)
        -> bool = grants::revoke;
    change reduce_grant(grant: &Grant, left: &Scope, taken: &Scope, now: Timestamp, audit: &AuditRecord)
        -> bool = grants::reduce;
} }

calls! { Families {
    read family(realm: &str, id: Uuid) -> Option<Family> = families::one;
    read families_of_grant(realm: &str, grant: Uuid, since: Timestamp, now: Timestamp)
        -> Vec<Family> = families::live_of_grant;
    read ended_families(realm: &str, grant: Uuid, since: Timestamp)
        -> Vec<Uuid> = families::ended_of_grant;
    change end_family(
        realm: &str, id: Uuid, reason: RevocationReason, now: Timestamp, kept_until: Timestamp,
        audit: &AuditRecord
    ) -> bool = families::end;
} }

calls! { Codes {
    steps insert_code(code: &AuthorizationCode) -> () = insert_code;
    read code(hash: &TokenHash) -> Option<AuthorizationCode> = authorization_codes::one;
    steps redeem_code(hash: &TokenHash, refresh: Option<&RefreshToken>, now: Timestamp)
        -> Redemption = redeem_code;
} }

async fn insert_code(store: &Database, code: &AuthorizationCode) -> Result<(), StoreError> {
    if write_alone!(store, authorization_codes::insert, code)? {
        return Ok(());
    }
    Err(authorization_codes::no_live_grant(code.grant))
}

async fn redeem_code(
    store: &Database,
    hash: &TokenHash,
    refresh: Option<&RefreshToken>,
    now: Timestamp,
) -> Result<Redemption, StoreError> {
    if write_alone!(store, authorization_codes::redeem, hash, refresh, now)? {
        return Ok(Redemption::Redeemed);
    }
    read!(store, authorization_codes::why_not, hash, now)
}

calls! { Tokens {
    read refresh_token(hash: &TokenHash) -> Option<RefreshToken> = refresh_tokens::one;
    read refresh_token_with_successor(hash: &TokenHash)
        -> Option<(RefreshToken, Option<RefreshToken>)> = refresh_tokens::with_successor;
    steps rotate_refresh_token(hash: &TokenHash, next: &RefreshToken, now: Timestamp)
        -> Redemption = rotate_refresh_token;
    steps replace_successor(
        hash: &TokenHash, unused: &TokenHash, next: &RefreshToken, now: Timestamp
    ) -> Redemption = replace_successor;
    change revoke_access_token(token: &RevokedAccessToken, audit: &AuditRecord)
        -> bool = access_tokens::revoke;
    read revoked_access_tokens(now: Timestamp)
        -> Vec<RevokedAccessToken> = access_tokens::revoked;
} }

async fn rotate_refresh_token(
    store: &Database,
    hash: &TokenHash,
    next: &RefreshToken,
    now: Timestamp,
) -> Result<Redemption, StoreError> {
    if store.exchange_refresh_token(hash, next, now).await? {
        return Ok(Redemption::Redeemed);
    }
    read!(store, refresh_tokens::why_not, hash, now)
}

async fn replace_successor(
    store: &Database,
    hash: &TokenHash,
    unused: &TokenHash,
    next: &RefreshToken,
    now: Timestamp,
) -> Result<Redemption, StoreError> {
    let work = refresh_tokens::replace_successor;
    if write_alone!(store, work, hash, unused, next, now)? {
        return Ok(Redemption::Redeemed);
    }
    read!(store, refresh_tokens::why_not, hash, now)
}

calls! { Keys {
    read keys(realm: &str) -> Vec<KeyRecord> = keys::all;
    change ensure_key(key: &KeyRecord, audit: &AuditRecord) -> KeyRecord = keys::ensure;
    change rotate_key(current: &str, next: &KeyRecord, audit: &AuditRecord) -> bool = keys::rotate;
    change revoke_key(id: &str, next: &KeyRecord, audit: &AuditRecord) -> KeyRevocation = keys::revoke;
    change rewrap_key(realm: &str, id: &str, from: &[u8], to: &[u8], audit: &AuditRecord) -> bool = keys::rewrap;
    read scope_numbers(realm: &str) -> ScopeNumbers = scope_numbers::all;
    change number_scopes(realm: &str, names: &[ScopeToken]) -> ScopeNumbers = scope_numbers::give;
    change remove_retired_keys(realm: &str, until: Timestamp, audit: &AuditRecord) -> usize = keys::remove_retired;
} }

calls! { Realms {
    read realm_cut_off(realm: &str) -> Option<Position> = realms::cut_off;
    change record_upgrade(realm: &str, audit: &AuditRecord) -> () = realms::record_upgrade;
    change cut_off_realm(realm: &str, now: Timestamp, audit: &AuditRecord)
        -> Position = realms::cut_off_here;
} }

calls! { Catalogs {
    write archive_catalog(digest: &[u8; 32], text: &str, now: Timestamp) -> () = catalogs::archive;
    read archived_catalog(digest: &[u8; 32]) -> Option<String> = catalogs::one;
    read catalog_taken(realm: &str) -> Option<[u8; 32]> = catalogs::taken;
    change take_catalog(
        realm: &str, digest: &[u8; 32], before: Option<&[u8; 32]>, audit: &AuditRecord
    ) -> bool = catalogs::take;
} }

calls! { Sessions {
    change insert_session(session: &BrowserSession) -> () = sessions::insert;
    read sessions_of_user(realm: &str, user: Uuid, now: Timestamp)
        -> Vec<BrowserSession> = sessions::of_user;
    read upstream_sessions(
        realm: &str, source: &str, subject: Option<&str>, sid: Option<&str>, now: Timestamp
    ) -> Vec<BrowserSession> = sessions::upstream;
    read session(hash: &TokenHash, now: Timestamp) -> Option<BrowserSession> = sessions::one;
    change end_session(hash: &TokenHash, audit: &AuditRecord) -> bool = sessions::end;
    steps begin_login(attempt: &LoginAttempt, now: Timestamp, until: Timestamp)
        -> LoginStart = begin_login;
    write login_failed(attempt: &LoginAttempt, now: Timestamp, until: Timestamp)
        -> bool = login_attempts::failed;
    write login_succeeded(attempt: &LoginAttempt) -> bool = login_attempts::succeeded;
    write login_withdrawn(attempt: &LoginAttempt) -> bool = login_attempts::withdrawn;
} }

/// Where there is no free place, nothing is written.
async fn begin_login(
    store: &Database,
    attempt: &LoginAttempt,
    now: Timestamp,
    until: Timestamp,
) -> Result<LoginStart, StoreError> {
    let full = read!(store, login_attempts::look, attempt, now)?;
    if full != LoginStart::Begun {
        return Ok(full);
    }
    write!(store, login_attempts::begin, attempt, now, until)
}

calls! { SignIns {
    write begin_sign_in(sign_in: &SignInUnderWay, most: KeptRequests) -> bool = sign_ins::begin;
    read sign_in(challenge: &TokenHash, now: Timestamp) -> Option<SignInUnderWay> = sign_ins::one;
    read answered_sign_in(answer: &TokenHash, now: Timestamp)
        -> Option<SignInUnderWay> = sign_ins::answered;
    write answer_sign_in(challenge: &TokenHash, answer: &SignInAnswer, now: Timestamp)
        -> bool = sign_ins::answer;
    change finish_sign_in(answer: &TokenHash, session: Option<&BrowserSession>, now: Timestamp)
        -> bool = sign_ins::finish;
} }

calls! { Requests {
    write keep_request(request: &KeptRequest, most: KeptRequests)
        -> bool = authorization_requests::keep;
    read kept_request(hash: &TokenHash, now: Timestamp)
        -> Option<KeptRequest> = authorization_requests::one;
    write claim_request(
        hash: &TokenHash, browser: &TokenHash, session: Option<&TokenHash>, now: Timestamp
    ) -> bool = authorization_requests::claim;
} }

calls! { Once {
    write use_once(used: &UsedOnce) -> bool = once::first;
    change end_sessions_once(used: &UsedOnce, sessions: &[(TokenHash, AuditRecord)])
        -> bool = once::end_sessions;
} }

calls! { Sandbox {
    read sandbox_list(query: &SandboxQuery) -> Page<SandboxRecord> = sandbox_records::page;
    read sandbox_record(realm: &str, organisation: Uuid, collection: &str, id: &str)
        -> Option<SandboxRecord> = sandbox_records::one;
    read sandbox_record_by_id(realm: &str, organisation: Uuid, id: &str)
        -> Option<SandboxRecord> = sandbox_records::by_id;
    write sandbox_put(records: &[SandboxRecord]) -> () = sandbox_records::put;
    write sandbox_delete(realm: &str, organisation: Uuid, collection: &str, id: &str)
        -> bool = sandbox_records::delete;
} }

calls! { Gates {
    write count_gate_calls(calls: &[GateCalls]) -> () = gate_calls::count;
    read gate_calls(realm: &str, limit: usize) -> Vec<GateCalls> = gate_calls::all;
} }

calls! { Changes {
    read latest_change() -> i64 = changes::latest;
    read changes(after: i64, limit: usize) -> Vec<Change> = changes::after;
}
    async fn wait_for_change(&self, seen: i64, time: Duration) {
        self.shared.wait_behind(seen, time).await;
    }
}

calls! { Audit {
    read audit_rows(query: &AuditQuery) -> Vec<AuditRow> = audit::rows;
    read acts_on_grants_of(realm: &str, person: Uuid, limit: usize)
        -> Vec<AuditRow> = audit::on_grants_of;
    read last_audit_link() -> Option<AuditLink> = audit::last_link;
    read audit_links(after: Option<i64>, limit: usize) -> Vec<AuditLink> = audit::links;
    write append_audit_links(links: &[AuditLink]) -> bool = audit::append_links;
    read audit_key(realm: &str, person: Uuid) -> Option<AuditKey> = audit::key_of;
    change destroy_audit_key(realm: &str, person: Uuid, audit: &AuditRecord)
        -> bool = audit::destroy_key;
    steps wipe_audit_keys() -> Wiped = database::wipe_audit_keys;
} }

calls! { Housekeeping {
    write clean_up(now: Timestamp, limit: usize) -> usize = house::clean_up;
    write check() -> () = house::check;
    read is_upgrade_finished() -> bool = schema::is_finished;
}
    fn figures(&self) -> StoreFigures {
        self.shared.figures()
    }
}
