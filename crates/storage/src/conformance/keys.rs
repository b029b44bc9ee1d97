use oauth::model::KeyPurpose::{SealToken, SignEdDsa, SignEs256, SignRs256};
use oauth::model::{KeyRecord, KeyRevocation};

use super::Database;
use super::samples::{OTHER_REALM, REALM, at, audit, key};
use super::together::{SIXTEEN, race};
use crate::change::ChangeSubject;
use crate::error::StoreError;

pub(super) async fn come_back_oldest_first(database: &dyn Database) {
    let store = database.node().await;
    let (first, second) = (key("z", SignEs256, 1), key("a", SealToken, 2));
    store.ensure_key(&second, audit()).await.unwrap();
    store.ensure_key(&first, audit()).await.unwrap();
    assert_eq!(store.keys(REALM).await.unwrap(), [first, second]);
    assert_eq!(store.keys("nowhere").await.unwrap(), []);
}

pub(super) async fn ensuring_keeps_the_current_one(database: &dyn Database) {
    let store = database.node().await;
    let (first, late) = (key("a", SignEs256, 1), key("b", SignEs256, 2));
    assert_eq!(store.ensure_key(&first, audit()).await.unwrap(), first);
    assert_eq!(store.ensure_key(&late, audit()).await.unwrap(), first);
    assert_eq!(store.keys(REALM).await.unwrap(), [first]);
}

pub(super) async fn ensuring_again_after_rotation_keeps_the_new_one(database: &dyn Database) {
    let store = database.node().await;
    let (first, second) = (key("a", SignEs256, 1), key("b", SignEs256, 2));
    store.ensure_key(&first, audit()).await.unwrap();
    assert!(store.rotate_key("a", &second, audit()).await.unwrap());
    assert_eq!(store.ensure_key(&first, audit()).await.unwrap(), second);
}

pub(super) async fn two_nodes_ensure_one_key(database: &dyn Database) {
    let answers = race(database, SIXTEEN, |number, store| async move {
        let own = key(&format!("key-{number}"), SealToken, 1);
        store.ensure_key(&own, audit()).await.unwrap()
    })
    .await;
    let stored = database.node().await.keys(REALM).await.unwrap();
    assert_eq!(stored.len(), 1);
    assert!(answers.iter().all(|answer| *answer == stored[0]));
}

pub(super) async fn ensuring_keeps_the_current_one_of_another_algorithm(database: &dyn Database) {
    let store = database.node().await;
    let (first, other) = (key("a", SignEdDsa, 1), key("b", SignEs256, 2));
    let sealing = key("c", SealToken, 3);
    assert_eq!(store.ensure_key(&first, audit()).await.unwrap(), first);
    assert_eq!(store.ensure_key(&other, audit()).await.unwrap(), first);
    assert_eq!(store.ensure_key(&sealing, audit()).await.unwrap(), sealing);
    assert_eq!(store.keys(REALM).await.unwrap(), [first, sealing]);
}

pub(super) async fn rotation_retires_the_current_one_of_its_use(database: &dyn Database) {
    let store = database.node().await;
    let (first, second) = (key("a", SignEs256, 1), key("b", SignEs256, 7));
    let other = key("c", SealToken, 2);
    store.ensure_key(&first, audit()).await.unwrap();
    store.ensure_key(&other, audit()).await.unwrap();
    assert!(store.rotate_key("a", &second, audit()).await.unwrap());
    let mut retired = first;
    retired.retired_at = Some(at(7));
    assert_eq!(store.keys(REALM).await.unwrap(), [retired, other, second]);
}

pub(super) async fn rotation_may_change_the_algorithm(database: &dyn Database) {
    let store = database.node().await;
    let [first, second, third, fourth] = [
        key("a", SignEs256, 1),
        key("b", SignEdDsa, 7),
        key("c", SignRs256, 8),
        key("d", SignEs256, 9),
    ];
    store.ensure_key(&first, audit()).await.unwrap();
    assert!(store.rotate_key("a", &second, audit()).await.unwrap());
    assert!(store.rotate_key("b", &third, audit()).await.unwrap());
    assert_eq!(store.ensure_key(&first, audit()).await.unwrap(), third);
    assert!(store.rotate_key("c", &fourth, audit()).await.unwrap());
    let retired = |key, end| KeyRecord {
        retired_at: Some(at(end)),
        ..key
    };
    let first = retired(first, 7);
    let (second, third) = (retired(second, 8), retired(third, 9));
    let all = [first, second, third.clone(), fourth.clone()];
    assert_eq!(store.keys(REALM).await.unwrap(), all);
    let next = key("e", SignRs256, 10);
    let removed = store.revoke_key("c", &next, audit()).await.unwrap();
    assert_eq!(removed, KeyRevocation::Removed);
    let replaced = store.revoke_key("d", &next, audit()).await.unwrap();
    assert_eq!(replaced, KeyRevocation::Replaced);
}

