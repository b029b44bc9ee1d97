//! Keys: checked when built, rotated without ending tokens, published without a secret.

use super::{ISSUER, claims, header_of, keys, record, records};
use crate::support::{at, now};
use oauth::model::{KeyPurpose, KeyRecord, KeyUse, Timestamp};
use oauth::token::{AccessTokenClaims, KeyError, RealmKeys};
use serde_json::{Value, json};

fn issued(at: Timestamp) -> AccessTokenClaims {
    AccessTokenClaims {
        issued_at: at,
        ..claims()
    }
}

/// A signing key with the time it is used in, in seconds.
fn turn(kid: &str, seed: u8, from: i64, until: Option<i64>) -> KeyRecord {
    let purpose = if seed.is_multiple_of(2) {
        KeyPurpose::SignEs256
    } else {
        KeyPurpose::SignEdDsa
    };
    KeyRecord {
        created_at: at(from),
        retired_at: until.map(at),
        ..record("any", purpose, kid, seed)
    }
}

fn kids(keys: &RealmKeys) -> Vec<String> {
    let jwks = keys.jwks();
    let keys = jwks["keys"].as_array().unwrap().iter();
    keys.map(|key| key["kid"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn a_key_is_used_from_its_beginning_and_published_before() {
    let keys = RealmKeys::new(&[
        record("any", KeyPurpose::SealToken, "seal", 1),
        turn("one", 2, 0, Some(100)),
        turn("two", 3, 100, Some(200)),
        turn("three", 4, 200, None),
    ])
    .unwrap();
    assert_eq!(kids(&keys), ["one", "three", "two"]);
    for (moment, kid) in [
        (-50, "one"),
        (0, "one"),
        (99, "one"),
        (100, "two"),
        (199, "two"),
        (200, "three"),
        (9_999, "three"),
    ] {
        let token = keys.sign_jwt(ISSUER, &issued(at(moment)));
        assert_eq!(header_of(token.expose())["kid"], kid, "at {moment}");
        let read = keys.verify_jwt(ISSUER, token.expose());
        assert_eq!(read, Some(issued(at(moment))), "at {moment}");
    }
    for (moment, since) in [(-50, 0), (99, 0), (100, 100), (9_999, 200)] {
        let found = keys.in_use_since(KeyUse::Sign, at(moment));
        assert_eq!(found, at(since), "at {moment}");
    }
    assert_eq!(keys.in_use_since(KeyUse::Seal, at(100)), now());
}

#[test]
fn a_key_that_was_replaced_before_its_beginning_is_never_used() {
    // At 50, "two" was to begin at 100; at 60, "three" took its place at once.
    let keys = RealmKeys::new(&[
        record("any", KeyPurpose::SealToken, "seal", 1),
        turn("one", 2, 0, Some(100)),
        turn("two", 3, 100, Some(60)),
        turn("three", 4, 60, None),
    ])
    .unwrap();
    for (moment, kid) in [(59, "one"), (60, "three"), (100, "three"), (500, "three")] {
        let token = keys.sign_jwt(ISSUER, &issued(at(moment)));
        assert_eq!(header_of(token.expose())["kid"], kid, "at {moment}");
    }
}

#[test]
fn the_published_keys_of_both_algorithms() {
    let keys = RealmKeys::new(&[
        record("any", KeyPurpose::SealToken, "seal", 1),
        record("any", KeyPurpose::SignEs256, "es256", 2),
        record("any", KeyPurpose::SignEdDsa, "eddsa", 3),
    ])
    .unwrap();
    let text = serde_json::to_string_pretty(&keys.jwks()).unwrap();
    insta::assert_snapshot!(text);
}

#[test]
fn tokens_of_earlier_keys_still_open_and_new_ones_use_the_youngest() {
    let mut all = records("any");
    let before = RealmKeys::new(&all).unwrap();
    let old = [
        before.seal(&claims(), [1; 12]),
        before.sign_jwt(ISSUER, &claims()),
    ];
    for record in &mut all {
        record.retired_at = Some(at(10));
    }
    assert_eq!(
        RealmKeys::new(&all).unwrap_err(),
        KeyError::NoCurrentKey("seal tokens")
    );
    all.push(RealmKeys::generate("any", KeyPurpose::SealToken, "seal-2", [8; 32], at(10)).unwrap());
    assert_eq!(
        RealmKeys::new(&all).unwrap_err(),
        KeyError::NoCurrentKey("sign tokens")
    );
    all.push(RealmKeys::generate("any", KeyPurpose::SignEs256, "sign-2", [9; 32], at(10)).unwrap());
    let after = RealmKeys::new(&all).unwrap();
    for token in &old {
        assert!(after.access_token(ISSUER, token.expose()).is_ok());
    }
    let late = issued(at(10));
    let new = after.sign_jwt(ISSUER, &late);
    assert_eq!(header_of(new.expose())["kid"], "sign-2");
    assert_eq!(before.verify_jwt(ISSUER, new.expose()), None);
    assert!(before.open(after.seal(&late, [1; 12]).expose()).is_err());
    assert_eq!(kids(&after), ["sign-1", "sign-2"]);
}

#[test]
fn published_keys_show_nothing_private() {
    let jwks = keys().jwks();
    let key = &jwks["keys"][0];
    assert_eq!(members(key), ["alg", "crv", "kid", "kty", "use", "x", "y"]);
    let other = record("any", KeyPurpose::SignEdDsa, "other", 3);
    let other = RealmKeys::new(&[records("any").remove(0), other]).unwrap();
    assert_eq!(
        members(&other.jwks()["keys"][0]),
        ["alg", "crv", "kid", "kty", "use", "x"]
    );
    assert_eq!(
        (&key["kty"], &key["crv"], &key["alg"], &key["use"]),
        (
            &json!("EC"),
            &json!("P-256"),
            &json!("ES256"),
            &json!("sig")
        )
    );
    assert_eq!(key["x"].as_str().unwrap().len(), 43);
    assert!(!format!("{:?}", keys()).contains("secret"));
}

fn members(key: &Value) -> Vec<&str> {
    let mut members: Vec<&str> = key
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    members.sort_unstable();
    members
}

#[test]
fn keys_are_checked_when_they_are_built() {
    let mixed = [
        record("any", KeyPurpose::SealToken, "a", 1),
        record("other", KeyPurpose::SignEs256, "b", 2),
    ];
    assert_eq!(
        RealmKeys::new(&mixed).unwrap_err(),
        KeyError::OtherRealm("b".to_owned())
    );
    let mut broken = records("any");
    broken[1].secret.truncate(20);
    assert_eq!(
        RealmKeys::new(&broken).unwrap_err(),
        KeyError::Malformed("sign-1".to_owned())
    );
    let mut swapped = records("any");
    swapped[1].secret = swapped[0].secret.clone();
    assert_eq!(
        RealmKeys::new(&swapped).unwrap_err(),
        KeyError::Malformed("sign-1".to_owned())
    );
    let mut relabelled = records("any");
    relabelled[1].purpose = KeyPurpose::SignEdDsa;
    assert_eq!(
        RealmKeys::new(&relabelled).unwrap_err(),
        KeyError::Malformed("sign-1".to_owned())
    );
    assert!(RealmKeys::new(&[]).is_err());
    for kid in [String::new(), "x".repeat(256)] {
        let made = RealmKeys::generate("any", KeyPurpose::SealToken, &kid, [1; 32], now());
        assert_eq!(made.unwrap_err(), KeyError::KeyId);
    }
    for outside in [[0; 32], [0xFF; 32]] {
        let made = RealmKeys::generate("any", KeyPurpose::SignEs256, "k", outside, now());
        assert_eq!(made.unwrap_err(), KeyError::DrawAgain);
    }
}

/// Random nonces of 96 bits are for so many tokens; reading the keys anew forgets none.
#[test]
fn uses_of_a_sealing_key_are_counted_on() {
    let first = super::keys();
    for _ in 0..3 {
        let _ = first.seal(&super::claims(), [5; 12]);
    }
    assert_eq!(first.worn(3), ["seal-1"]);
    assert!(first.worn(4).is_empty());
    let again = super::keys().counting_on(&first);
    let _ = again.seal(&super::claims(), [5; 12]);
    assert_eq!(
        (again.worn(4), first.worn(4)),
        (vec!["seal-1"], vec!["seal-1"])
    );
    assert!(super::keys().worn(1).is_empty());
}
