//! Access tokens in both forms: what is put in comes out, and nothing else is let in.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests fail by panicking"
)]

mod support;

use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use oauth::model::{KeyPurpose, KeyRecord, Uuid};
use oauth::revocation::PresentedToken;
use oauth::secret::{SecretKind, generate};
use oauth::token::{AccessTokenClaims, KeyError, RealmKeys};
use proptest::prelude::*;
use serde_json::{Value, json};
use support::{at, now, scope};

const ISSUER: &str = "https://as.example/any";

fn record(realm: &str, purpose: KeyPurpose, kid: &str, seed: u8) -> KeyRecord {
    RealmKeys::generate(realm, purpose, kid, [seed; 32], now()).unwrap()
}

fn records(realm: &str) -> Vec<KeyRecord> {
    vec![
        record(realm, KeyPurpose::SealToken, "seal-1", 1),
        record(realm, KeyPurpose::SignEs256, "sign-1", 2),
    ]
}

fn keys() -> RealmKeys {
    RealmKeys::new(&records("any")).unwrap()
}

fn claims() -> AccessTokenClaims {
    AccessTokenClaims {
        id: Uuid::from_u128(9),
        realm: "any".to_owned(),
        client: "ledgerly".to_owned(),
        grant: Some(Uuid::from_u128(1)),
        user: Some(Uuid::from_u128(2)),
        organisation: Some(Uuid::from_u128(3)),
        scope: scope("general contact_show contact_edit"),
        audience: "https://as.example/any/api".to_owned(),
        issued_at: now(),
        expires_at: at(3_600),
    }
}

fn header_of(token: &str) -> Value {
    let header = token.split('.').next().unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).unwrap()).unwrap()
}

fn payload_of(token: &str) -> Value {
    let payload = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

/// A token with any header and payload, signed by the realm's own key.
fn forged(header: &Value, payload: &Value) -> String {
    let key = record("any", KeyPurpose::SignEs256, "sign-1", 2);
    let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &key.secret).unwrap();
    let message = format!(
        "{}.{}",
        URL_SAFE_NO_PAD.encode(header.to_string()),
        URL_SAFE_NO_PAD.encode(payload.to_string())
    );
    let signature = pair.sign(&SystemRandom::new(), message.as_bytes()).unwrap();
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
}

#[test]
fn the_jwt_is_what_rfc_9068_asks_for() {
    let token = keys().sign_jwt(ISSUER, &claims());
    assert_eq!(
        header_of(token.expose()),
        json!({ "alg": "ES256", "kid": "sign-1", "typ": "at+jwt" })
    );
    assert_eq!(
        payload_of(token.expose()),
        json!({
            "iss": ISSUER,
            "aud": "https://as.example/any/api",
            "sub": "00000000-0000-0000-0000-000000000002",
            "client_id": "ledgerly",
            "iat": 1_700_000_000,
            "exp": 1_700_003_600,
            "jti": "00000000-0000-0000-0000-000000000009",
            "scope": "general contact_show contact_edit",
            "organisation": "00000000-0000-0000-0000-000000000003",
            "grant": "00000000-0000-0000-0000-000000000001",
        })
    );
    assert_eq!(keys().verify_jwt(ISSUER, token.expose()), Some(claims()));
}

#[test]
fn a_clients_own_token_has_the_client_as_subject() {
    let own = AccessTokenClaims {
        grant: None,
        user: None,
        organisation: None,
        ..claims()
    };
    let token = keys().sign_jwt(ISSUER, &own);
    assert_eq!(payload_of(token.expose())["sub"], "ledgerly");
    assert!(payload_of(token.expose()).get("grant").is_none());
    assert_eq!(keys().verify_jwt(ISSUER, token.expose()), Some(own));
}

#[test]
fn every_prefix_suffix_and_bit_flip_of_a_token_is_invalid() {
    let keys = keys();
    for token in [
        keys.seal(&claims(), [5; 12]),
        keys.sign_jwt(ISSUER, &claims()),
    ] {
        let token = token.expose();
        assert_eq!(keys.access_token(ISSUER, token), Some(claims()));
        for end in 0..token.len() {
            assert_eq!(
                keys.access_token(ISSUER, &token[..end]),
                None,
                "prefix of {end}"
            );
            assert_eq!(
                keys.access_token(ISSUER, &token[end + 1..]),
                None,
                "suffix from {end}"
            );
        }
        for extra in ["A", "=", " ", "\n", ".", "AAAA"] {
            assert_eq!(
                keys.access_token(ISSUER, &format!("{token}{extra}")),
                None,
                "{extra:?} behind"
            );
            assert_eq!(
                keys.access_token(ISSUER, &format!("{extra}{token}")),
                None,
                "{extra:?} before"
            );
        }
        for index in 0..token.len() {
            for bit in 0..7 {
                let mut bytes = token.as_bytes().to_vec();
                bytes[index] ^= 1 << bit;
                let flipped = String::from_utf8(bytes).unwrap();
                assert_eq!(
                    keys.access_token(ISSUER, &flipped),
                    None,
                    "bit {bit} of byte {index}"
                );
            }
        }
    }
}

