use oauth::model::{Grant, KeyPurpose, Membership, RevocationReason};
use scope::Scope;

use super::Database;
use super::samples::{
    APP, OTHER_REALM, REALM, at, audit, key, membership, page, parties, record, records, scope,
    stored,
};

/// Everything that was stored for one realm, asked for in another.
pub(super) async fn do_not_see_each_other(database: &dyn Database) {
    let store = database.node().await;
    let who = parties(store.as_ref()).await;
    let (user, place) = (who.user, who.organisation);
    let grant = who.agree(store.as_ref(), 10).await.id;
    let put = membership(place, user, &["admin"]);
    store.put_membership(&put, audit()).await.unwrap();
    store
        .ensure_key(&key("a", KeyPurpose::SealToken, 1), audit())
        .await
        .unwrap();
    store
        .sandbox_put(&[record(place, "contact", "1")])
        .await
        .unwrap();

    let realm = OTHER_REALM;
    assert!(store.client(realm, APP).await.unwrap().is_none());
    assert!(
        store
            .clients(realm, &page(9))
            .await
            .unwrap()
            .items
            .is_empty()
    );
    assert!(store.user(realm, user).await.unwrap().is_none());
    assert!(
        store
            .user_by_username(realm, "grace")
            .await
            .unwrap()
            .is_none()
    );
    assert!(store.users(realm, &page(9)).await.unwrap().items.is_empty());
    assert!(store.organisation(realm, place).await.unwrap().is_none());
    let by_slug = store.organisation_by_slug(realm, "alpine").await;
    assert!(by_slug.unwrap().is_none());
    let by_number = store.organisation_by_number(realm, 1).await;
    assert!(by_number.unwrap().is_none());
    let organisations = store.organisations(realm, &page(9)).await.unwrap();
    assert!(organisations.items.is_empty());
    assert!(store.roles(realm, place).await.unwrap().is_empty());
    assert!(store.memberships(realm, user).await.unwrap().is_empty());
    assert!(store.members(realm, place).await.unwrap().is_empty());
    assert!(store.rights(realm, user, place).await.unwrap().is_none());
    let nowhere = Membership {
        realm: realm.to_owned(),
        ..stored(membership(place, user, &["admin"]))
    };
    assert!(!store.remove_membership(&nowhere, audit()).await.unwrap());
    assert!(store.keys(realm).await.unwrap().is_empty());
    assert!(store.grant(realm, grant).await.unwrap().is_none());
    assert!(store.grants_of_user(realm, user).await.unwrap().is_empty());
    let consents = store.consents_of_user(realm, user, 9).await.unwrap();
    assert!(consents.is_empty());
    let revoked = store
        .revoke_grant(realm, grant, RevocationReason::ByUser, at(1), audit())
        .await;
    assert!(!revoked.unwrap());
    let read = store.grant(REALM, grant).await.unwrap().unwrap();
    let elsewhere = Grant {
        realm: realm.to_owned(),
        ..read
    };
    let reduced = store
        .reduce_grant(
            &elsewhere,
            &scope("general"),
            &Scope::empty(),
            at(1),
            audit(),
        )
        .await;
    assert!(!reduced.unwrap());
    let mut query = records(place, "contact", 9);
    query.realm = realm.to_owned();
    assert!(store.sandbox_list(&query).await.unwrap().items.is_empty());
    let found = store.sandbox_record_by_id(realm, place, "1").await;
    assert!(found.unwrap().is_none());
    let deleted = store.sandbox_delete(realm, place, "contact", "1").await;
    assert!(!deleted.unwrap());
    let mut foreign = put;
    foreign.realm = realm.to_owned();
    assert!(store.put_membership(&foreign, audit()).await.is_err());
}
