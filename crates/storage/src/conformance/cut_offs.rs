use oauth::model::{Client, Membership, Position, Status, User};

use super::Database;
use super::samples::{
    APP, OTHER_REALM, REALM, at, audit, id, membership, parties, session, stored, user,
};
use super::together::{SIXTEEN, race};
use crate::change::ChangeSubject;
use crate::store::Store;

async fn latest(store: &dyn Store) -> Position {
    Position(store.latest_change().await.unwrap())
}

/// What was issued without knowledge of a change carries the place before it or an earlier one.
pub(super) async fn lie_right_before_the_change_that_makes_them(database: &dyn Database) {
    let store = database.node().await;
    let who = parties(store.as_ref()).await;
    let before = latest(&*store).await;
    let grace = store.user(REALM, who.user).await.unwrap().unwrap();
    let since = at(3);
    let disabled = User {
        status: Status::Disabled { since },
        cut_off: Some(Position::HERE),
        ..grace
    };
    store.update_user(&disabled, audit()).await.unwrap();
    let expected = User {
        cut_off: Some(before),
        version: 2,
        ..disabled
    };
    let found = store.user(REALM, who.user).await.unwrap();
    assert!(found == Some(expected.clone()));
    assert_eq!(latest(&*store).await, Position(before.0 + 1));

    let before = latest(&*store).await;
    let client = store.client(REALM, APP).await.unwrap().unwrap();
    let suspended = Client {
        status: Status::Suspended { since },
        cut_off: Some(Position::HERE),
        ..client
    };
    store.update_client(&suspended, audit()).await.unwrap();
    let found = store.client(REALM, APP).await.unwrap().unwrap();
    assert_eq!(
        (found.cut_off, found.status),
        (Some(before), suspended.status)
    );

    // It stays where another change does not move it.
    let renamed = User {
        name: "Grace H.".to_owned(),
        ..expected
    };
    store.update_user(&renamed, audit()).await.unwrap();
    let found = store.user(REALM, who.user).await.unwrap().unwrap();
    assert_eq!(found.cut_off, renamed.cut_off);
}

/// A change that is refused moves nothing.
pub(super) async fn are_not_made_by_what_conflicts(database: &dyn Database) {
    let store = database.node().await;
    let who = parties(store.as_ref()).await;
    let mut grace = store.user(REALM, who.user).await.unwrap().unwrap();
    let before = grace.cut_off;
    grace.version = 9;
    grace.cut_off = Some(Position::HERE);
    assert!(store.update_user(&grace, audit()).await.is_err());
    let found = store.user(REALM, who.user).await.unwrap().unwrap();
    assert_eq!(found.cut_off, before);
}

pub(super) async fn of_an_ended_membership_await_the_next(database: &dyn Database) {
    let store = database.node().await;
    let who = parties(store.as_ref()).await;
    let put = membership(who.organisation, who.user, &["admin"]);
    store.put_membership(&put, audit()).await.unwrap();
    let rights = || store.rights(REALM, who.user, who.organisation);
    assert_eq!(rights().await.unwrap().unwrap().cut_off, None);
    let mut cut_off = None;
    for _ in 0..2 {
        cut_off = Some(latest(&*store).await);
        let read = Membership {
            version: 1,
            ..put.clone()
        };
        assert!(store.remove_membership(&read, audit()).await.unwrap());
        store.put_membership(&put, audit()).await.unwrap();
        assert_eq!(rights().await.unwrap().unwrap().cut_off, cut_off);
        let places = store.memberships(REALM, who.user).await.unwrap();
        assert_eq!(places[0].1.cut_off, cut_off);
    }
    // Other roles leave it where it is.
    let other = Membership {
        cut_off,
        roles: Vec::new(),
        ..stored(put)
    };
    store.put_membership(&other, audit()).await.unwrap();
    assert_eq!(rights().await.unwrap().unwrap().cut_off, cut_off);
}

/// A database that is put back to an earlier state has forgotten the places it gave since.
pub(super) async fn of_a_realm_lie_behind_every_place_until_then(database: &dyn Database) {
    let store = database.node().await;
    parties(store.as_ref()).await;
    assert_eq!(store.realm_cut_off(REALM).await.unwrap(), None);
    let before = latest(&*store).await;
    let cut_off = store.cut_off_realm(REALM, at(7), audit()).await.unwrap();
    assert_eq!(cut_off, Position(at(7).as_microsecond()));
    assert!(cut_off > before);
    assert_eq!(store.realm_cut_off(REALM).await.unwrap(), Some(cut_off));
    assert_eq!(store.realm_cut_off(OTHER_REALM).await.unwrap(), None);
    assert_eq!(latest(&*store).await, Position(cut_off.0 + 1));
    let changes = store.changes(cut_off.0, 10).await.unwrap();
    assert_eq!(changes[0].subject, ChangeSubject::Keys);

    // Within the same microsecond, and with a clock that went back.
    let again = store.cut_off_realm(REALM, at(7), audit()).await.unwrap();
    assert_eq!(again, Position(cut_off.0 + 1));
    let earlier = store.cut_off_realm(REALM, at(1), audit()).await.unwrap();
    assert_eq!(earlier, Position(cut_off.0 + 2));
    store.insert_user(&user(50, "late"), audit()).await.unwrap();
    assert_eq!(latest(&*store).await, Position(cut_off.0 + 4));
}

pub(super) async fn made_at_once_each_have_their_place(database: &dyn Database) {
    let store = database.node().await;
    for number in 0..SIXTEEN as u64 {
        let user = user(100 + number, &format!("user-{number}"));
        store.insert_user(&user, audit()).await.unwrap();
    }
    let first = latest(&*store).await;
    race(database, SIXTEEN, |number, store| async move {
        let read = store.user(REALM, id(100 + number as u64)).await;
        let user = User {
            cut_off: Some(Position::HERE),
            ..read.unwrap().unwrap()
        };
        store.update_user(&user, audit()).await.unwrap();
    })
    .await;
    let mut places = Vec::new();
    for number in 0..SIXTEEN as u64 {
        let user = store.user(REALM, id(100 + number)).await.unwrap().unwrap();
        places.push(user.cut_off.unwrap().0);
    }
    places.sort_unstable();
    let expected: Vec<i64> = (0..SIXTEEN as i64).map(|number| first.0 + number).collect();
    assert_eq!(places, expected);
}

pub(super) async fn sessions_of_a_person_are_listed(database: &dyn Database) {
    let store = database.node().await;
    let who = parties(store.as_ref()).await;
    let (older, newer) = (session(5, who.user), session(6, who.user));
    let newer = oauth::model::BrowserSession {
        created_at: at(1),
        expires_at: at(200),
        ..newer
    };
    store.insert_session(&older).await.unwrap();
    store.insert_session(&newer).await.unwrap();
    let of = |user, seconds| store.sessions_of_user(REALM, user, at(seconds));
    let both = [newer.clone(), older];
    assert_eq!(of(who.user, 99).await.unwrap(), both);
    assert_eq!(of(who.user, 100).await.unwrap(), [newer]);
    assert_eq!(of(id(99), 1).await.unwrap(), []);
    let elsewhere = store.sessions_of_user(OTHER_REALM, who.user, at(1)).await;
    assert_eq!(elsewhere.unwrap(), []);
}
