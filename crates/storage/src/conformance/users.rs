use std::collections::BTreeSet;

use oauth::model::{ExternalId, Position, Status, User};

use super::Database;
use super::samples::{OTHER_REALM, REALM, at, audit, external, id, page, user};
use super::together::{SIXTEEN, race};
use crate::error::StoreError;

pub(super) async fn come_back_as_they_were(database: &dyn Database) {
    let store = database.node().await;
    let mut wanted = user(1, "Grace@Example.org");
    wanted.number = 42;
    wanted.status = Status::Disabled { since: at(3) };
    assert!(store.insert_user(&wanted, audit()).await.unwrap() == wanted);
    assert!(store.user(REALM, id(1)).await.unwrap() == Some(wanted));
    assert!(store.user(REALM, id(2)).await.unwrap().is_none());
}

pub(super) async fn are_found_by_name_in_any_case(database: &dyn Database) {
    let store = database.node().await;
    store
        .insert_user(&user(1, "Zoë@Example.org"), audit())
        .await
        .unwrap();
    for name in ["Zoë@Example.org", "zoë@example.org", "ZOË@EXAMPLE.ORG"] {
        let found = store.user_by_username(REALM, name).await.unwrap();
        assert_eq!(found.expect(name).username, "Zoë@Example.org");
    }
    let other = store.user_by_username(REALM, "zoe@example.org").await;
    assert!(other.unwrap().is_none());
}

pub(super) async fn are_found_by_each_spelling_of_their_name(database: &dyn Database) {
    let store = database.node().await;
    let zoe = user(1, "zoe\u{308}");
    let zoe = store.insert_user(&zoe, audit()).await.unwrap();
    for name in ["zo\u{eb}", "ZOE\u{308}", "Ｚｏ\u{eb}"] {
        let found = store.user_by_username(REALM, name).await.unwrap();
        assert!(found.as_ref() == Some(&zoe), "{name:?}");
        let taken = store.insert_user(&user(2, name), audit()).await;
        let is_taken = matches!(taken, Err(StoreError::AlreadyExists { what: "user", .. }));
        assert!(is_taken, "{name:?}");
    }
}

pub(super) async fn a_name_is_taken_in_any_case(database: &dyn Database) {
    let store = database.node().await;
    store.insert_user(&user(1, "grace"), audit()).await.unwrap();
    let refused = store.insert_user(&user(2, "GRACE"), audit()).await;
    assert_eq!(
        refused.err(),
        Some(StoreError::AlreadyExists {
            what: "user",
            key: "GRACE".to_owned()
        })
    );
    assert!(store.user(REALM, id(2)).await.unwrap().is_none());
}

pub(super) async fn numbers_count_up_in_each_realm(database: &dyn Database) {
    let store = database.node().await;
    let mut given = user(2, "b");
    given.number = 10;
    let mut elsewhere = user(4, "d");
    elsewhere.realm = OTHER_REALM.to_owned();
    let mut numbers = Vec::new();
    for user in [user(1, "a"), given, user(3, "c"), elsewhere] {
        numbers.push(store.insert_user(&user, audit()).await.unwrap().number);
    }
    assert_eq!(numbers, [1, 10, 11, 1]);
}

pub(super) async fn updating_replaces(database: &dyn Database) {
    let store = database.node().await;
    let mut changed = store.insert_user(&user(1, "grace"), audit()).await.unwrap();
    changed.username = "Hopper".to_owned();
    changed.name = "Grace Hopper".to_owned();
    changed.password_hash = None;
    changed.email = None;
    changed.email_verified = false;
    changed.language = None;
    changed.status = Status::Disabled { since: at(9) };
    changed.external = None;
    changed.cut_off = Some(Position(9));
    store.update_user(&changed, audit()).await.unwrap();
    let stale = store.update_user(&changed, audit()).await;
    let (what, key) = ("user", id(1).to_string());
    assert_eq!(stale, Err(StoreError::Conflict { what, key }));
    changed.version = 2;
    assert!(store.user(REALM, id(1)).await.unwrap() == Some(changed));
    assert!(
        store
            .user_by_username(REALM, "hopper")
            .await
            .unwrap()
            .is_some()
    );
    assert!(
        store
            .user_by_username(REALM, "grace")
            .await
            .unwrap()
            .is_none()
    );
}

