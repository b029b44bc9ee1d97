use std::sync::Arc;
use std::time::Duration;

use oauth::model::{KeyPurpose, KeyRevocation, RevocationReason};
use scope::Scope;

use super::Database;
use super::hooks::Follower;
use super::samples::{
    APP, REALM, approval, at, audit, hash, id, key, membership, organisation, parties,
    plain_client, revoked_access_token, role, scope, session, stored, user,
};
use crate::change::{Change, ChangeSubject};
use crate::error::StoreError;
use crate::store::Store;

pub(super) async fn begin_at_nothing(database: &dyn Database) {
    let store = database.node().await;
    assert_eq!(store.latest_change().await.unwrap(), 0);
    assert_eq!(store.changes(0, 10).await.unwrap(), []);
}

pub(super) async fn name_what_every_write_touched(database: &dyn Database) {
    let mut log = Log::of(database.node().await);
    let store = Arc::clone(&log.store);
    let app = || ChangeSubject::Client(APP.to_owned());

    store
        .insert_client(&plain_client(APP), audit())
        .await
        .unwrap();
    log.expect(app()).await;
    store
        .update_client(&plain_client(APP), audit())
        .await
        .unwrap();
    log.expect(app()).await;
    store
        .approve(&approval("partner", 1), None, audit())
        .await
        .unwrap();
    log.expect(app()).await;
    let withdrawn = store
        .withdraw_approval(REALM, APP, "partner", 1, at(2), audit())
        .await;
    assert!(withdrawn.unwrap());
    log.expect(app()).await;

    let grace = store.insert_user(&user(1, "grace"), audit()).await.unwrap();
    log.expect(ChangeSubject::User(id(1))).await;
    store.update_user(&grace, audit()).await.unwrap();
    log.expect(ChangeSubject::User(id(1))).await;

    let alpine = ChangeSubject::Organisation(id(2));
    store
        .insert_organisation(&organisation(2, "alpine"), &[], audit())
        .await
        .unwrap();
    log.expect(alpine.clone()).await;
    store
        .put_role(&role(id(2), "admin", &["*"]), audit())
        .await
        .unwrap();
    log.expect(alpine.clone()).await;
    let put = membership(id(2), id(1), &["admin"]);
    store.put_membership(&put, audit()).await.unwrap();
    log.expect(alpine.clone()).await;
    assert!(
        store
            .remove_membership(&stored(put), audit())
            .await
            .unwrap()
    );
    log.expect(alpine).await;

    let keys = || ChangeSubject::Keys;
    let (first, next) = (
        key("a", KeyPurpose::SealToken, 1),
        key("b", KeyPurpose::SealToken, 2),
    );
    store.ensure_key(&first, audit()).await.unwrap();
    log.expect(keys()).await;
    assert!(store.rotate_key("a", &next, audit()).await.unwrap());
    log.expect(keys()).await;
    assert_eq!(
        store
            .remove_retired_keys(REALM, at(2), audit())
            .await
            .unwrap(),
        1
    );
    log.expect(keys()).await;
    // Nobody has to follow, but the record of it has its place.
    let rewrapped = store
        .rewrap_key(REALM, "b", &next.secret, b"wrapped", audit())
        .await;
    assert!(rewrapped.unwrap());
    log.expect(ChangeSubject::Session(String::new())).await;
    let last = key("c", KeyPurpose::SealToken, 3);
    let revoked = store.revoke_key("b", &last, audit()).await;
    assert_eq!(revoked, Ok(KeyRevocation::Replaced));
    log.expect(keys()).await;

    let cookie = ChangeSubject::Session(format!("0000000000000005{}", "a5".repeat(24)));
    store.insert_session(&session(5, id(1))).await.unwrap();
    log.expect(cookie.clone()).await;
    assert!(store.end_session(&hash(5), audit()).await.unwrap());
    log.expect(cookie).await;

    let token = revoked_access_token(8, 10);
    store.revoke_access_token(&token, audit()).await.unwrap();
    let expiry = at(10).as_millisecond();
    log.expect(ChangeSubject::AccessToken(id(8), expiry)).await;
}

