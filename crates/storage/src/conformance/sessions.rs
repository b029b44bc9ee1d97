use super::Database;
use super::samples::{REALM, at, hash, id, parties, session};
use super::together::{SIXTEEN, race};
use crate::error::StoreError;

pub(super) async fn live_until_they_expire(database: &dyn Database) {
    let store = database.node().await;
    let who = parties(store.as_ref()).await;
    let made = session(5, who.user);
    store.insert_session(&made).await.unwrap();
    let found = |seconds| store.session(&made.hash, at(seconds));
    assert_eq!(found(99).await.unwrap(), Some(made.clone()));
    assert_eq!(found(100).await.unwrap(), None);
    assert_eq!(store.session(&hash(6), at(0)).await.unwrap(), None);
}

pub(super) async fn end_once(database: &dyn Database) {
    let store = database.node().await;
    let who = parties(store.as_ref()).await;
    store.insert_session(&session(5, who.user)).await.unwrap();
    let ended = race(database, SIXTEEN, |_, store| async move {
        store.end_session(&hash(5)).await.unwrap()
    })
    .await;
    assert_eq!(ended.iter().filter(|&&ended| ended).count(), 1);
    assert_eq!(store.session(&hash(5), at(1)).await.unwrap(), None);
}

pub(super) async fn need_a_user(database: &dyn Database) {
    let store = database.node().await;
    let refused = store.insert_session(&session(5, id(1))).await;
    assert_eq!(
        refused,
        Err(StoreError::NotFound {
            what: "user",
            key: id(1).to_string()
        })
    );
}

pub(super) async fn failures_count_since_a_moment(database: &dyn Database) {
    let store = database.node().await;
    let fail = |key, seconds| store.record_login_failure(REALM, key, at(seconds), at(seconds - 60));
    assert_eq!(fail("grace", 0).await.unwrap(), 1);
    assert_eq!(fail("grace", 30).await.unwrap(), 2);
    assert_eq!(fail("192.0.2.1", 30).await.unwrap(), 1);
    assert_eq!(fail("grace", 61).await.unwrap(), 2);
    let since = |seconds| store.login_failures(REALM, "grace", at(seconds));
    assert_eq!(since(0).await.unwrap(), 3);
    assert_eq!(since(30).await.unwrap(), 2);
    assert_eq!(since(62).await.unwrap(), 0);
}

pub(super) async fn failures_are_forgotten_by_key(database: &dyn Database) {
    let store = database.node().await;
    for key in ["grace", "ada"] {
        store
            .record_login_failure(REALM, key, at(0), at(0))
            .await
            .unwrap();
    }
    store.clear_login_failures(REALM, "grace").await.unwrap();
    store.clear_login_failures(REALM, "grace").await.unwrap();
    assert_eq!(
        store.login_failures(REALM, "grace", at(0)).await.unwrap(),
        0
    );
    assert_eq!(store.login_failures(REALM, "ada", at(0)).await.unwrap(), 1);
}

pub(super) async fn failures_at_once_all_count(database: &dyn Database) {
    race(database, SIXTEEN, |_, store| async move {
        store
            .record_login_failure(REALM, "grace", at(0), at(0))
            .await
            .unwrap();
    })
    .await;
    let store = database.node().await;
    let counted = store.login_failures(REALM, "grace", at(0)).await.unwrap();
    assert_eq!(counted, 16);
}

pub(super) async fn failures_count_whatever_was_typed(database: &dyn Database) {
    let store = database.node().await;
    for count in 1..=3 {
        let counted = store.record_login_failure(REALM, "gr\0ce", at(0), at(0));
        assert_eq!(counted.await.unwrap(), count);
    }
    let counted = store.login_failures(REALM, "gr\0ce", at(0)).await.unwrap();
    assert_eq!(counted, 3);
    store.clear_login_failures(REALM, "gr\0ce").await.unwrap();
    let counted = store.login_failures(REALM, "gr\0ce", at(0)).await.unwrap();
    assert_eq!(counted, 0);
}