pub(super) async fn updating_needs_one_and_a_free_name(database: &dyn Database) {
    let store = database.node().await;
    let missing = store.update_user(&user(1, "grace"), audit()).await;
    assert!(matches!(
        missing,
        Err(StoreError::NotFound { what: "user", .. })
    ));
    store.insert_user(&user(1, "grace"), audit()).await.unwrap();
    let mut second = store.insert_user(&user(2, "ada"), audit()).await.unwrap();
    second.username = "Grace".to_owned();
    let taken = store.update_user(&second, audit()).await;
    assert!(matches!(
        taken,
        Err(StoreError::AlreadyExists { what: "user", .. })
    ));
    let stored = store.user(REALM, id(2)).await.unwrap().unwrap();
    assert_eq!(stored.username, "ada");
}

pub(super) async fn come_in_pages_by_name(database: &dyn Database) {
    let store = database.node().await;
    for (number, name) in (1..).zip(["dora", "Bea", "ada", "Carl"]) {
        store
            .insert_user(&user(number, name), audit())
            .await
            .unwrap();
    }
    let mut seen = Vec::new();
    let mut wanted = page(3);
    loop {
        let got = store.users(REALM, &wanted).await.unwrap();
        seen.extend(got.items.into_iter().map(|user| user.username));
        let Some(next) = got.next else { break };
        wanted.after = Some(next);
    }
    assert_eq!(seen, ["ada", "Bea", "Carl", "dora"]);
}

pub(super) async fn added_at_once_have_their_own_numbers(database: &dyn Database) {
    let numbers: BTreeSet<i64> = race(database, SIXTEEN, |number, store| async move {
        let wanted = user(number as u64 + 1, &format!("user-{number}"));
        store.insert_user(&wanted, audit()).await.unwrap().number
    })
    .await
    .into_iter()
    .collect();
    assert_eq!(numbers, (1..=16).collect());
}

pub(super) async fn one_of_sixteen_gets_the_name(database: &dyn Database) {
    let answers = race(database, SIXTEEN, |number, store| async move {
        store
            .insert_user(&user(number as u64 + 1, "grace"), audit())
            .await
    })
    .await;
    let added = answers.iter().filter(|answer| answer.is_ok()).count();
    assert_eq!(added, 1);
    for refused in answers.into_iter().filter_map(Result::err) {
        assert!(matches!(
            refused,
            StoreError::AlreadyExists { what: "user", .. }
        ));
    }
}

/// What somebody types is looked for as it is, and found to be nobody.
pub(super) async fn are_not_called_by_what_cannot_be_a_name(database: &dyn Database) {
    let store = database.node().await;
    store.insert_user(&user(1, "grace"), audit()).await.unwrap();
    for name in ["", "grace\0", "\0", "grace' OR '1'='1"] {
        let found = store.user_by_username(REALM, name).await.unwrap();
        assert!(found.is_none(), "{name:?}");
        let slug = store.organisation_by_slug(REALM, name).await.unwrap();
        assert!(slug.is_none(), "{name:?}");
    }
    let mut wanted = page(9);
    wanted.after = Some("\0".to_owned());
    store.users(REALM, &wanted).await.unwrap();
    store.organisations(REALM, &wanted).await.unwrap();
}

pub(super) async fn are_found_by_what_their_system_calls_them(database: &dyn Database) {
    let store = database.node().await;
    let made = store.insert_user(&user(1, "grace"), audit()).await.unwrap();
    let called = external(1);
    let found = store.user_by_external(REALM, &called).await.unwrap();
    assert!(found == Some(made.clone()));
    let twice = User {
        id: id(2),
        username: "hopper".to_owned(),
        ..made.clone()
    };
    let twice = store.insert_user(&twice, audit()).await;
    assert!(
        matches!(twice, Err(StoreError::AlreadyExists { .. })),
        "{twice:?}"
    );
    for (realm, source, name) in [
        (OTHER_REALM, "crm", "no. 1"),
        (REALM, "crm2", "no. 1"),
        (REALM, "crm", "no. 2"),
        (REALM, "crm", "no. 1\0"),
    ] {
        let other = ExternalId {
            source: source.to_owned(),
            id: name.to_owned(),
        };
        let nobody = store.user_by_external(realm, &other).await.unwrap();
        assert!(nobody.is_none(), "{name:?} of {source}");
    }
    store.delete_user(&made, at(1), audit()).await.unwrap();
    assert!(
        store
            .user_by_external(REALM, &called)
            .await
            .unwrap()
            .is_none()
    );
    let again = User {
        id: id(3),
        ..user(1, "grace")
    };
    let again = store.insert_user(&again, audit()).await.unwrap();
    assert!(store.user_by_external(REALM, &called).await.unwrap() == Some(again));
}
