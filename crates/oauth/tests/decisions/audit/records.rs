use std::collections::BTreeMap;

use oauth::audit::{Act, Actor, Audited, Done, GrantAct, Subject, SubjectKind, Who};
use oauth::model::{
    Approval, Client, Grant, GrantStatus, KeyPurpose, KeyRecord, Membership, Organisation,
    RevocationReason, Role, Status, TokenHash, Uuid,
};
use serde_json::{Value, json};

use super::{anna, origin, record};
use crate::support::{
    any, approval, at, client, client_secret, grant, now, optional, scope, stored,
};

/// The fields that are kept for good, before and after.
fn plain(before: impl Into<Audited>, after: impl Into<Audited>) -> (Value, Value) {
    let record = record(&Actor::system(), Act::ClientRegistered, 1).changed(before, after);
    (
        Value::Object(record.before.plain),
        Value::Object(record.after.plain),
    )
}

#[test]
fn only_what_changed_is_told() {
    let before = client(&any());
    assert_eq!(plain(&before, &before), (json!({}), json!({})));
    let after = Client {
        registered_scope: scope("contact_show"),
        optional_scope: scope("contact_show"),
        status: Status::Disabled { since: at(5) },
        ..before.clone()
    };
    let all = before.registered_scope.to_string();
    assert_eq!(
        plain(&before, &after),
        (
            json!({
                "registered_scope": all,
                "optional_scope": "",
                "status": { "status": "active" },
            }),
            json!({
                "registered_scope": "contact_show",
                "optional_scope": "contact_show",
                "status": { "status": "disabled", "since": at(5).to_string() },
            })
        )
    );
}

#[test]
fn what_was_made_or_removed_is_told_whole() {
    let organisation = Organisation {
        realm: "any".to_owned(),
        id: Uuid::from_u128(3),
        slug: "muster-ag".to_owned(),
        number: 1,
        name: "Muster AG".to_owned(),
        created_at: now(),
        external: None,
        version: 1,
    };
    let made = record(&Actor::system(), Act::OrganisationAdded, 1).made(&organisation);
    assert!(made.before.plain.is_empty());
    assert_eq!(
        Value::Object(made.after.plain),
        json!({"slug": "muster-ag", "name": "Muster AG"})
    );
    let place = Membership {
        realm: "any".to_owned(),
        organisation: organisation.id,
        user: anna().id,
        roles: vec!["owner".to_owned()],
        given: None,
        cut_off: None,
        version: 3,
    };
    let removed = record(&Actor::system(), Act::MembershipEnded, 1).removed(&place);
    assert_eq!(
        Value::Object(removed.before.plain),
        json!({"roles": ["owner"]})
    );
    assert!(removed.after.plain.is_empty());
    let role = Role {
        realm: "any".to_owned(),
        organisation: organisation.id,
        name: "clerk".to_owned(),
        rights: vec!["contact_*".to_owned()],
        version: 1,
    };
    assert_eq!(
        plain(Audited::default(), &role).1,
        json!({"rights": ["contact_*"]})
    );
    let approval: Approval = approval(&optional());
    assert_eq!(
        plain(Audited::default(), &approval).1,
        json!({
            "evidence": {"contract": "C-1", "review": "R-1"},
            "reviewer": "Ada",
            "expires_at": at(3_600).to_string(),
        })
    );
    let grant = grant(&any(), "contact_show", "");
    let told = plain(Audited::default(), &grant).1;
    assert_eq!(told["granted"], "contact_show");
    assert_eq!(told["client"], "ledgerly");
}

