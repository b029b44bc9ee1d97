use std::time::Duration;

use oauth::model::{GivenRights, Membership, Position, Rights, Role, Status};

use super::Database;
use super::samples::{REALM, at, audit, id, membership, organisation, parties, role, stored, user};
use crate::error::StoreError;

pub(super) async fn are_seen_from_both_sides(database: &dyn Database) {
    let store = database.node().await;
    let who = parties(store.as_ref()).await;
    let zeta = store.insert_user(&user(3, "Zeta"), audit()).await.unwrap();
    let mut acorn = organisation(4, "zz-acorn");
    acorn.name = "Acorn".to_owned();
    let acorn = store
        .insert_organisation(&acorn, &[], audit())
        .await
        .unwrap();
    let grace_in_alpine = membership(who.organisation, who.user, &["sales", "admin"]);
    let zeta_in_alpine = membership(who.organisation, zeta.id, &[]);
    let grace_in_acorn = membership(acorn.id, who.user, &[]);
    for put in [&grace_in_alpine, &zeta_in_alpine, &grace_in_acorn] {
        store.put_membership(put, audit()).await.unwrap();
    }
    let [grace_in_alpine, zeta_in_alpine, grace_in_acorn] =
        [grace_in_alpine, zeta_in_alpine, grace_in_acorn].map(stored);
    let of_grace = store.memberships(REALM, who.user).await.unwrap();
    let alpine = store.organisation(REALM, who.organisation).await.unwrap();
    assert_eq!(
        of_grace,
        [
            (acorn, grace_in_acorn),
            (alpine.unwrap(), grace_in_alpine.clone())
        ]
    );
    let in_alpine = store.members(REALM, who.organisation).await.unwrap();
    let names: Vec<_> = in_alpine
        .iter()
        .map(|(user, _)| user.username.as_str())
        .collect();
    assert_eq!(names, ["grace", "Zeta"]);
    assert_eq!(in_alpine[0].1, grace_in_alpine);
    assert_eq!(in_alpine[1].1, zeta_in_alpine);
}

pub(super) async fn putting_replaces_what_was_read(database: &dyn Database) {
    let store = database.node().await;
    let who = parties(store.as_ref()).await;
    let put = membership(who.organisation, who.user, &["admin", "sales"]);
    store.put_membership(&put, audit()).await.unwrap();
    let less = Membership {
        roles: vec!["sales".to_owned()],
        cut_off: Some(Position(11)),
        ..stored(put.clone())
    };
    store.put_membership(&less, audit()).await.unwrap();
    let of_user = || async { store.memberships(REALM, who.user).await.unwrap() };
    let there = of_user().await;
    assert_eq!(there.len(), 1);
    assert_eq!(there[0].1, stored(less.clone()));
    // What others knew is not what is there any more.
    let key = format!("{} in {}", who.user, who.organisation);
    let what = "membership";
    let refused = store.put_membership(&put, audit()).await;
    let taken = StoreError::AlreadyExists {
        what,
        key: key.clone(),
    };
    assert_eq!(refused, Err(taken));
    let refused = store.put_membership(&less, audit()).await;
    assert_eq!(refused, Err(StoreError::Conflict { what, key }));
    assert_eq!(of_user().await[0].1, stored(less));
}

pub(super) async fn name_what_is_missing_and_stay_as_they_were(database: &dyn Database) {
    let store = database.node().await;
    let who = parties(store.as_ref()).await;
    let before = membership(who.organisation, who.user, &["sales"]);
    store.put_membership(&before, audit()).await.unwrap();
    let before = stored(before);
    let role = Membership {
        roles: vec!["admin".to_owned(), "owner".to_owned()],
        ..before.clone()
    };
    let person = membership(who.organisation, id(90), &["admin"]);
    let place = membership(id(91), who.user, &["admin"]);
    let missing = [
        (role, "role", "owner".to_owned()),
        (person, "user", id(90).to_string()),
        (place, "organisation", id(91).to_string()),
    ];
    for (put, what, key) in missing {
        let refused = store.put_membership(&put, audit()).await;
        assert_eq!(refused, Err(StoreError::NotFound { what, key }));
    }
    let stored = store.members(REALM, who.organisation).await.unwrap();
    assert_eq!(stored.len(), 1);
    assert_eq!(stored[0].1, before);
}

