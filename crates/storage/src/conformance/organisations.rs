use oauth::model::{ExternalId, Role};

use super::Database;
use super::samples::{OTHER_REALM, REALM, at, audit, external, id, organisation, page, role};
use crate::error::StoreError;

pub(super) async fn come_back_by_id_slug_and_number(database: &dyn Database) {
    let store = database.node().await;
    let mut given = organisation(1, "alpine");
    given.number = 77;
    assert_eq!(
        store
            .insert_organisation(&given, &[], audit())
            .await
            .unwrap(),
        given
    );
    let next = store
        .insert_organisation(&organisation(2, "beta"), &[], audit())
        .await;
    assert_eq!(next.unwrap().number, 78);
    let found = Some(given);
    assert_eq!(store.organisation(REALM, id(1)).await.unwrap(), found);
    let by_slug = store.organisation_by_slug(REALM, "alpine").await.unwrap();
    assert_eq!(by_slug, found);
    let by_number = store.organisation_by_number(REALM, 77).await.unwrap();
    assert_eq!(by_number, found);
    assert_eq!(store.organisation(REALM, id(9)).await.unwrap(), None);
    let by_slug = store.organisation_by_slug(REALM, "Alpine").await.unwrap();
    assert_eq!(by_slug, None);
    let by_number = store.organisation_by_number(REALM, 1).await.unwrap();
    assert_eq!(by_number, None);
}

/// Short names that are numbers were given once.
pub(super) async fn numbers_pass_over_short_names(database: &dyn Database) {
    let store = database.node().await;
    let mut numbers = Vec::new();
    for (number, slug) in (1..).zip(["alpine", "3", "beta", "6", "7", "gamma"]) {
        let wanted = organisation(number, slug);
        let added = store.insert_organisation(&wanted, &[], audit()).await;
        numbers.push(added.unwrap().number);
    }
    assert_eq!(numbers, [1, 2, 4, 5, 7, 8]);
}

pub(super) async fn a_slug_is_taken_once(database: &dyn Database) {
    let store = database.node().await;
    store
        .insert_organisation(&organisation(1, "alpine"), &[], audit())
        .await
        .unwrap();
    let refused = store
        .insert_organisation(&organisation(2, "alpine"), &[], audit())
        .await;
    assert_eq!(
        refused,
        Err(StoreError::AlreadyExists {
            what: "organisation",
            key: "alpine".to_owned()
        })
    );
}

pub(super) async fn an_addition_that_fails_leaves_no_roles(database: &dyn Database) {
    let store = database.node().await;
    let alpine = organisation(1, "alpine");
    // The second role belongs to an organisation that does not exist.
    let roles = [role(id(1), "admin", &["*"]), role(id(9), "admin", &["*"])];
    let refused = store.insert_organisation(&alpine, &roles, audit()).await;
    assert!(matches!(
        refused,
        Err(StoreError::NotFound {
            what: "organisation",
            ..
        })
    ));
    assert_eq!(store.organisation(REALM, id(1)).await.unwrap(), None);
    assert_eq!(store.roles(REALM, id(1)).await.unwrap(), []);
    store
        .insert_organisation(&alpine, &roles[..1], audit())
        .await
        .unwrap();
}

pub(super) async fn come_in_pages_by_slug(database: &dyn Database) {
    let store = database.node().await;
    for (number, slug) in (1..).zip(["c", "a", "b"]) {
        let added = organisation(number, slug);
        store
            .insert_organisation(&added, &[], audit())
            .await
            .unwrap();
    }
    let first = store.organisations(REALM, &page(2)).await.unwrap();
    let slugs: Vec<_> = first
        .items
        .iter()
        .map(|found| found.slug.as_str())
        .collect();
    assert_eq!(slugs, ["a", "b"]);
    let mut rest = page(2);
    rest.after = first.next;
    assert!(rest.after.is_some());
    let last = store.organisations(REALM, &rest).await.unwrap();
    assert_eq!((last.items[0].slug.as_str(), last.next), ("c", None));
}

pub(super) async fn roles_come_by_name_and_are_replaced(database: &dyn Database) {
    let store = database.node().await;
    let roles = [
        role(id(1), "sales", &["contact_*"]),
        role(id(1), "admin", &["*"]),
    ];
    store
        .insert_organisation(&organisation(1, "alpine"), &roles, audit())
        .await
        .unwrap();
    let sales = Role {
        version: 1,
        ..role(id(1), "sales", &["invoice_show", "contact_show"])
    };
    store.put_role(&sales, audit()).await.unwrap();
    let clerk = role(id(1), "clerk", &[]);
    store.put_role(&clerk, audit()).await.unwrap();
    let [_, admin] = roles;
    let stored = [admin, clerk, sales].map(|put| Role {
        version: put.version + 1,
        ..put
    });
    assert_eq!(store.roles(REALM, id(1)).await.unwrap(), stored);
}