#[test]
fn nothing_secret_is_told() {
    let mut other = client(&any());
    other.secrets = vec![stored(TokenHash([7; 32]), None)];
    let (before, after) = plain(&client(&any()), &other);
    // Only what tells one secret from another.
    let own = stored(client_secret().hash(), None).name();
    let (own, sevens) = (
        json!({"secrets": [own]}),
        json!({"secrets": ["0707070707070707"]}),
    );
    assert_eq!((before, after), (own, sevens));
    let told = plain(Audited::default(), &other).1.to_string();
    let hash = client_secret().hash().0;
    let digits: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    assert!(
        !told.contains(&digits) && !told.contains("7,7") && !told.contains(&"07".repeat(9)),
        "{told}"
    );

    let key = KeyRecord {
        realm: "any".to_owned(),
        id: "k1".to_owned(),
        purpose: KeyPurpose::SealToken,
        secret: b"this is the secret of the key !!".to_vec(),
        created_at: now(),
        retired_at: None,
    };
    let told = plain(Audited::default(), &key).1;
    assert_eq!(
        told,
        json!({"purpose": "seal-token", "created_at": now().to_string()})
    );

    let mut other = anna();
    other.password_hash = Some("$argon2id$other".to_owned());
    let changed = record(&Actor::system(), Act::PersonPasswordSet, 1).changed(&anna(), &other);
    assert!(changed.after.plain.is_empty() && changed.after.personal.is_empty());
    let made = record(&Actor::system(), Act::PersonAdded, 1).made(&anna());
    assert!(!format!("{made:?}").contains("argon2id"));
}

#[test]
fn who_acted_and_from_where_is_told() {
    let table = [
        (
            Actor::operator(Some("olga".to_owned())),
            "operator",
            Some("olga"),
        ),
        (Actor::operator(None), "operator", None),
        (
            Actor::person(&anna(), origin()),
            "person",
            Some("00000000-0000-0000-0000-000000000002"),
        ),
        (
            Actor::client("ledgerly", origin()),
            "client",
            Some("ledgerly"),
        ),
        (Actor::system(), "system", None),
    ];
    for (by, kind, id) in table {
        let record = record(&by, Act::GrantRevoked, 1);
        let keys = record.people();
        let row = record.row(&keys);
        assert_eq!((&*row.actor_kind, row.actor_id.as_deref()), (kind, id));
        assert_eq!(row.act, "grant-revoked");
        assert_eq!(
            (&*row.subject_kind, &*row.subject_id),
            ("client", "ledgerly")
        );
        assert_eq!(row.request_id, by.origin.request_id);
        assert_eq!(
            row.acting_person().is_some(),
            matches!(by.who, Who::Person { .. })
        );
    }
}

#[test]
fn every_word_is_another_and_every_subject_has_its_id() {
    let mut words: Vec<&str> = Act::ALL.iter().map(|act| act.as_str()).collect();
    words.sort_unstable();
    words.dedup();
    assert_eq!(words.len(), Act::ALL.len());
    let one = Uuid::from_u128(1);
    let two = Uuid::from_u128(2);
    for (subject, kind, id) in [
        (
            Subject::approval("app", "partner"),
            "approval",
            "app/partner",
        ),
        (
            Subject::role(one, "clerk"),
            "role",
            "00000000-0000-0000-0000-000000000001/clerk",
        ),
        (
            Subject::membership(one, two),
            "membership",
            "00000000-0000-0000-0000-000000000001/00000000-0000-0000-0000-000000000002",
        ),
        (
            Subject::session(&TokenHash([0xab; 32])),
            "session",
            "abababababababab",
        ),
        (Subject::new(SubjectKind::Key, "k1"), "key", "k1"),
    ] {
        assert_eq!((subject.kind.as_str(), &*subject.id), (kind, id));
    }
}

/// What people are told later of what was done to their grants is read from the records.
#[test]
fn acts_on_grants_are_read_from_their_records() {
    let whole = grant(&any(), "general contact_show contact_edit", "");
    let read = |act, after: &Grant| {
        let record = record(&Actor::system(), act, 1).changed(&whole, after);
        let mut record = record.named("client", "ledgerly");
        record.subject = Subject::new(SubjectKind::Grant, whole.id);
        GrantAct::of(&record.row(&BTreeMap::new()))
    };
    let less = Grant {
        granted: scope("general contact_show"),
        ..whole.clone()
    };
    let told = read(Act::GrantReduced, &less).unwrap();
    assert_eq!((told.grant, told.client.as_str()), (whole.id, "ledgerly"));
    assert_eq!(told.done, Done::Reduced(vec!["contact_edit".to_owned()]));
    let reason = RevocationReason::ByProvider;
    let ended = Grant {
        status: GrantStatus::Revoked { at: now(), reason },
        ..whole.clone()
    };
    let told = read(Act::GrantRevoked, &ended).unwrap();
    assert_eq!(told.done, Done::Ended(reason));
    assert_eq!(read(Act::FamilyEnded, &ended), None);
    assert_eq!(read(Act::GrantRevoked, &less), None);
}
