use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use oauth::audit::{
    Act, Actor, AuditQuery, AuditRecord, AuditRow, Audited, Origin, Subject, SubjectKind,
};
use oauth::model::{KeyPurpose, Membership, RevocationReason, Role, TokenHash, User};
use scope::Scope;

use super::Database;
use super::samples::{
    APP, OTHER_REALM, REALM, approval, at, client, hash, id, key, membership, organisation,
    parties, plain_client, revoked_access_token, role, session, stored, user,
};
use crate::store::Store;

/// A record of an act that a number tells from others.
pub(super) fn numbered(number: u8, by: &Actor) -> AuditRecord {
    let subject = Subject::new(SubjectKind::Client, format!("client-{number}"));
    let random = std::array::from_fn(|at| number.wrapping_mul(37).wrapping_add(at as u8));
    AuditRecord::new(REALM, by, Act::ClientRegistered, subject, at(5), &random)
}

pub(super) fn everything() -> AuditQuery {
    AuditQuery::first(1_000)
}

/// Looks at the records as acts add to them.
struct Trail {
    store: Arc<dyn Store>,
    seen: usize,
    number: u8,
}

impl Trail {
    async fn of(store: Arc<dyn Store>) -> Self {
        let seen = store.audit_rows(&everything()).await.unwrap().len();
        Self {
            store,
            seen,
            number: 0,
        }
    }

    fn record(&mut self) -> AuditRecord {
        self.number += 1;
        numbered(self.number, &Actor::system())
    }

    /// The act left the latest record, which is at the place of its change, the latest one.
    async fn expect(&mut self, record: &AuditRecord) {
        let rows = self.store.audit_rows(&everything()).await.unwrap();
        self.seen += 1;
        assert_eq!(rows.len(), self.seen);
        let row = rows.last().unwrap();
        let expected = AuditRow {
            position: self.store.latest_change().await.unwrap(),
            ..record.row(&BTreeMap::new())
        };
        assert_eq!(*row, expected);
    }

    async fn expect_nothing(&self) {
        let rows = self.store.audit_rows(&everything()).await.unwrap();
        assert_eq!(rows.len(), self.seen);
    }
}

/// Performs an act with a record of its own; answers both.
macro_rules! act {
    ($trail:ident: $call:ident($($argument:expr),*)) => {{
        let record = $trail.record();
        let done = $trail.store.$call($($argument,)* &record).await;
        (record, done)
    }};
}

/// An act that is done.
macro_rules! leaves {
    ($trail:ident: $($act:tt)*) => {{
        let (record, done) = act!($trail: $($act)*);
        done.unwrap();
        $trail.expect(&record).await;
    }};
}

/// An act that finds nothing to do.
macro_rules! leaves_nothing {
    ($trail:ident: $($act:tt)*) => {{
        let (_, done) = act!($trail: $($act)*);
        done.unwrap();
        $trail.expect_nothing().await;
    }};
}

/// An act that cannot be done.
macro_rules! fails {
    ($trail:ident: $($act:tt)*) => {{
        let (_, done) = act!($trail: $($act)*);
        assert!(done.is_err(), "{done:?}");
        $trail.expect_nothing().await;
    }};
}