pub(super) async fn a_role_that_others_changed_is_not_overwritten(database: &dyn Database) {
    let store = database.node().await;
    let read = role(id(1), "sales", &["contact_*"]);
    store
        .insert_organisation(
            &organisation(1, "alpine"),
            std::slice::from_ref(&read),
            audit(),
        )
        .await
        .unwrap();
    let (what, key) = ("role", || "sales".to_owned());
    let put = |version, name: &str| Role {
        version,
        ..role(id(1), name, &["*"])
    };
    assert_eq!(
        store.put_role(&put(0, "sales"), audit()).await,
        Err(StoreError::AlreadyExists { what, key: key() })
    );
    store.put_role(&put(1, "sales"), audit()).await.unwrap();
    assert_eq!(
        store.put_role(&put(1, "sales"), audit()).await,
        Err(StoreError::Conflict { what, key: key() })
    );
    assert_eq!(
        store.put_role(&put(1, "clerk"), audit()).await,
        Err(StoreError::NotFound {
            what,
            key: "clerk".to_owned()
        })
    );
}

pub(super) async fn another_system_has_one_of_each_id(database: &dyn Database) {
    let store = database.node().await;
    let first = organisation(1, "alpine");
    let mut second = organisation(2, "beta");
    second.external.clone_from(&first.external);
    store
        .insert_organisation(&first, &[], audit())
        .await
        .unwrap();
    let refused = store.insert_organisation(&second, &[], audit()).await;
    assert!(matches!(refused, Err(StoreError::AlreadyExists { .. })));
    for (number, external) in [(3, None), (4, None), (5, Some("erp"))] {
        let mut other = organisation(number, &format!("other-{number}"));
        other.external = external.map(|source| ExternalId {
            source: source.to_owned(),
            id: first.external.clone().unwrap().id,
        });
        store
            .insert_organisation(&other, &[], audit())
            .await
            .unwrap();
    }
}

pub(super) async fn a_role_needs_its_organisation(database: &dyn Database) {
    let store = database.node().await;
    let refused = store.put_role(&role(id(1), "admin", &["*"]), audit()).await;
    assert_eq!(
        refused,
        Err(StoreError::NotFound {
            what: "organisation",
            key: id(1).to_string()
        })
    );
}

pub(super) async fn are_renamed_only_as_they_were_read(database: &dyn Database) {
    let store = database.node().await;
    for (number, slug) in [(1, "alpine"), (2, "beta")] {
        let added = organisation(number, slug);
        store
            .insert_organisation(&added, &[], audit())
            .await
            .unwrap();
    }
    let read = store.organisation(REALM, id(1)).await.unwrap().unwrap();
    let mut renamed = read.clone();
    (renamed.slug, renamed.name) = ("gamma".to_owned(), "Gamma".to_owned());
    store.rename_organisation(&renamed, audit()).await.unwrap();
    renamed.version += 1;
    let by_slug = store.organisation_by_slug(REALM, "gamma").await.unwrap();
    assert_eq!(by_slug, Some(renamed.clone()));
    let gone = store.organisation_by_slug(REALM, "alpine").await.unwrap();
    assert_eq!(gone, None);
    let late = store.rename_organisation(&read, audit()).await;
    assert!(matches!(late, Err(StoreError::Conflict { .. })), "{late:?}");
    renamed.slug = "beta".to_owned();
    let taken = store.rename_organisation(&renamed, audit()).await;
    assert_eq!(
        taken,
        Err(StoreError::AlreadyExists {
            what: "organisation",
            key: "beta".to_owned()
        })
    );
    let nobody = organisation(9, "nobody");
    let nobody = store.rename_organisation(&nobody, audit()).await;
    assert!(
        matches!(nobody, Err(StoreError::NotFound { .. })),
        "{nobody:?}"
    );
}

pub(super) async fn are_found_by_what_their_system_calls_them(database: &dyn Database) {
    let store = database.node().await;
    let wanted = organisation(2, "alpine");
    let made = store
        .insert_organisation(&wanted, &[], audit())
        .await
        .unwrap();
    let called = external(2);
    let found = store.organisation_by_external(REALM, &called).await;
    assert_eq!(found.unwrap(), Some(made.clone()));
    let elsewhere = store.organisation_by_external(OTHER_REALM, &called).await;
    assert_eq!(elsewhere.unwrap(), None);
    let deleted = store.delete_organisation(&made, at(1), audit()).await;
    deleted.unwrap();
    let gone = store.organisation_by_external(REALM, &called).await;
    assert_eq!(gone.unwrap(), None);
}