pub(super) async fn writes_that_change_nothing_append_nothing(database: &dyn Database) {
    let store = database.node().await;
    let who = parties(store.as_ref()).await;
    let seal = key("a", KeyPurpose::SealToken, 1);
    store.ensure_key(&seal, audit()).await.unwrap();
    let token = revoked_access_token(8, 10);
    store.revoke_access_token(&token, audit()).await.unwrap();
    let mut log = Log::of(store);
    log.begin_here().await;
    let store = Arc::clone(&log.store);

    // A grant: its first consent, a reduction and the end change it; codes and tokens do not.
    let grant = who.agree(store.as_ref(), 10).await.id;
    log.expect(ChangeSubject::Grant(grant)).await;
    store.insert_code(&who.code(11, grant)).await.unwrap();
    let refresh = who.refresh_token(50, grant);
    store
        .redeem_code(&hash(11), Some(&refresh), at(1))
        .await
        .unwrap();
    let next = who.refresh_token(51, grant);
    store
        .rotate_refresh_token(&hash(50), &next, at(1))
        .await
        .unwrap();
    let refusal = who.consent(12);
    store
        .record_refusal(&refusal, None, None, None)
        .await
        .unwrap();
    log.expect_nothing().await;
    let left = store.grant(REALM, grant).await.unwrap();
    let refusal = who.consent(13);
    let refused = store.record_refusal(&refusal, left.as_ref(), left.as_ref(), None);
    refused.await.unwrap().recorded().unwrap();
    log.expect(ChangeSubject::Grant(grant)).await;
    let nothing = Scope::empty();
    let read = store.grant(REALM, grant).await.unwrap().unwrap();
    let reduce = || store.reduce_grant(&read, &nothing, &nothing, at(2), audit());
    assert!(reduce().await.unwrap());
    log.expect(ChangeSubject::Grant(grant)).await;
    let conflict = reduce().await;
    assert!(matches!(conflict, Err(StoreError::Conflict { .. })));
    let revoke = || store.revoke_grant(REALM, grant, RevocationReason::ByUser, at(3), audit());
    assert!(revoke().await.unwrap());
    log.expect(ChangeSubject::Grant(grant)).await;
    assert!(!revoke().await.unwrap());

    store.ensure_key(&seal, audit()).await.unwrap();
    let stale = key("b", KeyPurpose::SealToken, 2);
    assert!(!store.rotate_key("gone", &stale, audit()).await.unwrap());
    assert_eq!(
        store
            .remove_retired_keys(REALM, at(99), audit())
            .await
            .unwrap(),
        0
    );
    store.revoke_access_token(&token, audit()).await.unwrap();
    let withdrawn = store
        .withdraw_approval(REALM, APP, "partner", 1, at(2), audit())
        .await;
    assert!(!withdrawn.unwrap());
    let gone = stored(membership(who.organisation, who.user, &["admin"]));
    let removed = store.remove_membership(&gone, audit()).await;
    assert!(!removed.unwrap());
    assert!(!store.end_session(&hash(5), audit()).await.unwrap());
    store.clean_up(at(4), 10).await.unwrap();
    store.check().await.unwrap();
    log.expect_nothing().await;
}

pub(super) async fn writes_that_fail_append_nothing(database: &dyn Database) {
    let store = database.node().await;
    let who = parties(store.as_ref()).await;
    let mut log = Log::of(Arc::clone(&store));
    log.begin_here().await;
    assert!(
        store
            .insert_client(&plain_client(APP), audit())
            .await
            .is_err()
    );
    assert!(store.insert_user(&user(9, "GRACE"), audit()).await.is_err());
    let alpine = organisation(9, "alpine");
    assert!(
        store
            .insert_organisation(&alpine, &[], audit())
            .await
            .is_err()
    );
    let put = membership(who.organisation, who.user, &["admin", "owner"]);
    assert!(store.put_membership(&put, audit()).await.is_err());
    assert!(store.insert_session(&session(5, id(99))).await.is_err());
    let mut grant = who.grant(10);
    grant.granted = scope("bank_pay");
    grant.user = id(99);
    let refused = store
        .record_consent(
            &who.consent(11),
            &grant,
            &who.code(12, grant.id),
            None,
            None,
        )
        .await;
    assert!(refused.is_err());
    log.expect_nothing().await;
}