#[test]
fn a_repaired_checksum_does_not_help() {
    let keys = keys();
    let token = keys.seal(&claims(), [5; 12]);
    let body = &token.expose()["sg_at_".len()..token.expose().len() - 6];
    let raw = URL_SAFE_NO_PAD.decode(body).unwrap();
    for index in 0..raw.len() {
        let mut changed = raw.clone();
        changed[index] ^= 1;
        let text = format!("sg_at_{}", URL_SAFE_NO_PAD.encode(&changed));
        let checksum = URL_SAFE_NO_PAD.encode(crc32fast::hash(text.as_bytes()).to_be_bytes());
        assert_eq!(
            keys.open(&format!("{text}{checksum}")),
            None,
            "byte {index}"
        );
    }
    for end in 0..raw.len() {
        let text = format!("sg_at_{}", URL_SAFE_NO_PAD.encode(&raw[..end]));
        let checksum = URL_SAFE_NO_PAD.encode(crc32fast::hash(text.as_bytes()).to_be_bytes());
        assert_eq!(
            keys.open(&format!("{text}{checksum}")),
            None,
            "cut at {end}"
        );
    }
}

#[test]
fn another_realm_issuer_or_key_opens_nothing() {
    let keys = keys();
    let sealed = keys.seal(&claims(), [5; 12]);
    let signed = keys.sign_jwt(ISSUER, &claims());
    assert_eq!(
        keys.verify_jwt("https://as.example/other", signed.expose()),
        None
    );
    assert_eq!(
        keys.verify_jwt("https://as.example/any/", signed.expose()),
        None
    );
    // The same keys under another realm's name.
    let other = RealmKeys::new(&records("other")).unwrap();
    assert_eq!(other.open(sealed.expose()), None);
    // Other keys under the same ids.
    let stranger = RealmKeys::new(&[
        record("any", KeyPurpose::SealToken, "seal-1", 3),
        record("any", KeyPurpose::SignEs256, "sign-1", 4),
    ])
    .unwrap();
    assert_eq!(stranger.open(sealed.expose()), None);
    assert_eq!(stranger.verify_jwt(ISSUER, signed.expose()), None);
}

#[test]
fn no_algorithm_but_the_keys_own_is_accepted() {
    let keys = keys();
    let token = keys.sign_jwt(ISSUER, &claims());
    let payload = payload_of(token.expose());
    let public = keys.jwks()["keys"][0].clone();
    let x = URL_SAFE_NO_PAD
        .decode(public["x"].as_str().unwrap())
        .unwrap();
    let y = URL_SAFE_NO_PAD
        .decode(public["y"].as_str().unwrap())
        .unwrap();
    let point = [&[4][..], &x, &y].concat();
    let public_text = public.to_string();
    let hmac_keys = [&x[..], &point, public_text.as_bytes(), b"", b"sign-1"];
    let algorithms = [
        "none", "None", "NONE", "nOnE", "", "HS256", "HS384", "HS512", "RS256", "RS384", "RS512",
        "PS256", "PS384", "PS512", "ES384", "ES512", "ES256K", "EdDSA", "es256", "ECDH-ES", "dir",
    ];
    for algorithm in algorithms {
        let header = json!({ "alg": algorithm, "kid": "sign-1", "typ": "at+jwt" });
        assert_eq!(
            keys.verify_jwt(ISSUER, &forged(&header, &payload)),
            None,
            "{algorithm}"
        );
        let message = format!(
            "{}.{}",
            URL_SAFE_NO_PAD.encode(header.to_string()),
            URL_SAFE_NO_PAD.encode(payload.to_string())
        );
        assert_eq!(
            keys.verify_jwt(ISSUER, &format!("{message}.")),
            None,
            "{algorithm}, unsigned"
        );
        for key in hmac_keys {
            let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), message.as_bytes());
            let token = format!("{message}.{}", URL_SAFE_NO_PAD.encode(tag));
            assert_eq!(
                keys.verify_jwt(ISSUER, &token),
                None,
                "{algorithm}, public key as secret"
            );
        }
    }
    for extra in [
        json!({ "jwk": public }),
        json!({ "jku": "https://evil.example" }),
        json!({ "kid": "seal-1" }),
        json!({ "kid": "../sign-1" }),
    ] {
        let mut header = json!({ "alg": "ES256", "kid": "nobody", "typ": "at+jwt" });
        header
            .as_object_mut()
            .unwrap()
            .extend(extra.as_object().unwrap().clone());
        assert_eq!(
            keys.verify_jwt(ISSUER, &forged(&header, &payload)),
            None,
            "{header}"
        );
    }
}

