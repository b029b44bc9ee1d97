use super::Database;
use super::samples::{at, audit, hash, id, parties, session};
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
        store.end_session(&hash(5), audit()).await.unwrap()
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
