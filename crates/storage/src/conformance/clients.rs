use std::sync::Arc;

use oauth::model::PageRequest;

use super::Database;
use super::samples::{OTHER_REALM, REALM, at, audit, client, id, page, plain_client, user, uuid};
use super::together::{SIXTEEN, race};
use crate::error::StoreError;
use crate::store::Store;

pub(super) async fn come_back_as_they_were(database: &dyn Database) {
    let store = database.node().await;
    let stored = client("a");
    store.insert_client(&stored, audit()).await.unwrap();
    assert_eq!(store.client(REALM, "a").await.unwrap(), Some(stored));
    assert_eq!(store.client(REALM, "b").await.unwrap(), None);
}

pub(super) async fn a_plain_one_comes_back_as_it_was(database: &dyn Database) {
    let store = database.node().await;
    let stored = plain_client("a");
    store.insert_client(&stored, audit()).await.unwrap();
    assert_eq!(store.client(REALM, "a").await.unwrap(), Some(stored));
}

pub(super) async fn an_id_is_taken_once(database: &dyn Database) {
    let store = database.node().await;
    let stored = client("a");
    store.insert_client(&stored, audit()).await.unwrap();
    let refused = store.insert_client(&plain_client("a"), audit()).await;
    assert_eq!(
        refused,
        Err(StoreError::AlreadyExists {
            what: "client",
            key: "a".to_owned()
        })
    );
    assert_eq!(store.client(REALM, "a").await.unwrap(), Some(stored));
    let mut elsewhere = plain_client("a");
    elsewhere.realm = OTHER_REALM.to_owned();
    store.insert_client(&elsewhere, audit()).await.unwrap();
}

/// Both stand as `sub` in tokens: who is who must not hang from a coincidence.
pub(super) async fn none_is_called_like_a_person(database: &dyn Database) {
    let store = database.node().await;
    let person = user(1, "grace");
    store.insert_user(&person, audit()).await.unwrap();
    let sub = person.id.to_string();
    for called in [sub.clone(), sub.to_uppercase(), sub.replace('-', "")] {
        let refused = store.insert_client(&client(&called), audit()).await;
        let (what, key) = ("user with the id", sub.clone());
        assert_eq!(refused, Err(StoreError::AlreadyExists { what, key }));
        assert_eq!(store.client(REALM, &called).await.unwrap(), None);
    }
    let mut elsewhere = client(&sub);
    elsewhere.realm = OTHER_REALM.to_owned();
    store.insert_client(&elsewhere, audit()).await.unwrap();
    for (number, called) in [(3, id(3).to_string()), (4, id(4).simple().to_string())] {
        store
            .insert_client(&client(&called), audit())
            .await
            .unwrap();
        let refused = store.insert_user(&user(number, "hopper"), audit()).await;
        let (what, key) = ("client", called);
        assert_eq!(refused.err(), Some(StoreError::AlreadyExists { what, key }));
        assert_eq!(store.user(REALM, id(number)).await.unwrap(), None);
    }
}

pub(super) async fn called_like_a_person_at_once_one_is_refused(database: &dyn Database) {
    let done = race(database, SIXTEEN, |number, store| async move {
        let who = 100 + number as u64 / 2;
        if number % 2 == 0 {
            let user = user(who, &format!("user-{who}"));
            store.insert_user(&user, audit()).await.is_ok()
        } else {
            let client = client(&id(who).to_string());
            store.insert_client(&client, audit()).await.is_ok()
        }
    })
    .await;
    for pair in done.chunks(2) {
        assert_eq!(pair.iter().filter(|done| **done).count(), 1, "{done:?}");
    }
}

pub(super) async fn updating_replaces(database: &dyn Database) {
    let store = database.node().await;
    store.insert_client(&client("a"), audit()).await.unwrap();
    store.insert_client(&client("b"), audit()).await.unwrap();
    let mut changed = plain_client("a");
    store.update_client(&changed, audit()).await.unwrap();
    changed.version = 2;
    assert_eq!(store.client(REALM, "a").await.unwrap(), Some(changed));
    assert_eq!(store.client(REALM, "b").await.unwrap(), Some(client("b")));
}

pub(super) async fn one_that_others_changed_is_not_overwritten(database: &dyn Database) {
    let store = database.node().await;
    store.insert_client(&client("a"), audit()).await.unwrap();
    store
        .update_client(&plain_client("a"), audit())
        .await
        .unwrap();
    let refused = store.update_client(&client("a"), audit()).await;
    let conflict = StoreError::Conflict {
        what: "client",
        key: "a".to_owned(),
    };
    assert_eq!(refused, Err(conflict));
    let stored = store.client(REALM, "a").await.unwrap().unwrap();
    assert_eq!((stored.version, stored.secrets.len()), (2, 0));
}

/// Of sixteen who read the same, one changes it.
pub(super) async fn one_of_sixteen_changes_it(database: &dyn Database) {
    let store = database.node().await;
    store.insert_client(&client("a"), audit()).await.unwrap();
    let change = |number, store: Arc<dyn Store>| async move {
        let mut changed = client("a");
        changed.name = format!("by {number}");
        store.update_client(&changed, audit()).await
    };
    let outcomes = race(database, SIXTEEN, change).await;
    let done = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    assert_eq!(done, 1, "{outcomes:?}");
    for outcome in outcomes {
        assert!(matches!(outcome, Ok(()) | Err(StoreError::Conflict { .. })));
    }
}