#[test]
fn the_type_has_to_be_that_of_an_access_token() {
    let keys = keys();
    let payload = payload_of(keys.sign_jwt(ISSUER, &claims()).expose());
    for good in ["at+jwt", "AT+JWT", "application/at+jwt"] {
        let header = json!({ "alg": "ES256", "kid": "sign-1", "typ": good });
        assert_eq!(
            keys.verify_jwt(ISSUER, &forged(&header, &payload)),
            Some(claims()),
            "{good}"
        );
    }
    for bad in [
        "JWT",
        "jwt",
        "",
        "at",
        "logout+jwt",
        "application/application/at+jwt",
    ] {
        let header = json!({ "alg": "ES256", "kid": "sign-1", "typ": bad });
        assert_eq!(
            keys.verify_jwt(ISSUER, &forged(&header, &payload)),
            None,
            "{bad}"
        );
    }
    let header = json!({ "alg": "ES256", "kid": "sign-1" });
    assert_eq!(keys.verify_jwt(ISSUER, &forged(&header, &payload)), None);
}

#[test]
fn every_claim_is_required_and_of_its_type() {
    let keys = keys();
    let header = json!({ "alg": "ES256", "kid": "sign-1", "typ": "at+jwt" });
    let payload = payload_of(keys.sign_jwt(ISSUER, &claims()).expose());
    for claim in [
        "iss",
        "aud",
        "sub",
        "client_id",
        "iat",
        "exp",
        "jti",
        "scope",
    ] {
        for wrong in [
            None,
            Some(json!(null)),
            Some(json!([])),
            Some(json!({})),
            Some(json!(true)),
            Some(json!("\"")),
            Some(json!(i64::MAX)),
        ] {
            let mut changed = payload.clone();
            let members = changed.as_object_mut().unwrap();
            match &wrong {
                None => members.remove(claim),
                Some(value) => members.insert(claim.to_owned(), value.clone()),
            };
            // Any text is a good audience or client, which the caller compares.
            let plain_text = wrong == Some(json!("\"")) && matches!(claim, "aud" | "client_id");
            let found = keys.verify_jwt(ISSUER, &forged(&header, &changed));
            assert_eq!(found.is_some(), plain_text, "{claim} {wrong:?}");
        }
    }
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

#[test]
fn one_time_values_are_no_access_tokens_and_the_form_says_what_a_token_is() {
    let keys = keys();
    for kind in [
        SecretKind::AuthorizationCode,
        SecretKind::RefreshToken,
        SecretKind::ClientSecret,
        SecretKind::BrowserSession,
        SecretKind::AccessToken,
    ] {
        let secret = generate(kind, [6; 32]);
        assert_eq!(keys.access_token(ISSUER, secret.expose()), None);
        let expected = match kind {
            SecretKind::RefreshToken => PresentedToken::RefreshToken(secret.hash()),
            _ => PresentedToken::Unknown,
        };
        assert_eq!(
            PresentedToken::read(&keys, ISSUER, secret.expose()),
            expected
        );
    }
    let sealed = keys.seal(&claims(), [5; 12]);
    assert_eq!(
        PresentedToken::read(&keys, ISSUER, sealed.expose()),
        PresentedToken::AccessToken(Box::new(claims()))
    );
    assert!(!claims().is_expired(at(3_599)) && claims().is_expired(at(3_600)));
}

prop_compose! {
    fn any_claims()(
        id in any::<u128>(),
        optional in any::<[Option<u128>; 3]>(),
        client in "[a-z\u{e4}\u{1f600}]{0,300}",
        audience in ".{0,300}",
        tokens in prop::collection::vec("[!#-\\[\\]-~]{1,40}", 0..60),
        issued in 0_i64..4_000_000_000,
        life in 1_i64..10_000_000,
    ) -> AccessTokenClaims {
        let at = |second| oauth::model::Timestamp::from_second(second).unwrap();
        AccessTokenClaims {
            id: Uuid::from_u128(id),
            realm: "any".to_owned(),
            client,
            grant: optional[0].map(Uuid::from_u128),
            user: optional[1].map(Uuid::from_u128),
            organisation: optional[2].map(Uuid::from_u128),
            scope: scope(&tokens.join(" ")),
            audience,
            issued_at: at(issued),
            expires_at: at(issued + life),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn both_forms_give_back_what_was_put_in(claims in any_claims(), nonce: [u8; 12]) {
        let keys = keys();
        let sealed = keys.seal(&claims, nonce);
        prop_assert_eq!(keys.open(sealed.expose()), Some(claims.clone()));
        let signed = keys.sign_jwt(ISSUER, &claims);
        prop_assert_eq!(keys.verify_jwt(ISSUER, signed.expose()), Some(claims));
    }

    #[test]
    fn any_text_is_read_without_a_panic(text in "(sg_at_)?.{0,200}", raw: Vec<u8>) {
        let keys = keys();
        prop_assert_eq!(keys.access_token(ISSUER, &text), None);
        let body = format!("sg_at_{}", URL_SAFE_NO_PAD.encode(raw));
        let checksum = URL_SAFE_NO_PAD.encode(crc32fast::hash(body.as_bytes()).to_be_bytes());
        prop_assert_eq!(keys.open(&format!("{body}{checksum}")), None);
    }
}
