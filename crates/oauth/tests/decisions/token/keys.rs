//! Keys: checked when built, rotated without ending tokens, published without a secret.

use super::{ISSUER, claims, header_of, keys, record, records};
use crate::support::{at, now};
use oauth::model::KeyPurpose;
use oauth::token::{KeyError, RealmKeys};
use serde_json::json;

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
        assert_eq!(after.access_token(ISSUER, token.expose()), Some(claims()));
    }
    let new = after.sign_jwt(ISSUER, &claims());
    assert_eq!(header_of(new.expose())["kid"], "sign-2");
    assert_eq!(before.verify_jwt(ISSUER, new.expose()), None);
    assert_eq!(before.open(after.seal(&claims(), [1; 12]).expose()), None);
    let kids: Vec<&str> = after.jwks()["keys"]
        .as_array()
        .unwrap()
        .iter()
        .map(|key| key["kid"].as_str().unwrap().to_owned().leak() as &str)
        .collect();
    assert_eq!(kids, ["sign-1", "sign-2"]);
}

#[test]
fn published_keys_show_nothing_private() {
    let jwks = keys().jwks();
    let key = &jwks["keys"][0];
    let mut members: Vec<&str> = key
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    members.sort_unstable();
    assert_eq!(members, ["alg", "crv", "kid", "kty", "use", "x", "y"]);
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