pub(super) async fn each_act_leaves_its_record_at_its_place(database: &dyn Database) {
    let store = database.node().await;
    let who = parties(store.as_ref()).await;
    let grant = who.agree(store.as_ref(), 10).await;
    store.insert_session(&session(5, who.user)).await.unwrap();
    let mut trail = Trail::of(store).await;

    leaves!(trail: insert_client(&plain_client("b")));
    leaves!(trail: update_client(&client("b")));
    leaves!(trail: approve(&approval("partner", 1), None));
    leaves!(trail: withdraw_approval(REALM, APP, "partner", 1, at(2)));
    leaves!(trail: insert_user(&user(70, "zoe")));
    let zoe = trail.store.user(REALM, id(70)).await.unwrap().unwrap();
    leaves!(trail: update_user(&zoe));
    let acorn = organisation(71, "acorn");
    leaves!(trail: insert_organisation(&acorn, &[]));
    leaves!(trail: put_role(&role(acorn.id, "clerk", &["contact_show"])));
    let place = membership(acorn.id, zoe.id, &["clerk"]);
    leaves!(trail: put_membership(&place));
    leaves!(trail: remove_membership(&stored(place)));
    let clerk = role(acorn.id, "clerk", &["contact_show"]);
    let clerk = Role {
        version: 1,
        ..clerk
    };
    leaves!(trail: rename_role(&clerk, "scribe"));
    let scribe = Role {
        name: "scribe".to_owned(),
        version: 2,
        ..clerk
    };
    leaves!(trail: remove_role(&scribe));
    leaves!(trail: delete_organisation(&acorn, at(3)));
    let zoe = trail.store.user(REALM, zoe.id).await.unwrap().unwrap();
    leaves!(trail: delete_user(&zoe, at(3)));
    let b = trail.store.client(REALM, "b").await.unwrap().unwrap();
    leaves!(trail: delete_client(&b, at(3)));
    let less = Scope::empty();
    leaves!(trail: reduce_grant(&grant, &less, &less, at(2)));
    let reason = RevocationReason::ByUser;
    leaves!(trail: revoke_grant(REALM, grant.id, reason, at(3)));
    leaves!(trail: revoke_access_token(&revoked_access_token(8, 10)));
    leaves!(trail: end_session(&hash(5)));
    let (first, next) = (
        key("a", KeyPurpose::SealToken, 1),
        key("b", KeyPurpose::SealToken, 2),
    );
    leaves!(trail: ensure_key(&first));
    leaves!(trail: rotate_key("a", &next));
    leaves!(trail: rewrap_key(REALM, "b", &next.secret, b"wrapped"));
    leaves!(trail: remove_retired_keys(REALM, at(2)));
    leaves!(trail: revoke_key("b", &key("c", KeyPurpose::SealToken, 3)));
    leaves!(trail: cut_off_realm(REALM, at(4)));
    leaves!(trail: take_catalog(REALM, &[1; 32], None));
}

pub(super) async fn acts_that_change_nothing_leave_no_record(database: &dyn Database) {
    let store = database.node().await;
    let who = parties(store.as_ref()).await;
    let grant = who.agree(store.as_ref(), 10).await;
    let seal = key("a", KeyPurpose::SealToken, 1);
    store
        .ensure_key(&seal, super::samples::audit())
        .await
        .unwrap();
    let token = revoked_access_token(8, 10);
    let revoked = store.revoke_access_token(&token, super::samples::audit());
    assert!(revoked.await.unwrap());
    let mut trail = Trail::of(store).await;

    leaves_nothing!(trail: withdraw_approval(REALM, APP, "partner", 1, at(2)));
    let nowhere = stored(membership(who.organisation, who.user, &[]));
    leaves_nothing!(trail: remove_membership(&nowhere));
    leaves_nothing!(trail: reduce_grant(&grant, &grant.granted, &Scope::empty(), at(2)));
    let reason = RevocationReason::ByUser;
    leaves_nothing!(trail: revoke_grant(REALM, id(99), reason, at(3)));
    leaves_nothing!(trail: revoke_access_token(&token));
    leaves_nothing!(trail: end_session(&hash(5)));
    leaves_nothing!(trail: ensure_key(&key("b", KeyPurpose::SealToken, 2)));
    leaves_nothing!(trail: rotate_key("x", &key("b", KeyPurpose::SealToken, 2)));
    leaves_nothing!(trail: rewrap_key(REALM, "a", b"other", b"wrapped"));
    leaves_nothing!(trail: remove_retired_keys(REALM, at(99)));
    leaves_nothing!(trail: revoke_key("x", &key("b", KeyPurpose::SealToken, 2)));
    leaves_nothing!(trail: destroy_audit_key(REALM, who.user));
    leaves_nothing!(trail: take_catalog(REALM, &[2; 32], Some(&[1; 32])));
}

