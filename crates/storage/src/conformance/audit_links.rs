use oauth::audit::{AuditLink, AuditQuery, AuditRow};
use oauth::model::Uuid;

use super::Database;
use super::audit::{everything, full};
use super::samples::{plain_client, user};
use super::together::{SIXTEEN, race};
use crate::error::StoreError;
use crate::store::Store;

/// Some records, and their links.
async fn linked(store: &dyn Store, count: u8) -> (Vec<AuditRow>, Vec<AuditLink>) {
    for number in 1..=count {
        let client = plain_client(&format!("client-{number}"));
        let record = full(&user(1, "grace"), number);
        store.insert_client(&client, &record).await.unwrap();
    }
    let rows = store.audit_rows(&everything()).await.unwrap();
    let links = AuditLink::chain(None, &rows);
    (rows, links)
}

pub(super) async fn links_come_back_as_they_were(database: &dyn Database) {
    let store = database.node().await;
    assert_eq!(store.last_audit_link().await, Ok(None));
    assert_eq!(store.audit_links(None, 9).await, Ok(Vec::new()));
    let (_, links) = linked(store.as_ref(), 3).await;
    assert!(store.append_audit_links(&links).await.unwrap());
    assert_eq!(
        store.last_audit_link().await.unwrap().as_ref(),
        links.last()
    );
    assert_eq!(store.audit_links(None, 9).await.unwrap(), links);
    assert_eq!(store.audit_links(Some(1), 1).await.unwrap(), links[1..2]);
}

pub(super) async fn links_go_on_from_the_last(database: &dyn Database) {
    let store = database.node().await;
    let (_, links) = linked(store.as_ref(), 4).await;
    // Not from where nobody is.
    assert!(!store.append_audit_links(&links[1..]).await.unwrap());
    assert_eq!(store.audit_links(None, 9).await, Ok(Vec::new()));
    assert!(store.append_audit_links(&links[..2]).await.unwrap());
    // Not again, and then nothing that comes behind.
    assert!(!store.append_audit_links(&links).await.unwrap());
    assert!(!store.append_audit_links(&links[1..]).await.unwrap());
    assert!(!store.append_audit_links(&links[3..]).await.unwrap());
    assert_eq!(store.audit_links(None, 9).await.unwrap(), links[..2]);
    assert!(store.append_audit_links(&links[2..]).await.unwrap());
    assert_eq!(store.audit_links(None, 9).await.unwrap(), links);
}

/// A chain is appended whole or not at all.
pub(super) async fn links_of_rows_that_have_one_are_not_appended(database: &dyn Database) {
    let store = database.node().await;
    let (_, links) = linked(store.as_ref(), 4).await;
    assert!(store.append_audit_links(&links[..1]).await.unwrap());
    let mut twice = links[1..].to_vec();
    twice[1].position = links[0].position;
    let refused = store.append_audit_links(&twice).await;
    assert!(matches!(refused, Err(StoreError::InconsistentRow { .. })));
    assert_eq!(store.audit_links(None, 9).await.unwrap(), links[..1]);
    assert!(!store.append_audit_links(&twice[1..]).await.unwrap());
    assert!(store.append_audit_links(&links[1..]).await.unwrap());
}

/// The tables take no number that a chain has not got; whoever writes one by other means finds
/// them all the same.
pub(super) async fn links_have_numbers_and_places_from_one(database: &dyn Database) {
    let store = database.node().await;
    let (_, links) = linked(store.as_ref(), 1).await;
    for (number, position) in [(0, 1), (1, 0), (-5, 1), (1, -5), (i64::MIN + 1, 1)] {
        let impossible = AuditLink {
            number,
            position,
            ..links[0].clone()
        };
        let appended = store.append_audit_links(&[impossible]).await;
        assert_ne!(appended, Ok(true), "{number} at {position}");
    }
    assert_eq!(store.audit_links(None, 9).await, Ok(Vec::new()));
    assert_eq!(store.audit_links(Some(i64::MAX), 9).await, Ok(Vec::new()));
}

pub(super) async fn one_of_sixteen_links(database: &dyn Database) {
    let store = database.node().await;
    let (_, links) = linked(store.as_ref(), 5).await;
    let appended = race(database, SIXTEEN, |number, store| {
        let own = links[..1 + number % 5].to_vec();
        async move { store.append_audit_links(&own).await.unwrap() }
    })
    .await;
    assert_eq!(appended.iter().filter(|&&done| done).count(), 1);
    let stored = store.audit_links(None, 9).await.unwrap();
    assert_eq!(stored, links[..stored.len()]);
}

/// Nodes act and link at the same time: no record is passed over, and none is linked twice.
pub(super) async fn acts_at_once_are_linked_in_their_order(database: &dyn Database) {
    race(database, SIXTEEN, |number, store| async move {
        let number = u8::try_from(number).unwrap();
        for round in 0..4 {
            let client = plain_client(&format!("client-{number}-{round}"));
            let record = full(&user(1, "grace"), number * 4 + round);
            store.insert_client(&client, &record).await.unwrap();
            let last = store.last_audit_link().await.unwrap();
            let query = AuditQuery {
                after: last.as_ref().map(|last| last.position),
                ..everything()
            };
            let rows = store.audit_rows(&query).await.unwrap();
            let links = AuditLink::chain(last.as_ref(), &rows);
            store.append_audit_links(&links).await.unwrap();
        }
    })
    .await;
    let store = database.node().await;
    let rows = store.audit_rows(&everything()).await.unwrap();
    assert_eq!(rows.len(), 64);
    let links = store.audit_links(None, 99).await.unwrap();
    assert_eq!(links, AuditLink::chain(None, &rows[..links.len()]));
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    assert!(!links.is_empty() && !ids.contains(&Uuid::nil()));
}
