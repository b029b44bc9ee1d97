//! What the acts leave in the audit record.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;

use oauth::approval::WantedApproval;
use oauth::audit::{Actor, AuditQuery, Origin};
use oauth::model::{
    Authentication, BrowserSession, KeyUse, RevocationReason, Status, TokenHash, User,
};
use oauth::token::MasterKeys;
use realm::keys::KeySettings;
use realm::manage::{
    Approve, AuditEntry, AuditTrail, ChangeClient, ChangePerson, ClientChange, DeleteClient,
    DeleteOrganisation, DeletePerson, EndMembership, OtherSecrets, PersonChange, Personal,
    RemoveRole, RenameRole, RevokeKey, RotateKeys, SetMembership, SetRole, WithdrawApproval,
    wrap_keys,
};
use realm::{Clock, FixedClock, SystemClock};
use serde_json::{Value, json};

use super::{FAMILY, Office, app, names, now};

pub async fn entries(office: &Office) -> Vec<AuditEntry> {
    let query = AuditQuery::first(1_000);
    let trail = AuditTrail::new(&*office.store);
    trail.entries(&query).await.unwrap()
}

pub async fn last(office: &Office) -> AuditEntry {
    entries(office).await.pop().unwrap()
}

pub fn fields(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

pub fn at_home(person: &User) -> Actor {
    let origin = Origin {
        address: Some(IpAddr::V4(Ipv4Addr::new(192, 0, 2, 7))),
        request_id: Some("request-1".to_owned()),
    };
    Actor::person(person, origin)
}

pub fn told(personal: &Personal) -> Value {
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
            optional: Some(String::new()),
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
        version: None,
    };
    desk.approve(by, approve).await.unwrap();
    let withdraw = WithdrawApproval {
        client: "betalfix".to_owned(),
        elevation: "partner".to_owned(),
        version: None,
    };
    desk.withdraw_approval(by, withdraw).await.unwrap();
    for change in [
        PersonChange::Password("another one of them".to_owned()),
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
    office.connect().await;
    desk.end_family(by, FAMILY, reason).await.unwrap();
    desk.revoke_grant(by, grant.id, reason).await.unwrap();
    let session = BrowserSession {
        hash: TokenHash([3; 32]),
        realm: "bokio".to_owned(),
        user: anna.id,
        created_at: now(),
        authentication: Authentication::by_password(now()),
        expires_at: "2026-03-01T20:00:00Z".parse().unwrap(),
        browser: None,
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
    wrap_keys(&[desk], by, &wrapping).await.unwrap();
    let organisation = "exempel-ab".to_owned();
    let rename = RenameRole {
        organisation: organisation.clone(),
        role: "clerk".to_owned(),
        name: "scribe".to_owned(),
        version: None,
    };
    desk.rename_role(by, rename).await.unwrap();
    let remove = RemoveRole {
        organisation: organisation.clone(),
        role: "scribe".to_owned(),
        version: None,
    };
    desk.remove_role(by, remove).await.unwrap();
    let version = None;
    let client = "betalfix".to_owned();
    let delete = DeleteClient { client, version };
    desk.delete_client(by, delete).await.unwrap();
    let delete = DeleteOrganisation {
        organisation,
        version,
    };
    desk.delete_organisation(by, delete).await.unwrap();
    let username = "anna".to_owned();
    let delete = DeletePerson { username, version };
    desk.delete_person(by, delete).await.unwrap();
    office.erase(by, anna.id).await.unwrap();

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
        ("family-ended", "family"),
        ("grant-revoked", "grant"),
        ("session-ended", "session"),
        ("key-made", "key"),
        ("key-rotated", "key"),
        ("key-revoked", "key"),
        ("key-wrapped", "key"),
        ("key-wrapped", "key"),
        ("role-renamed", "role"),
        ("role-removed", "role"),
        ("client-deleted", "client"),
        ("organisation-deleted", "organisation"),
        ("person-deleted", "person"),
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
            optional: Some(String::new()),
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
    let erased = office.erase(&office.by, unknown).await.unwrap();
    assert!(!erased.was_there);
    assert_eq!(entries(&office).await, before);
}

/// Whoever wants what is so already gets it, and nothing is written: not when it was done first,
/// not a version, and no record of an act that was none.
#[tokio::test]
async fn what_was_so_already_is_not_done_again() {
    let office = Office::of("bexio").await;
    office
        .client(app("ledgerly", "contact_edit task_show"))
        .await;
    office.organisation("muster-ag").await;
    office.person("anna").await;
    let change_client = async |change: ClientChange| {
        let command = ChangeClient {
            client: "ledgerly".to_owned(),
            version: None,
            change,
        };
        let changed = office.desk().change_client(&office.by, command).await;
        changed.unwrap().is_changed
    };
    let change_person = async |change: PersonChange| {
        let command = ChangePerson {
            username: "anna".to_owned(),
            version: None,
            change,
        };
        let changed = office.desk().change_person(&office.by, command).await;
        changed.unwrap().is_changed
    };
    let set_role = async |rights: &str| {
        let command = SetRole {
            organisation: "muster-ag".to_owned(),
            role: "clerk".to_owned(),
            rights: rights.to_owned(),
            version: None,
        };
        let set = office.desk().set_role(&office.by, command).await;
        set.unwrap().is_changed
    };
    let set_roles = async |roles: &[&str]| {
        let command = SetMembership {
            organisation: "muster-ag".to_owned(),
            username: "anna".to_owned(),
            roles: roles.iter().map(|role| (*role).to_owned()).collect(),
            version: None,
        };
        let set = office.desk().set_membership(&office.by, command).await;
        set.unwrap().is_changed
    };
    let scopes = |registered: &str| ClientChange::Scopes {
        registered: registered.to_owned(),
        optional: Some(String::new()),
    };
    let introspects = || ClientChange::Introspects(names(["https://api.example"]));
    // What is there from the beginning, then each act twice.
    assert!(!change_client(scopes("task_show contact_edit")).await);
    assert!(!change_client(ClientChange::Enable).await);
    assert!(!change_person(PersonChange::Enable).await);
    for (number, is_first) in [true, false].into_iter().enumerate() {
        let acts = [
            change_client(scopes("contact_show")).await,
            change_client(introspects()).await,
            change_client(ClientChange::Disable).await,
            change_person(PersonChange::Disable).await,
            set_role(["contact_show task_*", "task_* contact_show"][number]).await,
            set_roles([&["clerk", "viewer"], &["viewer", "clerk"]][number]).await,
        ];
        assert_eq!(acts, [is_first; 6]);
        if is_first {
            office.clock.advance(Duration::from_secs(60));
        }
    }
    // Three for what there is, and one for each act that was one.
    assert_eq!(entries(&office).await.len(), 3 + 6);
    let client = office.desk().client("ledgerly").await.unwrap();
    assert_eq!(
        (client.version, client.status),
        (4, Status::Disabled { since: now() })
    );
    let anna = office.desk().person("anna").await.unwrap();
    assert_eq!(
        (anna.version, anna.status),
        (2, Status::Disabled { since: now() })
    );
}

/// What is told of a moment is what the next record reads of it.
#[tokio::test]
async fn moments_are_told_as_they_are_kept() {
    let mut office = Office::of("bexio").await;
    office.clock = Arc::new(FixedClock::at(
        "2026-03-01T08:00:00.011745481Z".parse().unwrap(),
    ));
    office.client(app("ledgerly", "contact_edit")).await;
    let mut told = Vec::new();
    for change in [ClientChange::Disable, ClientChange::Enable] {
        let command = ChangeClient {
            client: "ledgerly".to_owned(),
            version: None,
            change,
        };
        office
            .desk()
            .change_client(&office.by, command)
            .await
            .unwrap();
        let row = last(&office).await.row;
        told.push((fields(&row.before), fields(&row.after)));
    }
    let disabled = json!({"status": "disabled", "since": "2026-03-01T08:00:00.011Z"});
    let active = json!({"status": "active"});
    let status = |fields: &Value| fields["status"].clone();
    assert_eq!(
        (status(&told[0].0), status(&told[0].1)),
        (active.clone(), disabled.clone())
    );
    assert_eq!((status(&told[1].0), status(&told[1].1)), (disabled, active));
    let now = SystemClock::new().now();
    assert_eq!(now, oauth::model::whole_milliseconds(now));
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
            optional: Some(String::new()),
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
    assert_eq!(
        fields(&entry.row.subject_names),
        json!({"organisation": "muster-ag"})
    );
}

#[tokio::test]
async fn an_organisation_is_told_with_its_roles() {
    let office = Office::of("bexio").await;
    let muster = office.organisation("muster-ag").await;
    let after = fields(&last(&office).await.row.after);
    let roles = office.desk().roles(&muster).await.unwrap();
    assert!(!roles.is_empty());
    for role in roles {
        assert_eq!(after["roles"][&role.name], json!(role.rights));
    }
    let command = SetRole {
        organisation: "muster-ag".to_owned(),
        role: "clerk".to_owned(),
        rights: "contact_*".to_owned(),
        version: None,
    };
    office.desk().set_role(&office.by, command).await.unwrap();
    assert_eq!(
        fields(&last(&office).await.row.subject_names),
        json!({"organisation": "muster-ag"})
    );
}

/// An approval that ends is told, also where another takes its place.
#[tokio::test]
async fn the_end_of_an_approval_is_told_with_what_it_was() {
    let office = Office::of("bokio").await;
    office.client(app("betalfix", "bank-payments:write")).await;
    let (desk, by) = (office.desk(), &office.by);
    let evidence = |number: &str| {
        let names = ["partnership-contract", "security-review"];
        BTreeMap::from(names.map(|name| (name.to_owned(), number.to_owned())))
    };
    let approve = |reviewer: &str, number: &str| Approve {
        client: "betalfix".to_owned(),
        approval: WantedApproval {
            elevation: "partner".to_owned(),
            evidence: evidence(number),
            reviewer: reviewer.to_owned(),
            expires_at: None,
        },
        version: None,
    };
    let first = json!({"reviewer": "Elsa", "evidence": evidence("X-1")});
    let second = json!({"reviewer": "Ida", "evidence": evidence("X-2")});
    desk.approve(by, approve("Elsa", "X-1")).await.unwrap();
    let row = last(&office).await.row;
    assert_eq!(
        (fields(&row.before), fields(&row.after)),
        (json!({}), first.clone())
    );
    desk.approve(by, approve("Ida", "X-2")).await.unwrap();
    let row = last(&office).await.row;
    assert_eq!(
        (fields(&row.before), fields(&row.after)),
        (first, second.clone())
    );
    let withdraw = WithdrawApproval {
        client: "betalfix".to_owned(),
        elevation: "partner".to_owned(),
        version: None,
    };
    desk.withdraw_approval(by, withdraw).await.unwrap();
    let row = last(&office).await.row;
    let ended = json!({"withdrawn_at": now().to_string()});
    assert_eq!((fields(&row.before), fields(&row.after)), (second, ended));
}