pub(super) async fn acts_that_fail_leave_no_record(database: &dyn Database) {
    let store = database.node().await;
    let who = parties(store.as_ref()).await;
    let grant = who.agree(store.as_ref(), 10).await;
    let other = |version| Membership {
        version,
        ..membership(who.organisation, who.user, &["admin"])
    };
    store
        .put_membership(&other(0), super::samples::audit())
        .await
        .unwrap();
    let mut trail = Trail::of(store).await;

    fails!(trail: insert_client(&plain_client(APP)));
    let mut stale = trail.store.client(REALM, APP).await.unwrap().unwrap();
    stale.version = 7;
    fails!(trail: update_client(&stale));
    let mut nobodys = approval("partner", 1);
    nobodys.client = "nobody".to_owned();
    fails!(trail: approve(&nobodys, None));
    let mut grace = trail.store.user(REALM, who.user).await.unwrap().unwrap();
    fails!(trail: insert_user(&grace));
    grace.version = 7;
    fails!(trail: update_user(&grace));
    let there = trail.store.organisation(REALM, who.organisation).await;
    fails!(trail: insert_organisation(&there.unwrap().unwrap(), &[]));
    fails!(trail: put_role(&role(id(99), "clerk", &[])));
    fails!(trail: put_membership(&other(7)));
    fails!(trail: remove_membership(&other(7)));
    let mut read = grant;
    read.version = 7;
    fails!(trail: reduce_grant(&read, &Scope::empty(), &Scope::empty(), at(2)));
    // A person who is about to act for the first time has no key, if the act is not done.
    let by = Actor::person(&grace, Origin::default());
    let record = numbered(9, &by);
    let refused = trail.store.insert_client(&plain_client(APP), &record).await;
    assert!(refused.is_err());
    let key = trail.store.audit_key(REALM, grace.id).await.unwrap();
    assert_eq!(key, None);
}

/// A record with every field filled.
pub(super) fn full(person: &User, number: u8) -> AuditRecord {
    let origin = Origin {
        address: Some(IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1))),
        request_id: Some("request-1".to_owned()),
    };
    let by = Actor::person(&user(3, "admin"), origin);
    numbered(number, &by)
        .named("organisation", "muster-ag")
        .about(person)
        .changed(person, Audited::field("disabled_at", "now – \"ü\""))
}

pub(super) async fn records_come_back_as_they_were(database: &dyn Database) {
    let store = database.node().await;
    let grace = user(1, "grace");
    let record = full(&grace, 1);
    store.insert_user(&grace, &record).await.unwrap();
    let rows = store.audit_rows(&everything()).await.unwrap();
    let mut keys = BTreeMap::new();
    for person in [id(1), id(3)] {
        let key = store.audit_key(REALM, person).await.unwrap().unwrap();
        keys.insert(person, key);
    }
    let expected = AuditRow {
        position: store.latest_change().await.unwrap(),
        ..record.row(&keys)
    };
    assert_eq!(rows, [expected]);
    let told = rows[0].open_person(&keys[&id(1)]).unwrap();
    assert_eq!(told["username"], "grace");
    assert_eq!(
        rows[0].open_actor(&keys[&id(3)]).unwrap()["username"],
        "admin"
    );
}