pub(super) async fn come_in_order_and_parts(database: &dyn Database) {
    let store = database.node().await;
    for name in ["a", "b", "c", "d", "e"] {
        store
            .insert_client(&plain_client(name), audit())
            .await
            .unwrap();
    }
    let all = store.changes(0, 100).await.unwrap();
    assert_eq!(clients(&all), ["a", "b", "c", "d", "e"]);
    assert!(all.windows(2).all(|two| two[0].sequence < two[1].sequence));
    assert!(all.iter().all(|change| change.realm == REALM));
    let latest = store.latest_change().await.unwrap();
    assert_eq!(all.last().unwrap().sequence, latest);
    let part = store.changes(all[1].sequence, 2).await.unwrap();
    assert_eq!(clients(&part), ["c", "d"]);
    assert_eq!(store.changes(latest, 2).await.unwrap(), []);
}

pub(super) async fn are_waited_for_no_longer_than_asked(database: &dyn Database) {
    let store = database.node().await;
    store
        .insert_client(&plain_client("a"), audit())
        .await
        .unwrap();
    let latest = store.latest_change().await.unwrap();
    for seen in [0, latest] {
        let wait = store.wait_for_change(seen, Duration::from_millis(5));
        tokio::time::timeout(Duration::from_secs(60), wait)
            .await
            .unwrap();
    }
    assert_eq!(store.latest_change().await.unwrap(), latest);
}

pub(super) async fn reach_other_nodes(database: &dyn Database) {
    let (here, there) = (database.node().await, database.node().await);
    assert_eq!(there.latest_change().await.unwrap(), 0);
    here.insert_client(&plain_client("a"), audit())
        .await
        .unwrap();
    let seen = there.changes(0, 10).await.unwrap();
    assert_eq!(clients(&seen), ["a"]);
    there
        .insert_client(&plain_client("b"), audit())
        .await
        .unwrap();
    let seen = here.changes(seen[0].sequence, 10).await.unwrap();
    assert_eq!(clients(&seen), ["b"]);
    assert!(here.client(REALM, "b").await.unwrap().is_some());
}

fn clients(changes: &[Change]) -> Vec<&str> {
    changes
        .iter()
        .map(|change| match &change.subject {
            ChangeSubject::Client(id) => id.as_str(),
            _ => "not a client",
        })
        .collect()
}

/// Follows the changes of a store, which are told to its hooks before they are answered.
struct Log {
    store: Arc<dyn Store>,
    follower: Arc<Follower>,
    seen: i64,
}

impl Log {
    fn of(store: Arc<dyn Store>) -> Self {
        let (follower, store) = Follower::of(store);
        Self {
            store,
            follower,
            seen: 0,
        }
    }

    async fn begin_here(&mut self) {
        self.seen = self.store.latest_change().await.unwrap();
    }

    /// Exactly this happened since the last look.
    async fn expect(&mut self, subject: ChangeSubject) {
        let new = self.store.changes(self.seen, 10).await.unwrap();
        let subjects: Vec<_> = new.iter().map(|change| &change.subject).collect();
        assert_eq!(subjects, [&subject]);
        assert_eq!(new[0].realm, REALM);
        assert_eq!(self.follower.seen(), new[0].sequence);
        self.begin_here().await;
    }

    async fn expect_nothing(&mut self) {
        assert_eq!(self.store.changes(self.seen, 10).await.unwrap(), []);
    }
}
