//! What the audit record tells, what of it can be erased, and that nobody changes it unseen.

mod chain;
mod personal;
mod records;

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};

use oauth::audit::{Act, Actor, AuditKey, AuditRecord, AuditRow, Origin, Subject, SubjectKind};
use oauth::model::{Status, User, Uuid};

use crate::support::now;

fn anna() -> User {
    User {
        realm: "any".to_owned(),
        id: Uuid::from_u128(2),
        number: 1,
        username: "anna".to_owned(),
        name: "Anna Brunner".to_owned(),
        email: None,
        email_verified: false,
        language: None,
        password_hash: Some("$argon2id$secret".to_owned()),
        created_at: now(),
        status: Status::Active,
        external: None,
        cut_off: None,
        version: 1,
    }
}

fn origin() -> Origin {
    Origin {
        address: Some(IpAddr::V4(Ipv4Addr::new(192, 0, 2, 7))),
        request_id: Some("request-1".to_owned()),
    }
}

fn record(by: &Actor, act: Act, random: u8) -> AuditRecord {
    let subject = Subject::new(SubjectKind::Client, "ledgerly");
    let random = std::array::from_fn(|at| random.wrapping_mul(31).wrapping_add(at as u8));
    AuditRecord::new("any", by, act, subject, now(), &random)
}

/// As a store does it: whoever has no key yet gets the one that comes with the record.
fn stored(record: &AuditRecord, position: i64, keys: &mut BTreeMap<Uuid, AuditKey>) -> AuditRow {
    for (person, key) in record.people() {
        keys.entry(person).or_insert(key);
    }
    AuditRow {
        position,
        ..record.row(keys)
    }
}
