//! What the acts leave in the audit record.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};

use oauth::approval::WantedApproval;
use oauth::audit::{Actor, AuditQuery, Origin};
use oauth::model::{BrowserSession, KeyUse, RevocationReason, TokenHash, User};
use oauth::token::MasterKeys;
use realm::keys::KeySettings;
use realm::manage::{
    Approve, AuditEntry, AuditTrail, ChangeClient, ChangePerson, ClientChange, EndMembership,
    OtherSecrets, PersonChange, Personal, ReduceGrant, RevokeKey, RotateKeys, SetRole,
    WithdrawApproval,
};
use serde_json::{Value, json};

use super::{Office, app, names, now};

async fn entries(office: &Office) -> Vec<AuditEntry> {
    let query = AuditQuery {
        realm: None,
        after: 0,
        limit: 1_000,
    };
    let trail = AuditTrail::new(&*office.store);
    trail.entries(&query).await.unwrap()
}

async fn last(office: &Office) -> AuditEntry {
    entries(office).await.pop().unwrap()
}

fn fields(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn at_home(person: &User) -> Actor {
    let origin = Origin {
        address: Some(IpAddr::V4(Ipv4Addr::new(192, 0, 2, 7))),
        request_id: Some("request-1".to_owned()),
    };
    Actor::person(person, origin)
}

fn told(personal: &Personal) -> Value {
    match personal {
        Personal::Told(fields) => Value::Object(fields.clone()),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn every_act_is_recorded_by_its_name() {
    let office = Office::of("bokio").await;
    let (desk, by) = (office.desk(), &office.by);
    office.organisation("exempel-ab").await;
    let anna = office.person("anna").await;
    office.place("anna", "exempel-ab", &["owner"]).await;
    let role = SetRole {
        organisation: "exempel-ab".to_owned(),
        role: "clerk".to_owned(),
        rights: "invoices:*".to_owned(),
        version: None,
    };
    desk.set_role(by, role).await.unwrap();
    office.client(app("betalfix", "bank-payments:write")).await;
    for change in [
        ClientChange::Scopes {
            registered: "invoices:read bank-payments:write".to_owned(),
            optional: String::new(),
        },
        ClientChange::Introspects(names(["https://api.example"])),
        ClientChange::Disable,
        ClientChange::Enable,
    ] {
        let command = ChangeClient {
            client: "betalfix".to_owned(),
            version: None,
            change,
        };
        desk.change_client(by, command).await.unwrap();
    }
    desk.add_client_secret(by, "betalfix", OtherSecrets::Go)
        .await
        .unwrap();
    let evidence = ["partnership-contract", "security-review"];
    let approve = Approve {
        client: "betalfix".to_owned(),
        approval: WantedApproval {
            elevation: "partner".to_owned(),
            evidence: BTreeMap::from(evidence.map(|name| (name.to_owned(), "X-1".to_owned()))),
            reviewer: "Elsa".to_owned(),
            expires_at: None,
        },
    };
    desk.approve(by, approve).await.unwrap();
    let withdraw = WithdrawApproval {
        client: "betalfix".to_owned(),
        elevation: "partner".to_owned(),
    };
    desk.withdraw_approval(by, withdraw).await.unwrap();
    for change in [
        PersonChange::Password("another one".to_owned()),
        PersonChange::Disable,
        PersonChange::Enable,
    ] {
        let command = ChangePerson {
            username: "anna".to_owned(),
            version: None,
            change,
        };
        desk.change_person(by, command).await.unwrap();
    }
    let end = EndMembership {
        organisation: "exempel-ab".to_owned(),
        username: "anna".to_owned(),
        version: None,
    };
    desk.end_membership(by, end).await.unwrap();
    let grant = office.grant("betalfix", &anna, "invoices:read").await;
    let reason = RevocationReason::ByProvider;
    desk.revoke_grant(by, grant.id, reason).await.unwrap();
    let session = BrowserSession {
        hash: TokenHash([3; 32]),
        realm: "bokio".to_owned(),
        user: anna.id,
        created_at: now(),
        expires_at: "2026-03-01T20:00:00Z".parse().unwrap(),
        position: None,
    };
    office.store.insert_session(&session).await.unwrap();
    desk.end_session(by, &session.hash).await.unwrap();
    let settings = KeySettings::default();
    let rotate = || RotateKeys {
        uses: &[KeyUse::Seal],
        at_once: true,
    };
    desk.rotate_keys(by, &settings, rotate()).await.unwrap();
    desk.rotate_keys(by, &settings, rotate()).await.unwrap();
    let key = desk.keys().await.unwrap().remove(0).id;
    desk.revoke_key(by, &settings, RevokeKey { key })
        .await
        .unwrap();
    let wrapping = KeySettings {
        master_keys: MasterKeys::parse(&"5a".repeat(32)).unwrap(),
        ..settings
    };
    desk.wrap_keys(by, &wrapping).await.unwrap();
    desk.erase_person(by, anna.id).await.unwrap();

    let entries = entries(&office).await;
    let told: Vec<_> = entries
        .iter()
        .map(|entry| (&*entry.row.act, &*entry.row.subject_kind))
        .collect();
    let expected = [
        ("organisation-added", "organisation"),
        ("person-added", "person"),
        ("membership-set", "membership"),
        ("role-set", "role"),
        ("client-registered", "client"),
        ("client-scopes-changed", "client"),
        ("client-audiences-changed", "client"),
        ("client-disabled", "client"),
        ("client-enabled", "client"),
        ("client-secret-replaced", "client"),
        ("approval-given", "approval"),
        ("approval-withdrawn", "approval"),
        ("person-password-set", "person"),
        ("person-disabled", "person"),
        ("person-enabled", "person"),
        ("membership-ended", "membership"),
        ("grant-revoked", "grant"),
        ("session-ended", "session"),
        ("key-made", "key"),
        ("key-rotated", "key"),
        ("key-revoked", "key"),
        ("key-wrapped", "key"),
        ("key-wrapped", "key"),
        ("person-erased", "person"),
    ];
    assert_eq!(told, expected);
    for entry in &entries {
        let row = &entry.row;
        assert_eq!((&*row.realm, row.at), ("bokio", now()));
        assert_eq!(
            (&*row.actor_kind, row.actor_id.as_deref()),
            ("operator", Some("olga"))
        );
    }
    assert!(entries.is_sorted_by_key(|entry| entry.row.position));
}

#[tokio::test]
async fn what_is_refused_leaves_no_record() {
    let office = Office::of("bexio").await;
    office.client(app("ledgerly", "contact_show")).await;
    let before = entries(&office).await;
    let desk = office.desk();
    let change = |client: &str, registered: &str, version| ChangeClient {
        client: client.to_owned(),
        version,
        change: ClientChange::Scopes {
            registered: registered.to_owned(),
            optional: String::new(),
        },
    };
    for command in [
        change("nobody", "contact_show", None),
        change("ledgerly", "contact_rule", None),
        change("ledgerly", "task_show", Some(7)),
    ] {
        desk.change_client(&office.by, command).await.unwrap_err();
    }
    let reason = RevocationReason::ByUser;
    let unknown = oauth::model::Uuid::from_u128(9);
    assert!(
        !desk
            .revoke_grant(&office.by, unknown, reason)
            .await
            .unwrap()
    );
    assert!(!desk.erase_person(&office.by, unknown).await.unwrap());
    assert_eq!(entries(&office).await, before);
}

#[tokio::test]
async fn a_change_is_told_by_what_was_and_what_is() {
    let office = Office::of("bexio").await;
    office.client(app("ledgerly", "contact_edit")).await;
    let command = ChangeClient {
        client: "ledgerly".to_owned(),
        version: None,
        change: ClientChange::Scopes {
            registered: "contact_show".to_owned(),
            optional: String::new(),
        },
    };
    let desk = office.desk();
    desk.change_client(&office.by, command).await.unwrap();
    let row = last(&office).await.row;
    assert_eq!(row.subject_id, "ledgerly");
    assert_eq!(
        fields(&row.before),
        json!({"registered_scope": "contact_edit"})
    );
    assert_eq!(
        fields(&row.after),
        json!({"registered_scope": "contact_show"})
    );

    office.organisation("muster-ag").await;
    office.person("anna").await;
    office.place("anna", "muster-ag", &["viewer"]).await;
    office.place("anna", "muster-ag", &["administrator"]).await;
    let entry = last(&office).await;
    assert_eq!(fields(&entry.row.before), json!({"roles": ["viewer"]}));
    assert_eq!(
        fields(&entry.row.after),
        json!({"roles": ["administrator"]})
    );
    assert_eq!(told(&entry.person), json!({"username": "anna"}));
}

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
    assert_eq!(fields(&row.before), json!({"granted": scopes}));
    assert_eq!(
        fields(&row.after),
        json!({"granted": "general contact_show"})
    );
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
    assert_eq!(told(&entry.person), json!({"address": "192.0.2.7"}));
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
    let query = AuditQuery {
        realm: None,
        after: 0,
        limit: 99,
    };
    let rows = office.store.audit_rows(&query).await.unwrap();
    let shown = format!("{rows:?}");
    let hash = format!("{:?}", made.secret.hash().0);
    let keys = desk.keys().await.unwrap();
    let secrets = keys.iter().map(|key| format!("{:?}", key.secret));
    let secret = [made.secret.expose().to_owned(), anna.password_hash, hash];
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
            change: PersonChange::Password(format!("{} knows", person.username)),
        };
        desk.change_person(&at_home(person), command).await.unwrap();
    }
    let trail = AuditTrail::new(&*office.store);
    let anchor = trail.head().await.unwrap().unwrap().anchor();
    assert!(desk.erase_person(&office.by, anna.id).await.unwrap());

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
    assert_eq!(parts[0].2, Personal::Erased);
    assert_eq!(told(&parts[1].2), beats);
    assert_eq!(
        (&parts[2].1, &parts[2].2),
        (&Personal::Erased, &Personal::Erased)
    );
    assert_eq!(
        (&parts[3].1, &parts[3].2),
        (&name("beat"), &Personal::Erased)
    );
    assert_eq!(parts[4].0, "person-erased");
    let verified = trail.verify(Some(anchor)).await.unwrap();
    assert_eq!(
        (verified.broken, verified.links, verified.waiting),
        (None, 4, 1)
    );
    // Once; and what comes later is told again.
    assert!(!desk.erase_person(&office.by, anna.id).await.unwrap());
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
    assert_eq!(entries(&office).await[0].person, Personal::Erased);
}
