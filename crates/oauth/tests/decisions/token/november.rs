//! Tokens that the release of 22 November 2026 made, with the keys it made.

use oauth::model::{KeyPurpose, KeyRecord};
use oauth::token::{AccessTokenClaims, RealmKeys, SubjectKind, TokenClient};
use serde_json::Value;

use crate::support::now;

const ROWS: &str = include_str!("../../../../storage/tests/fixtures/2026-11-22/sqlite.sql");
const TOKENS: &str = include_str!("../../../../storage/tests/fixtures/2026-11-22/sqlite.json");

/// The keys of a realm: rows such as `INSERT INTO realm_keys VALUES('bexio','id','purpose',X'…',`.
fn keys(realm: &str) -> RealmKeys {
    let start = format!("INSERT INTO realm_keys VALUES('{realm}',");
    let rows = ROWS.lines().filter_map(|line| line.strip_prefix(&start));
    let records: Vec<_> = rows
        .map(|row| {
            let parts: Vec<&str> = row.split('\'').collect();
            let digits = parts[5].as_bytes().chunks(2);
            KeyRecord {
                realm: realm.to_owned(),
                id: parts[1].to_owned(),
                purpose: match parts[3] {
                    "seal-token" => KeyPurpose::SealToken,
                    _ => KeyPurpose::SignEs256,
                },
                secret: digits
                    .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
                    .collect(),
                created_at: now(),
                retired_at: None,
            }
        })
        .collect();
    assert_eq!(records.len(), 2);
    RealmKeys::new(&records).unwrap()
}

fn claims(realm: &str, name: &str) -> AccessTokenClaims {
    let kept: Value = serde_json::from_str(TOKENS).unwrap();
    let issuer = format!("{}/{realm}", kept["issuer"].as_str().unwrap());
    let token = kept[name]["access_token"].as_str().unwrap();
    let claims = keys(realm).access_token(&issuer, token).unwrap();
    assert_eq!(claims.audience, format!("{issuer}/api"));
    assert_eq!((claims.family, claims.position), (None, None));
    claims
}

#[test]
fn its_sealed_tokens_are_read() {
    let claims = claims("bexio", "ledger");
    assert_eq!(claims.client, TokenClient::Id("ledger".to_owned()));
    assert_eq!(
        claims.scope.to_string(),
        "general article_show contact_show contact_edit task_show"
    );
    assert_eq!(claims.subject_kind, SubjectKind::Person);
    assert!(claims.grant.is_some() && claims.user.is_some() && claims.organisation.is_some());
}

#[test]
fn its_jwts_are_read() {
    let claims = claims("bexio", "signed");
    assert_eq!(claims.client, TokenClient::Id("signed".to_owned()));
    assert_eq!(
        claims.scope.to_string(),
        "general contact_show contact_edit"
    );
    assert_eq!(claims.subject_kind, SubjectKind::Person);
    assert!(claims.grant.is_some() && claims.user.is_some() && claims.organisation.is_some());
}

#[test]
fn its_machines_are_machines() {
    let claims = claims("bokio", "batch");
    assert_eq!(claims.client, TokenClient::Id("batch".to_owned()));
    assert_eq!(claims.subject_kind, SubjectKind::Machine);
    assert!(claims.grant.is_none() && claims.user.is_none() && claims.organisation.is_some());
    assert_eq!(claims.subject("batch"), "batch");
}
