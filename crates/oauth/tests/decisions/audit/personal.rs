use std::collections::BTreeMap;

use oauth::audit::{Act, Actor, AuditKey, AuditRow, Fields};
use oauth::model::{User, Uuid};
use serde_json::{Value, json};

use super::{anna, origin, record, stored};

/// Nothing of a row shows any of these.
#[track_caller]
fn hides(row: &AuditRow, words: &[&str]) {
    let shown = format!(
        "{row:?} {}",
        String::from_utf8_lossy(row.sealed_person.as_deref().unwrap_or_default())
    );
    for word in words {
        assert!(!shown.contains(word), "{word}: {shown}");
    }
}

fn value(fields: Option<Fields>) -> Option<Value> {
    fields.map(Value::Object)
}

#[test]
fn what_is_personal_opens_with_the_key_of_whom_it_is_about() {
    let by = Actor::client("ledgerly", origin());
    let mut other = anna();
    other.name = "Anna Keller".to_owned();
    let record = record(&by, Act::PersonDisabled, 1)
        .about(&anna())
        .changed(&anna(), &other);
    let mut keys = BTreeMap::new();
    let row = stored(&record, 1, &mut keys);
    hides(&row, &["Anna", "anna", "192.0.2.7"]);
    assert_eq!(row.sealed_actor, None);
    assert_eq!(
        value(row.open_person(&keys[&anna().id])),
        Some(json!({
            "username": "anna",
            "before": {"name": "Anna Brunner"},
            "after": {"name": "Anna Keller"},
            "address": "192.0.2.7",
        }))
    );
    assert_eq!(row.open_person(&AuditKey([9; 32])), None);
    assert_eq!(row.open_actor(&keys[&anna().id]), None);
}

#[test]
fn each_person_has_their_own_part() {
    let admin = User {
        id: Uuid::from_u128(77),
        username: "boss".to_owned(),
        ..anna()
    };
    let by = Actor::person(&admin, origin());
    let record = record(&by, Act::MembershipSet, 1).about(&anna());
    let mut keys = BTreeMap::new();
    let row = stored(&record, 1, &mut keys);
    hides(&row, &["anna", "boss", "192.0.2.7"]);
    assert_eq!(keys.len(), 2);
    assert_ne!(keys[&admin.id], keys[&anna().id]);
    // The address is of who acted.
    assert_eq!(
        value(row.open_actor(&keys[&admin.id])),
        Some(json!({"username": "boss", "address": "192.0.2.7"}))
    );
    assert_eq!(
        value(row.open_person(&keys[&anna().id])),
        Some(json!({"username": "anna"}))
    );
    assert_eq!(row.open_actor(&keys[&anna().id]), None);
    assert_eq!(row.open_person(&keys[&admin.id]), None);
}

#[test]
fn a_part_opens_nowhere_else() {
    let by = Actor::person(&anna(), origin());
    let mut keys = BTreeMap::new();
    let first = stored(
        &record(&by, Act::GrantRevoked, 1).about(&anna()),
        1,
        &mut keys,
    );
    let second = stored(
        &record(&by, Act::GrantRevoked, 2).about(&anna()),
        2,
        &mut keys,
    );
    let key = keys[&anna().id];
    assert!(first.open_actor(&key).is_some() && second.open_actor(&key).is_some());
    let mut moved = second.clone();
    moved.sealed_actor.clone_from(&first.sealed_actor);
    assert_eq!(moved.open_actor(&key), None);
    let mut swapped = first.clone();
    swapped.sealed_person.clone_from(&first.sealed_actor);
    assert_eq!(swapped.open_person(&key), None);
}

#[test]
fn of_somebody_without_a_key_nothing_personal_is_kept() {
    let by = Actor::person(&anna(), origin());
    let row = record(&by, Act::GrantRevoked, 1)
        .about(&anna())
        .row(&BTreeMap::new());
    assert_eq!(
        (row.sealed_actor, row.sealed_person, row.address),
        (None, None, None)
    );
}

#[test]
fn only_who_acts_for_nobody_shows_their_address() {
    let machine = Actor::client("nightly", origin());
    let alone = record(&machine, Act::ClientDisabled, 1);
    assert!(alone.people().is_empty());
    let row = alone.row(&BTreeMap::new());
    assert_eq!(row.address.as_deref(), Some("192.0.2.7"));
    let for_anna = record(&machine, Act::GrantRevoked, 1).about_id(anna().id);
    assert_eq!(for_anna.people().len(), 1);
    assert_eq!(for_anna.row(&BTreeMap::new()).address, None);
}
