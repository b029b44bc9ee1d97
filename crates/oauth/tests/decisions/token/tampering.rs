//! Both forms: what is put in comes out, and nothing else is let in.

use super::{ISSUER, claims, first, keys, numbers, record, records, second, second_keys};
use crate::support::{at, scope};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use oauth::model::{KeyPurpose, Position, Uuid};
use oauth::revocation::PresentedToken;
use oauth::secret::{SecretKind, generate};
use oauth::token::{
    AccessTokenClaims, RealmKeys, SealedFormat, SubjectKind, TokenClient, TokenError,
};
use proptest::prelude::*;

#[test]
fn every_prefix_suffix_and_bit_flip_of_a_token_is_invalid() {
    let keys = second_keys();
    for (token, said) in [
        (super::keys().seal(&claims(), [5; 12]), first(claims())),
        (keys.seal(&claims(), [5; 12]), second(claims())),
        (keys.sign_jwt(ISSUER, &claims()), claims()),
    ] {
        let token = token.expose();
        assert_eq!(keys.access_token(ISSUER, token), Ok(said));
        for end in 0..token.len() {
            assert_eq!(
                keys.access_token(ISSUER, &token[..end]),
                Err(TokenError::Invalid),
                "prefix of {end}"
            );
            assert_eq!(
                keys.access_token(ISSUER, &token[end + 1..]),
                Err(TokenError::Invalid),
                "suffix from {end}"
            );
        }
        for extra in ["A", "=", " ", "\n", ".", "AAAA"] {
            assert_eq!(
                keys.access_token(ISSUER, &format!("{token}{extra}")),
                Err(TokenError::Invalid),
                "{extra:?} behind"
            );
            assert_eq!(
                keys.access_token(ISSUER, &format!("{extra}{token}")),
                Err(TokenError::Invalid),
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
                    Err(TokenError::Invalid),
                    "bit {bit} of byte {index}"
                );
            }
        }
    }
}

#[test]
fn a_repaired_checksum_does_not_help() {
    for keys in [keys(), second_keys()] {
        no_repaired_checksum_helps(&keys);
    }
}

fn no_repaired_checksum_helps(keys: &RealmKeys) {
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
            Err(TokenError::Invalid),
            "byte {index}"
        );
    }
    for end in 0..raw.len() {
        let text = format!("sg_at_{}", URL_SAFE_NO_PAD.encode(&raw[..end]));
        let checksum = URL_SAFE_NO_PAD.encode(crc32fast::hash(text.as_bytes()).to_be_bytes());
        assert_eq!(
            keys.open(&format!("{text}{checksum}")),
            Err(TokenError::Invalid),
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
    assert_eq!(other.open(sealed.expose()), Err(TokenError::Invalid));
    // Other keys under the same ids.
    let stranger = RealmKeys::new(&[
        record("any", KeyPurpose::SealToken, "seal-1", 3),
        record("any", KeyPurpose::SignEs256, "sign-1", 4),
    ])
    .unwrap();
    assert_eq!(stranger.open(sealed.expose()), Err(TokenError::Invalid));
    assert_eq!(stranger.verify_jwt(ISSUER, signed.expose()), None);
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
        let opened = keys.access_token(ISSUER, secret.expose());
        assert_eq!(opened, Err(TokenError::Invalid));
        let expected = match kind {
            SecretKind::RefreshToken => PresentedToken::RefreshToken(secret.hash()),
            _ => PresentedToken::Unknown,
        };
        assert_eq!(
            PresentedToken::read(&keys, ISSUER, secret.expose()),
            Some(expected)
        );
    }
    let sealed = keys.seal(&claims(), [5; 12]);
    assert_eq!(
        PresentedToken::read(&keys, ISSUER, sealed.expose()),
        Some(PresentedToken::AccessToken(Box::new(first(claims()))))
    );
    // Nobody takes it for unknown before the numbers were read again.
    let numbered = second_keys().seal(&claims(), [5; 12]);
    let read = PresentedToken::read(&keys, ISSUER, numbered.expose());
    assert_eq!(read, None);
    assert!(!claims().is_expired(at(3_599)) && claims().is_expired(at(3_600)));
}

prop_compose! {
    fn any_claims()(
        id in any::<u128>(),
        optional in any::<[Option<u128>; 4]>(),
        uuid in any::<u128>(),
        position in any::<Option<i64>>(),
        client in "[a-z\u{e4}\u{1f600}]{0,300}",
        audience in ".{0,300}",
        for_sandbox in any::<bool>(),
        tokens in prop::collection::vec("[!#-\\[\\]-~]{1,40}", 0..60),
        issued in 0_i64..4_000_000_000,
        life in 1_i64..10_000_000,
    ) -> AccessTokenClaims {
        let at = |second| oauth::model::Timestamp::from_second(second).unwrap();
        AccessTokenClaims {
            id: Uuid::from_u128(id),
            realm: "any".to_owned(),
            client: TokenClient::Both { id: client, uuid: Uuid::from_u128(uuid) },
            subject_kind: match optional[1] {
                Some(_) => SubjectKind::Person,
                None => SubjectKind::Machine,
            },
            grant: optional[0].map(Uuid::from_u128),
            family: optional[3].map(Uuid::from_u128),
            user: optional[1].map(Uuid::from_u128),
            organisation: optional[2].map(Uuid::from_u128),
            scope: scope(&tokens.join(" ")),
            audience,
            for_sandbox,
            issued_at: at(issued),
            expires_at: at(issued + life),
            position: position.map(Position),
            authentication: None,
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_form_gives_back_what_was_put_in(claims in any_claims(), nonce: [u8; 12]) {
        let sealed = keys().seal(&claims, nonce);
        let keys = keys().with_numbers(numbers(&claims.scope), SealedFormat::Second);
        prop_assert_eq!(keys.open(sealed.expose()), Ok(first(claims.clone())));
        let sealed = keys.seal(&claims, nonce);
        prop_assert_eq!(keys.open(sealed.expose()), Ok(second(claims.clone())));
        let signed = keys.sign_jwt(ISSUER, &claims);
        prop_assert_eq!(keys.verify_jwt(ISSUER, signed.expose()), Some(claims));
    }

    #[test]
    fn any_text_is_read_without_a_panic(text in "(sg_at_)?.{0,200}", raw: Vec<u8>) {
        let keys = second_keys();
        let invalid = Err(TokenError::Invalid);
        prop_assert_eq!(keys.access_token(ISSUER, &text), invalid.clone());
        let body = format!("sg_at_{}", URL_SAFE_NO_PAD.encode(raw));
        let checksum = URL_SAFE_NO_PAD.encode(crc32fast::hash(body.as_bytes()).to_be_bytes());
        prop_assert_eq!(keys.open(&format!("{body}{checksum}")), invalid);
    }
}