pub(super) async fn rotation_needs_the_current_one(database: &dyn Database) {
    let store = database.node().await;
    let first = key("a", SignEs256, 1);
    assert!(!store.rotate_key("a", &first, audit()).await.unwrap());
    store.ensure_key(&first, audit()).await.unwrap();
    store
        .ensure_key(&key("s", SealToken, 1), audit())
        .await
        .unwrap();
    let second = key("b", SignEs256, 2);
    assert!(store.rotate_key("a", &second, audit()).await.unwrap());
    let before = store.keys(REALM).await.unwrap();
    for stale in ["a", "s", "nobody"] {
        let next = key("c", SignEs256, 3);
        assert!(
            !store.rotate_key(stale, &next, audit()).await.unwrap(),
            "{stale}"
        );
    }
    let mut elsewhere = key("c", SignEs256, 3);
    elsewhere.realm = OTHER_REALM.to_owned();
    assert!(!store.rotate_key("b", &elsewhere, audit()).await.unwrap());
    assert_eq!(store.keys(REALM).await.unwrap(), before);
}

pub(super) async fn rotation_to_a_taken_id_changes_nothing(database: &dyn Database) {
    let store = database.node().await;
    let first = key("a", SignEs256, 1);
    store.ensure_key(&first, audit()).await.unwrap();
    let refused = store
        .rotate_key("a", &key("a", SignEs256, 2), audit())
        .await;
    assert!(matches!(refused, Err(StoreError::AlreadyExists { what: "key", key }) if key == "a"));
    assert_eq!(store.keys(REALM).await.unwrap(), [first]);
}

pub(super) async fn one_of_sixteen_rotates(database: &dyn Database) {
    let store = database.node().await;
    store
        .ensure_key(&key("a", SignEs256, 1), audit())
        .await
        .unwrap();
    let won = race(database, SIXTEEN, |number, store| async move {
        let purpose = if number % 2 == 0 {
            SignEs256
        } else {
            SignEdDsa
        };
        let own = key(&format!("key-{number}"), purpose, 2);
        store.rotate_key("a", &own, audit()).await.unwrap()
    })
    .await;
    assert_eq!(won.iter().filter(|won| **won).count(), 1);
    let winner = won.iter().position(|won| *won).unwrap();
    let stored = store.keys(REALM).await.unwrap();
    let current: Vec<_> = stored
        .iter()
        .filter(|key| key.retired_at.is_none())
        .map(|key| key.id.clone())
        .collect();
    assert_eq!(current, [format!("key-{winner}")]);
    assert_eq!(stored.len(), 2);
}

pub(super) async fn revoking_the_current_one_puts_the_next_in_its_place(database: &dyn Database) {
    let store = database.node().await;
    let (first, sealing) = (key("a", SignEs256, 1), key("s", SealToken, 1));
    for key in [&first, &sealing] {
        store.ensure_key(key, audit()).await.unwrap();
    }
    let seen = store.latest_change().await.unwrap();
    let next = key("b", SignEdDsa, 7);
    let revoked = store.revoke_key("a", &next, audit()).await.unwrap();
    assert_eq!(revoked, KeyRevocation::Replaced);
    assert_eq!(store.keys(REALM).await.unwrap(), [sealing, next.clone()]);
    let changes = store.changes(seen, 9).await.unwrap();
    assert_eq!(changes.len(), 1);
    assert_eq!(changes[0].subject, ChangeSubject::Keys);
    // Once is enough.
    let again = store
        .revoke_key("a", &key("c", SignEs256, 8), audit())
        .await;
    assert_eq!(again.unwrap(), KeyRevocation::Unknown);
    assert_eq!(store.ensure_key(&first, audit()).await.unwrap(), next);
}

pub(super) async fn revoking_one_in_use_brings_its_successor_forward(database: &dyn Database) {
    let store = database.node().await;
    store
        .ensure_key(&key("a", SignEs256, 1), audit())
        .await
        .unwrap();
    // The one is in use until 600, the other from then on.
    let successor = key("b", SignEs256, 600);
    assert!(store.rotate_key("a", &successor, audit()).await.unwrap());
    let revoked = store
        .revoke_key("a", &key("c", SignEs256, 7), audit())
        .await;
    assert_eq!(revoked.unwrap(), KeyRevocation::Removed);
    let brought_forward = key("b", SignEs256, 7);
    assert_eq!(store.keys(REALM).await.unwrap(), [brought_forward]);
}

