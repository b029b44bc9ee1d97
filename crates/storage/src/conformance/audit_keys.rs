use std::collections::{BTreeMap, BTreeSet};

use oauth::audit::{Actor, AuditKey};
use oauth::model::Uuid;

use super::Database;
use super::audit::{alone, everything, full, numbered};
use super::samples::{OTHER_REALM, REALM, id, plain_client, user};
use super::together::{SIXTEEN, race};

pub(super) async fn a_person_keeps_one_key(database: &dyn Database) {
    let store = database.node().await;
    let grace = user(1, "grace");
    store.insert_user(&grace, &full(&grace, 1)).await.unwrap();
    let first = store.audit_key(REALM, grace.id).await.unwrap().unwrap();
    assert_eq!(first, full(&grace, 1).people()[&grace.id]);
    race(database, SIXTEEN, |number, store| async move {
        let record = full(&user(1, "grace"), u8::try_from(number).unwrap() + 2);
        let client = plain_client(&format!("client-{number}"));
        store.insert_client(&client, &record).await.unwrap();
    })
    .await;
    let kept = store.audit_key(REALM, grace.id).await.unwrap();
    assert_eq!(kept, Some(first));
    let rows = store.audit_rows(&everything()).await.unwrap();
    assert_eq!(rows.len(), 17);
    assert!(rows.iter().all(|row| row.open_person(&first).is_some()));
    assert_eq!(store.audit_key(OTHER_REALM, grace.id).await.unwrap(), None);
}

pub(super) async fn a_destroyed_key_is_gone_and_its_records_stay(database: &dyn Database) {
    let store = database.node().await;
    let grace = user(1, "grace");
    store.insert_user(&grace, &full(&grace, 1)).await.unwrap();
    let first = store.audit_key(REALM, grace.id).await.unwrap().unwrap();
    let before = store.audit_rows(&everything()).await.unwrap();
    let record = numbered(2, &Actor::system()).about_id(grace.id);
    let destroyed = store.destroy_audit_key(REALM, grace.id, &record).await;
    assert!(destroyed.unwrap());
    assert_eq!(store.audit_key(REALM, grace.id).await.unwrap(), None);
    let rows = store.audit_rows(&everything()).await.unwrap();
    assert_eq!((rows.len(), &rows[..1]), (2, &before[..]));
    assert_eq!(rows[1].person, Some(grace.id));
    assert!(
        !store
            .destroy_audit_key(REALM, grace.id, &record)
            .await
            .unwrap()
    );
    // The others keep theirs, and later acts begin with another.
    assert!(store.audit_key(REALM, id(3)).await.unwrap().is_some());
    let client = plain_client("later");
    store
        .insert_client(&client, &full(&grace, 9))
        .await
        .unwrap();
    let second: AuditKey = store.audit_key(REALM, grace.id).await.unwrap().unwrap();
    assert_ne!(second, first);
    let rows = store.audit_rows(&everything()).await.unwrap();
    assert!(rows[0].open_person(&second).is_none());
    assert!(rows[2].open_person(&second).is_some());
}

/// Those of the keys that lie somewhere in there.
fn found(bytes: &[u8], keys: &[(Uuid, AuditKey)]) -> BTreeSet<Uuid> {
    let begins: BTreeMap<[u8; 2], &(Uuid, AuditKey)> = keys
        .iter()
        .map(|one| ([one.1.0[0], one.1.0[1]], one))
        .collect();
    assert_eq!(begins.len(), keys.len());
    let mut is_beginning = vec![false; 1 << 16];
    for begin in begins.keys() {
        is_beginning[usize::from(u16::from_be_bytes(*begin))] = true;
    }
    let windows = bytes.windows(32);
    let likely = windows
        .filter(|window| is_beginning[usize::from(u16::from_be_bytes([window[0], window[1]]))]);
    let found = likely.filter_map(|window| {
        let (person, key) = begins[&[window[0], window[1]]];
        (key.0 == window).then_some(*person)
    });
    found.collect()
}

pub(super) async fn a_destroyed_key_is_in_no_file(database: &dyn Database) {
    let store = database.node().await;
    // Enough for several pages, so that rows move when others go.
    let mut keys = Vec::new();
    for number in 1..=100 {
        let person = user(number, &format!("person-{number}"));
        store.insert_user(&person, &alone(&person)).await.unwrap();
        let key = store.audit_key(REALM, person.id).await.unwrap().unwrap();
        keys.push((person.id, key));
    }
    let people = |keys: &[(Uuid, AuditKey)]| -> BTreeSet<Uuid> {
        keys.iter().map(|(person, _)| *person).collect()
    };
    let at_rest = database.at_rest().await;
    let is_looked_into = !at_rest.is_empty();
    if is_looked_into {
        assert_eq!(found(&at_rest, &keys), people(&keys));
    }
    let (gone, kept) = keys.split_at(80);
    for (person, _) in gone {
        let record = numbered(1, &Actor::system()).about_id(*person);
        let destroyed = store.destroy_audit_key(REALM, *person, &record).await;
        assert!(destroyed.unwrap());
    }
    store.wipe_audit_keys().await.unwrap();
    if is_looked_into {
        assert_eq!(found(&database.at_rest().await, &keys), people(kept));
    }
    for (person, key) in kept {
        assert_eq!(store.audit_key(REALM, *person).await.unwrap(), Some(*key));
    }
}

pub(super) async fn keys_are_wiped_while_others_act(database: &dyn Database) {
    race(database, SIXTEEN, |number, store| async move {
        for round in 0..4 {
            let person = user(number as u64 * 4 + round, &format!("p-{number}-{round}"));
            let record = full(&person, u8::try_from(person.id.as_u128() & 63).unwrap());
            store.insert_user(&person, &record).await.unwrap();
            if number == 0 {
                store.wipe_audit_keys().await.unwrap();
            }
        }
    })
    .await;
    let store = database.node().await;
    let rows = store.audit_rows(&everything()).await.unwrap();
    assert_eq!(rows.len(), 64);
    for row in rows {
        let key = store.audit_key(REALM, row.person.unwrap()).await.unwrap();
        assert!(row.open_person(&key.unwrap()).is_some());
    }
}
