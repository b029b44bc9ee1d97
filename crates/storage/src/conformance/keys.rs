use oauth::model::KeyPurpose::{SealToken, SignEs256};

use super::Database;
use super::samples::{REALM, at, key};
use super::together::{SIXTEEN, race};
use crate::error::StoreError;

pub(super) async fn come_back_oldest_first(database: &dyn Database) {
    let store = database.node().await;
    let (first, second) = (key("z", SignEs256, 1), key("a", SealToken, 2));
    store.ensure_key(&second).await.unwrap();
    store.ensure_key(&first).await.unwrap();
    assert_eq!(store.keys(REALM).await.unwrap(), [first, second]);
    assert_eq!(store.keys("nowhere").await.unwrap(), []);
}

pub(super) async fn ensuring_keeps_the_current_one(database: &dyn Database) {
    let store = database.node().await;
    let (first, late) = (key("a", SignEs256, 1), key("b", SignEs256, 2));
    assert_eq!(store.ensure_key(&first).await.unwrap(), first);
    assert_eq!(store.ensure_key(&late).await.unwrap(), first);
    assert_eq!(store.keys(REALM).await.unwrap(), [first]);
}

pub(super) async fn ensuring_again_after_rotation_keeps_the_new_one(database: &dyn Database) {
    let store = database.node().await;
    let (first, second) = (key("a", SignEs256, 1), key("b", SignEs256, 2));
    store.ensure_key(&first).await.unwrap();
    store.rotate_key(&second).await.unwrap();
    assert_eq!(store.ensure_key(&first).await.unwrap(), second);
}

pub(super) async fn two_nodes_ensure_one_key(database: &dyn Database) {
    let answers = race(database, SIXTEEN, |number, store| async move {
        let own = key(&format!("key-{number}"), SealToken, 1);
        store.ensure_key(&own).await.unwrap()
    })
    .await;
    let stored = database.node().await.keys(REALM).await.unwrap();
    assert_eq!(stored.len(), 1);
    assert!(answers.iter().all(|answer| *answer == stored[0]));
}

pub(super) async fn rotation_retires_the_current_one_of_its_purpose(database: &dyn Database) {
    let store = database.node().await;
    let (first, second) = (key("a", SignEs256, 1), key("b", SignEs256, 7));
    let other = key("c", SealToken, 2);
    store.ensure_key(&first).await.unwrap();
    store.ensure_key(&other).await.unwrap();
    store.rotate_key(&second).await.unwrap();
    let mut retired = first;
    retired.retired_at = Some(at(7));
    assert_eq!(store.keys(REALM).await.unwrap(), [retired, other, second]);
}

pub(super) async fn rotation_to_a_taken_id_changes_nothing(database: &dyn Database) {
    let store = database.node().await;
    let first = key("a", SignEs256, 1);
    store.ensure_key(&first).await.unwrap();
    let refused = store.rotate_key(&key("a", SignEs256, 2)).await;
    assert!(matches!(refused, Err(StoreError::AlreadyExists { what: "key", key }) if key == "a"));
    assert_eq!(store.keys(REALM).await.unwrap(), [first]);
}

pub(super) async fn purposes_are_those_with_a_current_key(database: &dyn Database) {
    let store = database.node().await;
    assert_eq!(store.key_purposes(REALM).await.unwrap(), []);
    store.ensure_key(&key("a", SealToken, 1)).await.unwrap();
    assert_eq!(store.key_purposes(REALM).await.unwrap(), [SealToken]);
    store.rotate_key(&key("b", SealToken, 2)).await.unwrap();
    store.ensure_key(&key("c", SignEs256, 2)).await.unwrap();
    let purposes = store.key_purposes(REALM).await.unwrap();
    assert_eq!(purposes.len(), 2);
    assert!(purposes.contains(&SealToken) && purposes.contains(&SignEs256));
}
