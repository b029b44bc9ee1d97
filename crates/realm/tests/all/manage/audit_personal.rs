//! What is personal in the audit record: sealed, told to whoever has the key, and erased.

use std::sync::Arc;

use oauth::audit::{Actor, AuditQuery};
use oauth::model::{KeyUse, RevocationReason};
use realm::keys::KeySettings;
use realm::manage::{
    AuditTrail, ChangePerson, Erased, Head, OtherSecrets, PersonChange, Personal, ReduceGrant,
    RotateKeys, Traces,
};
use serde_json::{Value, json};
use storage::conformance::FaultyStore;

use super::audit::{at_home, entries, fields, last, told};
use super::{Office, app};

#[tokio::test]
async fn a_person_who_takes_back_what_they_gave_is_named_with_their_address() {
    let office = Office::of("bexio").await;
    let anna = office.person("anna").await;
    office
        .client(app("ledgerly", "contact_edit task_show"))
        .await;
    let scopes = "general contact_show contact_edit task_show";
    let grant = office.grant("ledgerly", &anna, scopes).await;
    let keep = vec!["contact_show".to_owned()];
    let command = ReduceGrant {
        grant: grant.id,
        keep,
        version: None,
    };
    let (desk, by) = (office.desk(), at_home(&anna));
    desk.reduce_grant(&by, command).await.unwrap();
    let entry = last(&office).await;
    let row = &entry.row;
    assert_eq!(row.act, "grant-reduced");
    assert_eq!(row.subject_id, grant.id.to_string());
    assert_eq!(
        fields(&row.before),
        json!({"granted": scopes, "reduced": ""})
    );
    assert_eq!(
        fields(&row.after),
        json!({"granted": "general contact_show", "reduced": "contact_edit task_show"})
    );
    // A reader who has only this row knows whose it was, and which app's.
    assert_eq!(fields(&row.subject_names), json!({"client": "ledgerly"}));
    assert_eq!(told(&entry.person), json!({"username": "anna"}));
    assert_eq!(
        (row.acting_person(), row.person),
        (Some(anna.id), Some(anna.id))
    );
    assert_eq!(row.request_id.as_deref(), Some("request-1"));
    assert_eq!(
        told(&entry.actor),
        json!({"username": "anna", "address": "192.0.2.7"})
    );

    let client = Actor::client("ledgerly", by.origin);
    let reason = RevocationReason::ByClient;
    desk.revoke_grant(&client, grant.id, reason).await.unwrap();
    let entry = last(&office).await;
    assert_eq!(
        (&*entry.row.actor_kind, entry.row.actor_id.as_deref()),
        ("client", Some("ledgerly"))
    );
    // The app may run where the person is.
    assert_eq!(entry.row.address, None);
    assert_eq!(
        told(&entry.person),
        json!({"username": "anna", "address": "192.0.2.7"})
    );
    assert_eq!(
        fields(&entry.row.subject_names),
        json!({"client": "ledgerly"})
    );
}

#[tokio::test]
async fn nothing_secret_is_kept_and_nothing_personal_in_the_clear() {
    let office = Office::of("bexio").await;
    let anna = office.person("anna").await;
    office.client(app("ledgerly", "contact_edit")).await;
    let (desk, by) = (office.desk(), at_home(&anna));
    let made = desk
        .add_client_secret(&by, "ledgerly", OtherSecrets::Go)
        .await
        .unwrap();
    let settings = KeySettings::default();
    let rotate = RotateKeys {
        uses: &KeyUse::ALL,
        at_once: true,
    };
    desk.rotate_keys(&by, &settings, rotate).await.unwrap();
    let query = AuditQuery::first(99);
    let rows = office.store.audit_rows(&query).await.unwrap();
    let shown = format!("{rows:?}");
    let hash = format!("{:?}", made.secret.hash().0);
    let keys = desk.keys().await.unwrap();
    let secrets = keys.iter().map(|key| format!("{:?}", key.secret));
    let secret = [
        made.secret.expose().to_owned(),
        anna.password_hash.unwrap(),
        hash,
    ];
    for hidden in secret.into_iter().chain(secrets) {
        assert!(!shown.contains(&hidden), "{hidden}");
    }
    for hidden in ["anna", "192.0.2.7"] {
        assert!(!shown.contains(hidden), "{hidden}");
        let bytes = hidden.as_bytes();
        let sealed = rows.iter().flat_map(|row| {
            let parts = [&row.sealed_actor, &row.sealed_person];
            parts.map(|part| part.clone().unwrap_or_default())
        });
        for sealed in sealed {
            assert!(!sealed.windows(bytes.len()).any(|window| window == bytes));
        }
    }
}