pub(super) async fn records_come_in_pages_by_position(database: &dyn Database) {
    let store = database.node().await;
    for number in 1..=5 {
        let mut client = plain_client(&format!("client-{number}"));
        let mut record = numbered(number, &Actor::system());
        if number % 2 == 0 {
            client.realm = OTHER_REALM.to_owned();
            record.realm = OTHER_REALM.to_owned();
        }
        store.insert_client(&client, &record).await.unwrap();
    }
    let subjects = async |realm: Option<&str>, after, limit| {
        let query = AuditQuery {
            realm: realm.map(str::to_owned),
            after,
            ..AuditQuery::first(limit)
        };
        let rows = store.audit_rows(&query).await.unwrap();
        let told = rows
            .iter()
            .map(|row| (row.position, row.subject_id.clone()));
        told.collect::<Vec<_>>()
    };
    let all = subjects(None, None, 99).await;
    assert!(all.is_sorted());
    assert_eq!(all.len(), 5);
    assert_eq!(subjects(None, None, 2).await, all[..2]);
    assert_eq!(subjects(None, Some(all[1].0), 2).await, all[2..4]);
    assert_eq!(subjects(None, Some(all[4].0), 2).await, []);
    let own = [all[0].clone(), all[2].clone(), all[4].clone()];
    assert_eq!(subjects(Some(REALM), Some(0), 99).await, own);
    assert_eq!(subjects(Some(REALM), Some(all[0].0), 1).await, own[1..2]);
    assert_eq!(subjects(Some("no\0where"), None, 99).await, []);
    for nowhere in [i64::MAX, i64::MAX - 1] {
        assert_eq!(subjects(None, Some(nowhere), 99).await, []);
    }
}

pub(super) async fn records_are_found_by_who_what_and_which(database: &dyn Database) {
    let store = database.node().await;
    for number in 1..=4 {
        let person = user(number, &format!("person-{number}"));
        let record = match number % 2 {
            0 => full(&person, u8::try_from(number).unwrap()),
            _ => alone(&person),
        };
        store.insert_user(&person, &record).await.unwrap();
    }
    let all = store.audit_rows(&everything()).await.unwrap();
    let found = async |query: AuditQuery| {
        let rows = store.audit_rows(&query).await.unwrap();
        let places = rows.iter().map(|found| {
            let place = all.iter().position(|row| row == found);
            place.unwrap() + 1
        });
        places.collect::<Vec<_>>()
    };
    let with = |change: fn(&mut AuditQuery)| {
        let mut query = everything();
        change(&mut query);
        query
    };
    assert_eq!(
        found(with(|query| query.newest_first = true)).await,
        [4, 3, 2, 1]
    );
    // The person with the id 3 acted in two of them, and one is about them.
    let person = with(|query| query.person = Some(id(3)));
    assert_eq!(found(person).await, [2, 3, 4]);
    let act = with(|query| query.act = Some("person-added".to_owned()));
    assert_eq!(found(act).await, [1, 3]);
    let kind = with(|query| query.subject_kind = Some("client".to_owned()));
    assert_eq!(found(kind).await, [2, 4]);
    let which = with(|query| query.subject_id = Some("client-2".to_owned()));
    assert_eq!(found(which).await, [2]);
    let (first, last) = (all[0].position, all[3].position);
    let between = AuditQuery {
        after: Some(first),
        before: Some(last),
        ..everything()
    };
    assert_eq!(found(between).await, [2, 3]);
    let latest_two = AuditQuery {
        newest_first: true,
        before: Some(last),
        ..AuditQuery::first(2)
    };
    assert_eq!(found(latest_two).await, [3, 2]);
}

/// The record of a person with bytes that stand in no other record.
pub(super) fn alone(person: &User) -> AuditRecord {
    let mut random = [0; AuditRecord::RANDOM_BYTES];
    for (piece, number) in random.chunks_mut(32).zip(0_u8..) {
        let TokenHash(hash) = TokenHash::of(&[person.id.as_bytes().as_slice(), &[number]].concat());
        piece.copy_from_slice(&hash[..piece.len()]);
    }
    let subject = Subject::new(SubjectKind::Person, person.id);
    let by = Actor::system();
    AuditRecord::new(REALM, &by, Act::PersonAdded, subject, at(5), &random)
        .about(person)
        .made(person)
}
