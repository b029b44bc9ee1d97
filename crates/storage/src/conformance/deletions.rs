use oauth::model::{
    Ending, FamilyStatus, GrantStatus, PageRequest, Redemption, RevocationReason, Role,
};

use super::Database;
use super::samples::{
    APP, Parties, REALM, approval, at, audit, hash, id, membership, organisation, parties,
    plain_client, record, records, role, session, user,
};
use super::together::{SIXTEEN, race};
use crate::error::StoreError;
use crate::store::Store;

/// The code that is not redeemed is number 11, the refresh token 12.
async fn connected(store: &dyn Store) -> Parties {
    let who = parties(store).await;
    who.connect(store, 10, 12).await;
    store.insert_code(&who.code(11, id(10))).await.unwrap();
    store.insert_session(&session(5, who.user)).await.unwrap();
    let place = membership(who.organisation, who.user, &["sales", "admin"]);
    store.put_membership(&place, audit()).await.unwrap();
    who
}

/// Nothing of the grant works any more; the consent is there.
async fn expect_ended(store: &dyn Store, who: &Parties) {
    let grant = store.grant(REALM, id(10)).await.unwrap().unwrap();
    let reason = RevocationReason::ByProvider;
    assert_eq!(grant.status, GrantStatus::Revoked { at: at(9), reason });
    assert_eq!(grant.version, 2);
    let family = store.family(REALM, id(7_010)).await.unwrap().unwrap();
    assert_eq!(family.status, FamilyStatus::Ended { at: at(9), reason });
    let token = store.refresh_token(&hash(12)).await.unwrap().unwrap();
    assert_eq!(token.revoked_at, Some(at(9)));
    let redeemed = store.redeem_code(&hash(11), None, at(9)).await.unwrap();
    assert_ne!(redeemed, Redemption::Redeemed);
    let live = store.grants_of_user(REALM, who.user).await.unwrap();
    assert_eq!(live, []);
    let kept = store.consents_of_user(REALM, who.user, 9).await.unwrap();
    assert_eq!(kept.len(), 1);
}

fn conflict(what: &'static str, key: impl ToString) -> Result<(), StoreError> {
    let key = key.to_string();
    Err(StoreError::Conflict { what, key })
}

fn not_found(what: &'static str, key: impl ToString) -> Result<(), StoreError> {
    let key = key.to_string();
    Err(StoreError::NotFound { what, key })
}

pub(super) async fn of_a_client_end_what_it_holds(database: &dyn Database) {
    let store = database.node().await;
    let who = connected(&*store).await;
    let approval = store.approve(&approval("partner", 1), None, audit()).await;
    let approval = approval.unwrap();
    let client = store.client(REALM, APP).await.unwrap().unwrap();
    let ending = store.ends_with_client(REALM, APP).await.unwrap();
    let expected = Ending {
        grants: 1,
        ..Ending::default()
    };
    assert_eq!(ending, expected);
    store.delete_client(&client, at(9), audit()).await.unwrap();
    expect_ended(&*store, &who).await;
    assert_eq!(store.client(REALM, APP).await.unwrap(), None);
    let found = store.client_by_uuid(REALM, client.uuid).await.unwrap();
    assert_eq!(found, None);
    let all = store.clients(REALM, &PageRequest::first(9)).await.unwrap();
    assert_eq!(all.items, []);
    let approvals = store.approvals(REALM, APP).await.unwrap();
    let withdrawn = approvals
        .iter()
        .find(|one| one.elevation == approval.elevation);
    assert_eq!(withdrawn.unwrap().withdrawn_at, Some(at(9)));
    // Tokens and records name it: nobody else is called so.
    let again = store.insert_client(&plain_client(APP), audit()).await;
    let (what, key) = ("client", APP.to_owned());
    assert_eq!(again, Err(StoreError::GivenOnce { what, key }));
    let missing = store.update_client(&client, audit()).await;
    assert!(matches!(missing, Err(StoreError::NotFound { .. })));
    let missing = store.delete_client(&client, at(9), audit()).await;
    assert_eq!(missing, not_found("client", APP));
}