pub(super) async fn are_found_by_their_uuid(database: &dyn Database) {
    let store = database.node().await;
    store.insert_client(&client("a"), audit()).await.unwrap();
    store.insert_client(&client("b"), audit()).await.unwrap();
    let found = store.client_by_uuid(REALM, uuid("b")).await.unwrap();
    assert_eq!(found, Some(client("b")));
    for (realm, uuid) in [(REALM, uuid("c")), (OTHER_REALM, uuid("b"))] {
        assert_eq!(store.client_by_uuid(realm, uuid).await.unwrap(), None);
    }
    let mut same = client("c");
    same.uuid = uuid("a");
    assert!(matches!(
        store.insert_client(&same, audit()).await,
        Err(StoreError::AlreadyExists { .. })
    ));
    // It never changes.
    let mut other = client("b");
    other.uuid = uuid("z");
    store.update_client(&other, audit()).await.unwrap();
    let kept = store.client(REALM, "b").await.unwrap().unwrap();
    assert_eq!(kept.uuid, uuid("b"));
}

pub(super) async fn updating_needs_one(database: &dyn Database) {
    let store = database.node().await;
    let refused = store.update_client(&client("a"), audit()).await;
    assert_eq!(
        refused,
        Err(StoreError::NotFound {
            what: "client",
            key: "a".to_owned()
        })
    );
    assert_eq!(store.client(REALM, "a").await.unwrap(), None);
}

pub(super) async fn come_in_pages_by_id(database: &dyn Database) {
    let store = database.node().await;
    for name in ["d", "B", "a", "c", "e"] {
        store
            .insert_client(&plain_client(name), audit())
            .await
            .unwrap();
    }
    let mut seen = Vec::new();
    let mut wanted = page(2);
    loop {
        let got = store.clients(REALM, &wanted).await.unwrap();
        assert!(got.items.len() <= 2);
        seen.extend(got.items.into_iter().map(|client| client.id));
        let Some(next) = got.next else { break };
        wanted.after = Some(next);
    }
    assert_eq!(seen, ["B", "a", "c", "d", "e"]);
    let all = store.clients(REALM, &page(5)).await.unwrap();
    assert_eq!((all.items.len(), all.next), (5, None));
    let behind = PageRequest {
        after: Some("e".to_owned()),
        limit: 5,
    };
    let none = store.clients(REALM, &behind).await.unwrap();
    assert_eq!((none.items, none.next), (Vec::new(), None));
}

/// What a request brings is looked for as it is, and found to be nothing.
pub(super) async fn are_not_called_by_what_cannot_be_a_name(database: &dyn Database) {
    let store = database.node().await;
    store
        .insert_client(&plain_client("a"), audit())
        .await
        .unwrap();
    for name in ["", "a\0", "\0", "a'--", "a\u{fffd}"] {
        assert_eq!(store.client(REALM, name).await.unwrap(), None, "{name:?}");
    }
    let mut wanted = page(9);
    wanted.after = Some("\0".to_owned());
    store.clients(REALM, &wanted).await.unwrap();
}

/// Also one that was deleted, and whoever is first of many at once.
pub(super) async fn ids_that_look_alike_are_refused(database: &dyn Database) {
    let store = database.node().await;
    let refused = |outcome: Result<(), StoreError>, there: &str| {
        let told = StoreError::AlreadyExists {
            what: "client with the look-alike id",
            key: there.to_owned(),
        };
        assert_eq!(outcome, Err(told));
    };
    for (there, alike) in [
        ("ledgerly", ["Ledgerly", "Iedgerly"]),
        ("app-1", ["APP-1", "app-l"]),
        ("Zero", ["zer0", "ZERO"]),
    ] {
        let made = store.insert_client(&plain_client(there), audit()).await;
        made.unwrap();
        for id in alike {
            let outcome = store.insert_client(&plain_client(id), audit()).await;
            refused(outcome, there);
        }
        let mut elsewhere = plain_client(alike[0]);
        elsewhere.realm = OTHER_REALM.to_owned();
        store.insert_client(&elsewhere, audit()).await.unwrap();
    }
    store
        .insert_client(&plain_client("mail"), audit())
        .await
        .unwrap();
    store
        .insert_client(&plain_client("mall"), audit())
        .await
        .unwrap();
    let gone = store.client(REALM, "ledgerly").await.unwrap().unwrap();
    store.delete_client(&gone, at(3), audit()).await.unwrap();
    let outcome = store
        .insert_client(&plain_client("LEDGERLY"), audit())
        .await;
    refused(outcome, "ledgerly");

    let spellings = ["one", "One", "oNe", "onE", "ONe", "OnE", "oNE", "ONE"];
    let outcomes = race(
        database,
        SIXTEEN,
        |number, store: Arc<dyn Store>| async move {
            let client = plain_client(spellings[number % 8]);
            store.insert_client(&client, audit()).await
        },
    );
    let outcomes = outcomes.await;
    let made = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    assert_eq!(made, 1, "{outcomes:?}");
}