pub(super) async fn removing_answers_whether_there_was_one(database: &dyn Database) {
    let store = database.node().await;
    let who = parties(store.as_ref()).await;
    let put = membership(who.organisation, who.user, &["admin"]);
    store.put_membership(&put, audit()).await.unwrap();
    let read = stored(put);
    let other = Membership {
        version: 2,
        ..read.clone()
    };
    let conflict = store.remove_membership(&other, audit()).await;
    assert!(matches!(conflict, Err(StoreError::Conflict { .. })));
    let remove = || store.remove_membership(&read, audit());
    assert!(remove().await.unwrap());
    assert!(!remove().await.unwrap());
    assert!(store.memberships(REALM, who.user).await.unwrap().is_empty());
}

pub(super) async fn rights_are_those_of_all_roles(database: &dyn Database) {
    let store = database.node().await;
    let who = parties(store.as_ref()).await;
    let clerk = role(who.organisation, "clerk", &["invoice_show", "offer_show"]);
    store.put_role(&clerk, audit()).await.unwrap();
    // Not one of this person's.
    let boss = role(who.organisation, "boss", &["bank_pay"]);
    store.put_role(&boss, audit()).await.unwrap();
    let put = membership(who.organisation, who.user, &["sales", "clerk"]);
    store.put_membership(&put, audit()).await.unwrap();
    let rights = || store.rights(REALM, who.user, who.organisation);
    let mut held = rights().await.unwrap().unwrap();
    held.names.sort_unstable();
    assert_eq!(held.names, ["contact_*", "invoice_show", "offer_show"]);
    let sales = Role {
        version: 1,
        ..role(who.organisation, "sales", &[])
    };
    store.put_role(&sales, audit()).await.unwrap();
    let mut held = rights().await.unwrap().unwrap();
    held.names.sort_unstable();
    assert_eq!(held.names, ["invoice_show", "offer_show"]);
}

fn may(names: &[&str]) -> Option<Rights> {
    Some(Rights {
        names: names.iter().map(|name| (*name).to_owned()).collect(),
        given: None,
        cut_off: None,
    })
}

pub(super) async fn rights_need_a_membership_and_an_able_person(database: &dyn Database) {
    let store = database.node().await;
    let who = parties(store.as_ref()).await;
    let rights = || store.rights(REALM, who.user, who.organisation);
    assert_eq!(rights().await.unwrap(), None);
    let put = membership(who.organisation, who.user, &[]);
    store.put_membership(&put, audit()).await.unwrap();
    assert_eq!(rights().await.unwrap(), may(&[]));
    let put = Membership {
        roles: vec!["admin".to_owned()],
        ..stored(put)
    };
    store.put_membership(&put, audit()).await.unwrap();
    assert_eq!(rights().await.unwrap(), may(&["*"]));
    let mut disabled = store.user(REALM, who.user).await.unwrap().unwrap();
    disabled.status = Status::Disabled { since: at(3) };
    store.update_user(&disabled, audit()).await.unwrap();
    assert_eq!(rights().await.unwrap(), None);
}

fn given(names: &[&str], second: i64) -> GivenRights {
    let names = names.iter().map(|name| (*name).to_owned()).collect();
    GivenRights::new(names, at(second), Duration::from_secs(100))
}

pub(super) async fn what_was_given_is_kept_until_it_is_given_anew(database: &dyn Database) {
    let store = database.node().await;
    let who = parties(store.as_ref()).await;
    let first = Membership {
        given: Some(given(&["contact_show", "invoice_*"], 5)),
        ..membership(who.organisation, who.user, &["sales"])
    };
    store.put_membership(&first, audit()).await.unwrap();
    let first = stored(first);
    let read = || async {
        let places = store.memberships(REALM, who.user).await.unwrap();
        let members = store.members(REALM, who.organisation).await.unwrap();
        assert_eq!(places[0].1, members[0].1);
        let rights = store.rights(REALM, who.user, who.organisation).await;
        let rights = rights.unwrap().unwrap();
        assert_eq!(rights.given, places[0].1.given);
        (places[0].1.clone(), rights)
    };
    let (place, rights) = read().await;
    assert_eq!(place, first);
    // Beside the rights of the roles, in the order in which they were given.
    assert_eq!(rights.names, ["contact_*", "invoice_show"]);
    assert_eq!(rights.given.unwrap().names, ["contact_show", "invoice_*"]);
    for given in [Some(given(&[], 7)), None] {
        let (before, _) = read().await;
        let next = Membership { given, ..before };
        store.put_membership(&next, audit()).await.unwrap();
        assert_eq!(read().await.0, stored(next));
    }
}
