use oauth::model::{SandboxQuery, SandboxRecord};

use super::Database;
use super::samples::{REALM, at, audit, id, organisation, parties, record, records};
use crate::error::StoreError;
use crate::store::Store;

pub(super) async fn records_come_back_as_they_were(database: &dyn Database) {
    let store = database.node().await;
    let place = parties(store.as_ref()).await.organisation;
    let plain = record(place, "contact", "1");
    let full = SandboxRecord {
        parent: "4/19".to_owned(),
        created_by: Some("ledger-sync".to_owned()),
        ..record(place, "comment", "1")
    };
    store
        .sandbox_put(&[plain.clone(), full.clone()])
        .await
        .unwrap();
    let found = store.sandbox_record(REALM, place, "contact", "1").await;
    assert_eq!(found.unwrap(), Some(plain));
    let found = store.sandbox_record(REALM, place, "comment", "1").await;
    assert_eq!(found.unwrap(), Some(full));
    let none = store.sandbox_record(REALM, place, "contact", "2").await;
    assert_eq!(none.unwrap(), None);
}

pub(super) async fn putting_replaces_in_its_place(database: &dyn Database) {
    let store = database.node().await;
    let place = parties(store.as_ref()).await.organisation;
    let (first, second) = (record(place, "contact", "1"), record(place, "contact", "2"));
    store
        .sandbox_put(&[first.clone(), second.clone()])
        .await
        .unwrap();
    let changed = SandboxRecord {
        body: serde_json::json!({ "id": "1", "name": "changed" }),
        updated_at: at(9),
        ..first
    };
    store
        .sandbox_put(std::slice::from_ref(&changed))
        .await
        .unwrap();
    let listed = store.sandbox_list(&records(place, "contact", 9)).await;
    assert_eq!(listed.unwrap().items, [changed, second]);
}

pub(super) async fn putting_is_all_or_nothing(database: &dyn Database) {
    let store = database.node().await;
    let place = parties(store.as_ref()).await.organisation;
    let put = [
        record(place, "contact", "1"),
        record(id(99), "contact", "2"),
    ];
    let refused = store.sandbox_put(&put).await;
    assert!(matches!(
        refused,
        Err(StoreError::NotFound {
            what: "organisation",
            ..
        })
    ));
    let listed = store.sandbox_list(&records(place, "contact", 9)).await;
    assert_eq!(listed.unwrap().items, []);
}

pub(super) async fn lists_select_by_parent_and_creator(database: &dyn Database) {
    let store = database.node().await;
    let place = parties(store.as_ref()).await.organisation;
    for (name, parent, creator) in [
        ("1", "4", None),
        ("2", "4", Some("a")),
        ("3", "5", Some("a")),
        ("4", "5", Some("b")),
    ] {
        let put = SandboxRecord {
            parent: parent.to_owned(),
            created_by: creator.map(str::to_owned),
            ..record(place, "line", name)
        };
        store.sandbox_put(&[put]).await.unwrap();
    }
    let select = |parent: Option<&str>, creator: Option<&str>| SandboxQuery {
        parent: parent.map(str::to_owned),
        created_by: creator.map(str::to_owned),
        ..records(place, "line", 9)
    };
    let cases = [
        (select(None, None), "1234"),
        (select(Some("4"), None), "12"),
        (select(None, Some("a")), "23"),
        (select(Some("5"), Some("b")), "4"),
        (select(Some(""), None), ""),
    ];
    for (query, expected) in cases {
        let listed = store.sandbox_list(&query).await.unwrap();
        let names: String = listed.items.into_iter().map(|record| record.id).collect();
        assert_eq!(names, expected, "{query:?}");
    }
}

pub(super) async fn pages_follow_creation_also_past_deleted_ones(database: &dyn Database) {
    let store = database.node().await;
    let place = parties(store.as_ref()).await.organisation;
    for name in ["30", "4", "100", "b", "a"] {
        let put = record(place, "contact", name);
        store.sandbox_put(&[put]).await.unwrap();
    }
    let mut query = records(place, "contact", 2);
    let first = store.sandbox_list(&query).await.unwrap();
    assert_eq!(names(&first.items), ["30", "4"]);
    // The last one of the page goes before the next page is asked for.
    store
        .sandbox_delete(REALM, place, "contact", "4")
        .await
        .unwrap();
    query.page.after = first.next;
    let second = store.sandbox_list(&query).await.unwrap();
    assert_eq!(names(&second.items), ["100", "b"]);
    query.page.after = second.next;
    let last = store.sandbox_list(&query).await.unwrap();
    assert_eq!((names(&last.items), last.next), (vec!["a"], None));
}

pub(super) async fn deleting_answers_whether_it_was_there(database: &dyn Database) {
    let store = database.node().await;
    let place = parties(store.as_ref()).await.organisation;
    let put = [record(place, "contact", "1"), record(place, "invoice", "1")];
    store.sandbox_put(&put).await.unwrap();
    assert!(delete(store.as_ref(), place).await);
    assert!(!delete(store.as_ref(), place).await);
    let other = store.sandbox_record(REALM, place, "invoice", "1").await;
    assert!(other.unwrap().is_some());
}

async fn delete(store: &dyn Store, place: oauth::model::Uuid) -> bool {
    store
        .sandbox_delete(REALM, place, "contact", "1")
        .await
        .unwrap()
}

pub(super) async fn a_record_is_found_in_whatever_collection(database: &dyn Database) {
    let store = database.node().await;
    let place = parties(store.as_ref()).await.organisation;
    let put = [record(place, "site", "s-1"), record(place, "unit", "u-1")];
    store.sandbox_put(&put).await.unwrap();
    let found = store.sandbox_record_by_id(REALM, place, "u-1").await;
    assert_eq!(found.unwrap().as_ref(), put.get(1));
    let none = store.sandbox_record_by_id(REALM, place, "u-2").await;
    assert_eq!(none.unwrap(), None);
}

pub(super) async fn organisations_do_not_see_each_other(database: &dyn Database) {
    let store = database.node().await;
    let own = parties(store.as_ref()).await.organisation;
    let beta = organisation(3, "beta");
    let other = store
        .insert_organisation(&beta, &[], audit())
        .await
        .unwrap()
        .id;
    let put = [record(own, "contact", "1"), record(other, "contact", "1")];
    store.sandbox_put(&put).await.unwrap();
    assert!(delete(store.as_ref(), own).await);
    let listed = store.sandbox_list(&records(other, "contact", 9)).await;
    assert_eq!(listed.unwrap().items, [record(other, "contact", "1")]);
    let listed = store.sandbox_list(&records(own, "contact", 9)).await;
    assert_eq!(listed.unwrap().items, []);
    let found = store.sandbox_record_by_id(REALM, own, "1").await;
    assert_eq!(found.unwrap(), None);
}

fn names(records: &[SandboxRecord]) -> Vec<&str> {
    records.iter().map(|record| record.id.as_str()).collect()
}
