//! Access tokens in both forms: what is put in comes out, and nothing else is let in.

mod jwt;
mod keys;
mod november;
mod second_format;
mod size;
mod successor;
mod tampering;
mod wrapping;

use crate::support::{at, now, scope};
use std::collections::BTreeMap;
use std::sync::Mutex;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, RSA_PKCS1_SHA256, RsaKeyPair,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use oauth::model::{AuthenticationContext, KeyPurpose, KeyRecord, Position, Uuid};
use oauth::token::{AccessTokenClaims, RealmKeys, SealedFormat, SubjectKind, TokenClient};
use scope::{Scope, ScopeNumbers};
use serde_json::Value;

pub const ISSUER: &str = "https://as.example/any";

pub fn record(realm: &str, purpose: KeyPurpose, kid: &str, seed: u8) -> KeyRecord {
    let made = |purpose| RealmKeys::generate(realm, purpose, kid, [seed; 32], now()).unwrap();
    match purpose {
        KeyPurpose::SignRs256 => KeyRecord {
            purpose,
            secret: rsa(seed),
            ..made(KeyPurpose::SealToken)
        },
        other => made(other),
    }
}

/// The RSA key of a seed, which is drawn once.
fn rsa(seed: u8) -> Vec<u8> {
    static DRAWN: Mutex<BTreeMap<u8, Vec<u8>>> = Mutex::new(BTreeMap::new());
    let draw = || {
        let made = RealmKeys::generate("any", KeyPurpose::SignRs256, "k", [0; 32], now());
        made.unwrap().secret
    };
    let mut drawn = DRAWN.lock().unwrap();
    drawn.entry(seed).or_insert_with(draw).clone()
}

pub fn records(realm: &str) -> Vec<KeyRecord> {
    vec![
        record(realm, KeyPurpose::SealToken, "seal-1", 1),
        record(realm, KeyPurpose::SignEs256, "sign-1", 2),
    ]
}

pub fn keys() -> RealmKeys {
    RealmKeys::new(&records("any")).unwrap()
}

/// The same keys for tokens of the second format.
pub fn second_keys() -> RealmKeys {
    keys().with_numbers(numbers(&claims().scope), SealedFormat::Second)
}

/// Numbers in the order of a scope.
pub fn numbers(scope: &Scope) -> ScopeNumbers {
    ScopeNumbers::new((0..).zip(scope.tokens().iter().cloned())).unwrap()
}

pub fn claims() -> AccessTokenClaims {
    AccessTokenClaims {
        id: Uuid::from_u128(9),
        realm: "any".to_owned(),
        client: TokenClient::Both {
            id: "ledgerly".to_owned(),
            uuid: Uuid::from_u128(8),
        },
        subject_kind: SubjectKind::Person,
        grant: Some(Uuid::from_u128(1)),
        family: Some(Uuid::from_u128(4)),
        user: Some(Uuid::from_u128(2)),
        organisation: Some(Uuid::from_u128(3)),
        scope: scope("general contact_show contact_edit"),
        audience: "https://as.example/any/api".to_owned(),
        for_sandbox: false,
        issued_at: now(),
        expires_at: at(3_600),
        position: Some(Position(5)),
        authentication: Some(AuthenticationContext {
            at: at(-50),
            class: Some(String::from("mfa")),
        }),
    }
}

/// What the first sealed format keeps of claims.
pub fn first(claims: AccessTokenClaims) -> AccessTokenClaims {
    AccessTokenClaims {
        client: TokenClient::Id(claims.client.id().unwrap().to_owned()),
        family: None,
        position: None,
        authentication: None,
        for_sandbox: false,
        ..claims
    }
}

/// What the second sealed format keeps of claims.
pub fn second(claims: AccessTokenClaims) -> AccessTokenClaims {
    AccessTokenClaims {
        client: TokenClient::Uuid(claims.client.uuid().unwrap()),
        ..claims
    }
}

pub fn header_of(token: &str) -> Value {
    let header = token.split('.').next().unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).unwrap()).unwrap()
}

pub fn payload_of(token: &str) -> Value {
    let payload = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

/// A token with any header and payload, signed by the realm's own key.
pub fn forged(header: &Value, payload: &Value) -> String {
    forged_by(KeyPurpose::SignEs256, header, payload)
}

/// The same, signed by a key of this purpose.
pub fn forged_by(purpose: KeyPurpose, header: &Value, payload: &Value) -> String {
    let key = record("any", purpose, "sign-1", 2);
    let message = format!(
        "{}.{}",
        URL_SAFE_NO_PAD.encode(header.to_string()),
        URL_SAFE_NO_PAD.encode(payload.to_string())
    );
    let signature = match purpose {
        KeyPurpose::SignEdDsa => {
            let pair = Ed25519KeyPair::from_pkcs8(&key.secret).unwrap();
            pair.sign(message.as_bytes()).as_ref().to_vec()
        }
        KeyPurpose::SignRs256 => {
            let pair = RsaKeyPair::from_pkcs8(&key.secret).unwrap();
            let mut signature = vec![0; pair.public_modulus_len()];
            let random = SystemRandom::new();
            pair.sign(
                &RSA_PKCS1_SHA256,
                &random,
                message.as_bytes(),
                &mut signature,
            )
            .unwrap();
            signature
        }
        _ => {
            let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &key.secret);
            let random = SystemRandom::new();
            let signed = pair.unwrap().sign(&random, message.as_bytes()).unwrap();
            signed.as_ref().to_vec()
        }
    };
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
}