pub(super) async fn revoking_a_retired_one_removes_it(database: &dyn Database) {
    let store = database.node().await;
    store
        .ensure_key(&key("a", SealToken, 1), audit())
        .await
        .unwrap();
    let second = key("b", SealToken, 5);
    assert!(store.rotate_key("a", &second, audit()).await.unwrap());
    let revoked = store
        .revoke_key("a", &key("c", SealToken, 9), audit())
        .await;
    assert_eq!(revoked.unwrap(), KeyRevocation::Removed);
    assert_eq!(store.keys(REALM).await.unwrap(), [second]);
}

pub(super) async fn revoking_needs_one_of_the_realm_and_use(database: &dyn Database) {
    let store = database.node().await;
    let first = key("a", SignEs256, 1);
    store.ensure_key(&first, audit()).await.unwrap();
    let seen = store.latest_change().await.unwrap();
    let mut elsewhere = key("b", SignEs256, 2);
    elsewhere.realm = OTHER_REALM.to_owned();
    for (id, next) in [
        ("nobody", key("b", SignEs256, 2)),
        ("a", key("b", SealToken, 2)),
        ("a", elsewhere),
    ] {
        let revoked = store.revoke_key(id, &next, audit()).await.unwrap();
        assert_eq!(revoked, KeyRevocation::Unknown, "{id} {next:?}");
    }
    assert_eq!(store.keys(REALM).await.unwrap(), [first]);
    assert_eq!(store.latest_change().await.unwrap(), seen);
}

pub(super) async fn revoking_and_rotating_at_once_leave_one_current(database: &dyn Database) {
    let store = database.node().await;
    store
        .ensure_key(&key("a", SignEs256, 1), audit())
        .await
        .unwrap();
    race(database, SIXTEEN, |number, store| async move {
        let own = key(&format!("key-{number}"), SignEs256, 2);
        match number % 3 {
            0 => drop(store.rotate_key("a", &own, audit()).await.unwrap()),
            1 => drop(store.ensure_key(&own, audit()).await.unwrap()),
            _ => drop(store.revoke_key("a", &own, audit()).await.unwrap()),
        }
    })
    .await;
    let stored = store.keys(REALM).await.unwrap();
    assert!(stored.iter().all(|key| key.id != "a"), "{stored:?}");
    let current = stored.iter().filter(|key| key.retired_at.is_none());
    assert_eq!(current.count(), 1, "{stored:?}");
}

pub(super) async fn rewrapping_replaces_the_form_that_was_read(database: &dyn Database) {
    let store = database.node().await;
    let mut first = key("a", SignEs256, 1);
    store.ensure_key(&first, audit()).await.unwrap();
    let stale = store
        .rewrap_key(REALM, "a", b"other", b"new", audit())
        .await;
    assert!(!stale.unwrap());
    let elsewhere = store
        .rewrap_key(OTHER_REALM, "a", &first.secret, b"new", audit())
        .await;
    assert!(!elsewhere.unwrap());
    assert_eq!(store.keys(REALM).await.unwrap(), [first.clone()]);
    let done = store
        .rewrap_key(REALM, "a", &first.secret, b"new", audit())
        .await;
    assert!(done.unwrap());
    first.secret = b"new".to_vec();
    assert_eq!(store.keys(REALM).await.unwrap(), [first]);
}

pub(super) async fn retired_ones_go_when_their_time_has_come(database: &dyn Database) {
    let store = database.node().await;
    store
        .ensure_key(&key("a", SignEs256, 1), audit())
        .await
        .unwrap();
    let second = key("b", SignEs256, 5);
    assert!(store.rotate_key("a", &second, audit()).await.unwrap());
    let third = key("c", SignEs256, 9);
    assert!(store.rotate_key("b", &third, audit()).await.unwrap());
    for early in [
        store.remove_retired_keys(REALM, at(4), audit()).await,
        store
            .remove_retired_keys(OTHER_REALM, at(99), audit())
            .await,
    ] {
        assert_eq!(early.unwrap(), 0);
    }
    assert_eq!(store.keys(REALM).await.unwrap().len(), 3);
    assert_eq!(
        store
            .remove_retired_keys(REALM, at(5), audit())
            .await
            .unwrap(),
        1
    );
    assert_eq!(
        store
            .remove_retired_keys(REALM, at(99), audit())
            .await
            .unwrap(),
        1
    );
    assert_eq!(
        store
            .remove_retired_keys(REALM, at(99), audit())
            .await
            .unwrap(),
        0
    );
    assert_eq!(store.keys(REALM).await.unwrap(), [third]);
}