pub(super) async fn of_a_person_end_what_is_theirs(database: &dyn Database) {
    let store = database.node().await;
    let who = connected(&*store).await;
    let person = store.user(REALM, who.user).await.unwrap().unwrap();
    let ending = store.ends_with_user(REALM, who.user).await.unwrap();
    let expected = Ending {
        grants: 1,
        sessions: 1,
        places: 1,
        machines: 0,
        api_keys: 0,
    };
    assert_eq!(ending, expected);
    store.delete_user(&person, at(9), audit()).await.unwrap();
    expect_ended(&*store, &who).await;
    assert!(store.user(REALM, who.user).await.unwrap().is_none());
    assert_eq!(store.session(&hash(5), at(9)).await.unwrap(), None);
    let places = store.memberships(REALM, who.user).await.unwrap();
    assert_eq!(places, []);
    let members = store.members(REALM, who.organisation).await.unwrap();
    assert!(members.is_empty());
    let all = store.users(REALM, &PageRequest::first(9)).await.unwrap();
    assert!(all.items.is_empty());
    let missing = store.delete_user(&person, at(9), audit()).await;
    assert_eq!(missing, not_found("user", who.user));
    let missing = store.update_user(&person, audit()).await;
    assert!(matches!(missing, Err(StoreError::NotFound { .. })));
    let place = membership(who.organisation, who.user, &["sales"]);
    let missing = store.put_membership(&place, audit()).await;
    assert!(matches!(missing, Err(StoreError::NotFound { .. })));
    // The name and what another system calls them are free, the id and the number are not.
    let mut next = user(90, "Grace");
    next.external = person.external;
    let next = store.insert_user(&next, audit()).await.unwrap();
    assert_eq!(next.number, 2);
    let namesake = plain_client(&who.user.to_string());
    let refused = store.insert_client(&namesake, audit()).await;
    assert!(matches!(refused, Err(StoreError::AlreadyExists { .. })));
}

pub(super) async fn of_an_organisation_end_what_is_for_it(database: &dyn Database) {
    let store = database.node().await;
    let who = connected(&*store).await;
    let mut machine = plain_client("machine");
    machine.organisation = Some(who.organisation);
    store.insert_client(&machine, audit()).await.unwrap();
    let sample = record(who.organisation, "contact", "c1");
    store.sandbox_put(&[sample]).await.unwrap();
    let alpine = store.organisation(REALM, who.organisation).await;
    let alpine = alpine.unwrap().unwrap();
    let ending = store.ends_with_organisation(REALM, alpine.id).await;
    let expected = Ending {
        grants: 1,
        sessions: 0,
        places: 1,
        machines: 1,
        api_keys: 0,
    };
    assert_eq!(ending.unwrap(), expected);
    let deleted = store.delete_organisation(&alpine, at(9), audit()).await;
    deleted.unwrap();
    expect_ended(&*store, &who).await;
    assert_eq!(store.organisation(REALM, alpine.id).await.unwrap(), None);
    let by_slug = store.organisation_by_slug(REALM, &alpine.slug).await;
    assert_eq!(by_slug.unwrap(), None);
    let by_number = store.organisation_by_number(REALM, alpine.number).await;
    assert_eq!(by_number.unwrap(), None);
    let all = store.organisations(REALM, &PageRequest::first(9)).await;
    assert_eq!(all.unwrap().items, []);
    assert_eq!(store.roles(REALM, alpine.id).await.unwrap(), []);
    assert_eq!(store.memberships(REALM, who.user).await.unwrap(), []);
    let rights = store.rights(REALM, who.user, alpine.id).await.unwrap();
    assert_eq!(rights, None);
    let samples = store.sandbox_list(&records(alpine.id, "contact", 9)).await;
    assert!(samples.unwrap().items.is_empty());
    // The machine is told that there is nobody it acts for.
    let machine = store.client(REALM, "machine").await.unwrap().unwrap();
    assert_eq!(machine.organisation, Some(alpine.id));
    let role = role(alpine.id, "new", &["*"]);
    let missing = store.put_role(&role, audit()).await;
    assert_eq!(missing, not_found("organisation", alpine.id));
    let missing = store.rename_organisation(&alpine, audit()).await;
    assert_eq!(missing, not_found("organisation", alpine.id));
    let missing = store.delete_organisation(&alpine, at(9), audit()).await;
    assert_eq!(missing, not_found("organisation", alpine.id));
    let mut next = organisation(90, &alpine.slug);
    next.external = alpine.external;
    let next = store.insert_organisation(&next, &[], audit()).await;
    assert_eq!(next.unwrap().number, 2);
}