/// Nobody is told that it is gone for good before it is; erasing once more goes on from there.
#[tokio::test]
async fn what_could_not_be_wiped_is_said() {
    let mut office = Office::of("bexio").await;
    let faulty = FaultyStore::new(Arc::clone(&office.store));
    office.store = faulty.store();
    let anna = office.person("anna").await;
    faulty.break_calls(&["wipe_audit_keys"]);
    let erased = office.erase(&office.by, anna.id).await.unwrap();
    assert!(erased.was_there && matches!(erased.traces, Traces::Anywhere(_)));
    faulty.mend();
    let again = office.erase(&office.by, anna.id).await.unwrap();
    let gone = Erased {
        was_there: false,
        traces: Traces::Nowhere,
    };
    assert_eq!(again, gone);
}

#[tokio::test]
async fn what_is_personal_of_one_person_is_erased_and_the_rest_stays() {
    let office = Office::of("bexio").await;
    let anna = office.person("anna").await;
    let beat = office.person("beat").await;
    let desk = office.desk();
    for person in [&anna, &beat] {
        let command = ChangePerson {
            username: "anna".to_owned(),
            version: None,
            change: PersonChange::Password(format!("what only {} knows", person.username)),
        };
        desk.change_person(&at_home(person), command).await.unwrap();
    }
    let trail = AuditTrail::new(&*office.store);
    let Head::Link(head) = trail.head(None).await.unwrap() else {
        panic!("nothing is linked");
    };
    let anchor = head.anchor();
    let erased = office.erase(&office.by, anna.id).await.unwrap();
    let gone = Erased {
        was_there: true,
        traces: Traces::Nowhere,
    };
    assert_eq!(erased, gone);

    let parts: Vec<_> = entries(&office)
        .await
        .into_iter()
        .map(|entry| (entry.row.act, entry.actor, entry.person))
        .collect();
    let name = |username: &str| match json!({"username": username, "address": "192.0.2.7"}) {
        Value::Object(fields) => Personal::Told(fields),
        _ => Personal::Nothing,
    };
    let beats =
        json!({"username": "beat", "after": {"username": "beat", "name": "beat the person"}});
    let by = last(&office).await.row.position;
    let erased = Personal::Erased { by };
    assert_eq!(parts[0].2, erased);
    assert_eq!(told(&parts[1].2), beats);
    assert_eq!((&parts[2].1, &parts[2].2), (&erased, &erased));
    assert_eq!((&parts[3].1, &parts[3].2), (&name("beat"), &erased));
    assert_eq!(parts[4].0, "person-erased");
    let verified = trail.verify(Some(anchor)).await.unwrap();
    assert_eq!(
        (verified.links(), verified.broken, verified.waiting),
        (4, None, 1)
    );
    // Once; and what comes later is told again.
    let again = office.erase(&office.by, anna.id).await.unwrap();
    assert!(!again.was_there);
    let command = ChangePerson {
        username: "anna".to_owned(),
        version: None,
        change: PersonChange::Disable,
    };
    desk.change_person(&office.by, command).await.unwrap();
    assert_eq!(
        told(&last(&office).await.person),
        json!({"username": "anna"})
    );
    assert_eq!(entries(&office).await[0].person, erased);
}
