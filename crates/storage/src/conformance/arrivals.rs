use oauth::model::{Position, Ticket, TicketPurpose, User};

use super::Database;
use super::samples::{REALM, at, audit, external, hash, id, membership, organisation, role, user};
use super::together::{SIXTEEN, race};
use crate::error::StoreError;
use crate::store::ArrivalStep;

pub(super) async fn are_recorded_with_all_they_bring(database: &dyn Database) {
    let store = database.node().await;
    store.record_arrival(&arrival(1, 2)).await.unwrap();
    let grace = store.user_by_external(REALM, &external(1)).await.unwrap();
    let grace = grace.unwrap();
    assert_eq!(grace.number, 1);
    let places = store.memberships(REALM, grace.id).await.unwrap();
    let names = |place: &(_, oauth::model::Membership)| place.1.roles.clone();
    assert_eq!(places.iter().map(names).collect::<Vec<_>>(), [["sales"]]);
    // Each act has its change and its place in the record.
    assert_eq!(store.latest_change().await.unwrap(), 3);
    let (alpine, place) = &places[0];
    let left = vec![
        ArrivalStep::UpdateUser(
            User {
                name: "Grace Hopper".to_owned(),
                ..grace.clone()
            },
            audit().clone(),
        ),
        ArrivalStep::RenameOrganisation(alpine.clone(), audit().clone()),
        ArrivalStep::RemoveMembership(place.clone(), audit().clone()),
    ];
    store.record_arrival(&left).await.unwrap();
    assert_eq!(store.memberships(REALM, grace.id).await.unwrap(), []);
    let grace = store.user(REALM, grace.id).await.unwrap().unwrap();
    assert_eq!(grace.name, "Grace Hopper");
}

/// Whatever step it is that cannot be taken.
pub(super) async fn are_recorded_whole_or_not_at_all(database: &dyn Database) {
    let store = database.node().await;
    let mut with_unknown_role = arrival(1, 2);
    with_unknown_role.push(ArrivalStep::PutMembership(
        membership(id(2), id(1), &["nobody"]),
        audit().clone(),
    ));
    let mut with_stale_person = arrival(1, 2);
    with_stale_person.push(ArrivalStep::UpdateUser(
        User {
            version: 7,
            ..user(1, "grace")
        },
        audit().clone(),
    ));
    let mut twice = arrival(1, 2);
    twice.extend(arrival(1, 2));
    for steps in [with_unknown_role, with_stale_person, twice] {
        let refused = store.record_arrival(&steps).await;
        assert!(refused.is_err(), "{refused:?}");
        assert!(store.user(REALM, id(1)).await.unwrap().is_none());
        assert!(store.organisation(REALM, id(2)).await.unwrap().is_none());
        assert_eq!(store.latest_change().await.unwrap(), 0);
    }
}

/// Nobody is invited without a link, nor has a link of theirs without them.
pub(super) async fn of_invited_people_bring_a_link(database: &dyn Database) {
    let store = database.node().await;
    let link = Ticket {
        hash: hash(10),
        realm: REALM.to_owned(),
        user: id(1),
        purpose: TicketPurpose::Invitation,
        position: Position(0),
        created_at: at(0),
        expires_at: at(100),
    };
    let mut invited = arrival(1, 2);
    invited.push(ArrivalStep::GiveTicket(link.clone(), audit().clone()));
    let mut without_role = invited.clone();
    without_role.push(ArrivalStep::PutMembership(
        membership(id(2), id(1), &["nobody"]),
        audit().clone(),
    ));
    assert!(store.record_arrival(&without_role).await.is_err());
    assert!(store.user(REALM, id(1)).await.unwrap().is_none());
    assert_eq!(store.ticket(&link.hash, at(1)).await.unwrap(), None);
    store.record_arrival(&invited).await.unwrap();
    assert!(store.user(REALM, id(1)).await.unwrap().is_some());
    assert_eq!(store.ticket(&hash(10), at(1)).await.unwrap(), Some(link));
}

pub(super) async fn at_once_make_one_person(database: &dyn Database) {
    let arrived = race(database, SIXTEEN, |number, store| async move {
        let number = number as u64;
        let mut steps = arrival(100 + number, 200 + number);
        // What is the same of all of them is what their system calls person and organisation.
        for step in &mut steps {
            match step {
                ArrivalStep::InsertUser(user, _) => user.external = Some(external(1)),
                ArrivalStep::InsertOrganisation(organisation, ..) => {
                    organisation.external = Some(external(2));
                }
                _ => {}
            }
        }
        store.record_arrival(&steps).await
    })
    .await;
    assert_eq!(arrived.iter().filter(|arrived| arrived.is_ok()).count(), 1);
    for refused in arrived.iter().filter_map(|arrived| arrived.as_ref().err()) {
        let is_known = matches!(refused, StoreError::AlreadyExists { .. });
        assert!(is_known, "{refused:?}");
    }
    let store = database.node().await;
    let one = store.user_by_external(REALM, &external(1)).await.unwrap();
    let places = store.memberships(REALM, one.unwrap().id).await.unwrap();
    assert_eq!(places.len(), 1);
    assert_eq!(store.latest_change().await.unwrap(), 3);
}

fn arrival(person: u64, place: u64) -> Vec<ArrivalStep> {
    let grace = user(person, &format!("grace{person}"));
    let alpine = organisation(place, &format!("alpine{place}"));
    let roles = vec![role(alpine.id, "sales", &["contact_*"])];
    let place = membership(alpine.id, grace.id, &["sales"]);
    vec![
        ArrivalStep::InsertUser(grace, audit().clone()),
        ArrivalStep::InsertOrganisation(alpine, roles, audit().clone()),
        ArrivalStep::PutMembership(place, audit().clone()),
    ]
}