/// What others changed meanwhile is read again first, and nothing has ended.
pub(super) async fn are_only_of_what_was_read(database: &dyn Database) {
    let store = database.node().await;
    let who = connected(&*store).await;
    let mut client = store.client(REALM, APP).await.unwrap().unwrap();
    let mut person = store.user(REALM, who.user).await.unwrap().unwrap();
    let alpine = store.organisation(REALM, who.organisation).await;
    let mut alpine = alpine.unwrap().unwrap();
    (client.version, person.version, alpine.version) = (2, 2, 2);
    let before = store.latest_change().await.unwrap();
    let lost = store.delete_client(&client, at(9), audit()).await;
    assert_eq!(lost, conflict("client", APP));
    let lost = store.delete_user(&person, at(9), audit()).await;
    assert_eq!(lost, conflict("user", who.user));
    let lost = store.delete_organisation(&alpine, at(9), audit()).await;
    assert_eq!(lost, conflict("organisation", alpine.id));
    let roles = store.roles(REALM, alpine.id).await.unwrap();
    let stale = Role {
        version: 7,
        ..roles[0].clone()
    };
    let lost = store.remove_role(&stale, audit()).await;
    assert_eq!(lost, conflict("role", "admin"));
    let lost = store.rename_role(&stale, "chief", audit()).await;
    assert_eq!(lost, conflict("role", "admin"));
    let gone = role(alpine.id, "nobody", &[]);
    let missing = store.remove_role(&gone, audit()).await;
    assert_eq!(missing, not_found("role", "nobody"));
    let missing = store.rename_role(&gone, "chief", audit()).await;
    assert_eq!(missing, not_found("role", "nobody"));
    assert_eq!(store.latest_change().await.unwrap(), before);
    assert_eq!(store.roles(REALM, alpine.id).await.unwrap(), roles);
    let live = store.grants_of_user(REALM, who.user).await.unwrap();
    assert_eq!(live.len(), 1);
    let places = store.memberships(REALM, who.user).await.unwrap();
    assert_eq!((places[0].1.version, places[0].1.roles.len()), (1, 2));
    assert!(store.session(&hash(5), at(9)).await.unwrap().is_some());
    let token = store.refresh_token(&hash(12)).await.unwrap().unwrap();
    assert_eq!(token.revoked_at, None);
}

pub(super) async fn made_by_sixteen_are_one(database: &dyn Database) {
    let store = database.node().await;
    let who = connected(&*store).await;
    let client = &store.client(REALM, APP).await.unwrap().unwrap();
    let person = &store.user(REALM, who.user).await.unwrap().unwrap();
    let alpine = store.organisation(REALM, who.organisation).await;
    let alpine = &alpine.unwrap().unwrap();
    let deleted = race(database, SIXTEEN, |number, store| {
        let (client, person, alpine) = (client.clone(), person.clone(), alpine.clone());
        async move {
            let deleted = match number % 3 {
                0 => store.delete_client(&client, at(9), audit()).await,
                1 => store.delete_user(&person, at(9), audit()).await,
                _ => store.delete_organisation(&alpine, at(9), audit()).await,
            };
            let is_done = deleted.is_ok();
            let is_late = matches!(deleted, Err(StoreError::NotFound { .. }));
            assert!(is_done || is_late, "{deleted:?}");
            is_done
        }
    });
    let deleted = deleted.await.into_iter().filter(|done| *done).count();
    assert_eq!(deleted, 3);
    expect_ended(&*store, &who).await;
}

pub(super) async fn of_a_role_take_it_from_its_members(database: &dyn Database) {
    let store = database.node().await;
    let who = connected(&*store).await;
    let roles = store.roles(REALM, who.organisation).await.unwrap();
    store.remove_role(&roles[0], audit()).await.unwrap();
    let left = store.roles(REALM, who.organisation).await.unwrap();
    assert_eq!(left, roles[1..]);
    let places = store.memberships(REALM, who.user).await.unwrap();
    assert_eq!(
        (&*places[0].1.roles, places[0].1.version),
        (&["sales".to_owned()][..], 2)
    );
    let rights = store.rights(REALM, who.user, who.organisation).await;
    assert_eq!(
        rights.unwrap().unwrap().names,
        ["contact_*", "invoice_show"]
    );
    // It may be added again, and nobody has it.
    let again = role(who.organisation, "admin", &["*"]);
    store.put_role(&again, audit()).await.unwrap();
    let places = store.memberships(REALM, who.user).await.unwrap();
    assert_eq!(places[0].1.roles, ["sales"]);
}

pub(super) async fn of_a_roles_name_leave_the_role(database: &dyn Database) {
    let store = database.node().await;
    let who = connected(&*store).await;
    let mut roles = store.roles(REALM, who.organisation).await.unwrap();
    let taken = store.rename_role(&roles[1], "admin", audit()).await;
    assert!(matches!(
        taken,
        Err(StoreError::AlreadyExists { what: "role", .. })
    ));
    let renamed = store.rename_role(&roles[1], "Büro", audit()).await;
    renamed.unwrap();
    roles[1].name = "Büro".to_owned();
    roles[1].version += 1;
    roles.sort_by(|one, other| one.name.cmp(&other.name));
    let now = store.roles(REALM, who.organisation).await.unwrap();
    assert_eq!(now, roles);
    let places = store.memberships(REALM, who.user).await.unwrap();
    let expected = ["Büro".to_owned(), "admin".to_owned()];
    assert_eq!(
        (&*places[0].1.roles, places[0].1.version),
        (&expected[..], 2)
    );
}
