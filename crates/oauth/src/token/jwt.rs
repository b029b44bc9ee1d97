//! JWT access tokens (RFC 9068), ES256 (RFC 7518 section 3.4), RS256 (section 3.3) or EdDSA with
//! Ed25519 (RFC 8037), which the key decides. Signed with a key that is built once, since the JOSE crate would
//! parse it again for each token; verified by the JOSE crate.

use std::sync::Arc;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256,
    RsaKeyPair,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use scope::Scope;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::claims::{AccessTokenClaims, SubjectKind, TokenClient};
use crate::model::{AuthenticationContext, KeyPurpose, KeyRecord, Position, Timestamp, Uuid};
use crate::secret::Secret;

/// RFC 9068 section 2.1.
const TYPE: &str = "at+jwt";
/// What says who calls, for an API behind a gate: no access token, and never taken for one.
const IDENTITY_TYPE: &str = "scopegate-identity+jwt";
/// The longest token that is read, in bytes.
const MAX_BYTES: usize = 32_768;

/// A signing key of any algorithm, ready to use.
#[derive(Clone)]
pub(super) struct SigningKey(Arc<Parts>);

struct Parts {
    pair: Pair,
    /// The only algorithm whose signatures count.
    algorithm: Algorithm,
    /// The header as it stands in the token, with the dot behind it.
    header: String,
    /// The same of what says who calls.
    identity_header: String,
    decoding: DecodingKey,
    jwk: Value,
}

enum Pair {
    Es256(EcdsaKeyPair),
    EdDsa(Ed25519KeyPair),
    Rs256(RsaKeyPair),
}

/// The claims as they stand in the token. `T` is borrowed text when signing, owned when reading.
#[derive(Serialize, Deserialize)]
struct WireClaims<T, S> {
    iss: T,
    aud: T,
    sub: T,
    client_id: T,
    iat: i64,
    exp: i64,
    jti: Uuid,
    scope: S,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    organisation: Option<Uuid>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    grant: Option<Uuid>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    family: Option<Uuid>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    client_uuid: Option<Uuid>,
    /// In tokens without it, a person acts where there is a grant: an app has none for itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    subject_kind: Option<WireSubjectKind>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    position: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    auth_time: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    acr: Option<T>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    for_sandbox: bool,
}

#[derive(Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum WireSubjectKind {
    Person,
    Machine,
}

impl SigningKey {
    /// The key of a record; `None` unless its secret is the PKCS #8 form of a key for its
    /// purpose.
    pub(super) fn new(record: &KeyRecord) -> Option<Self> {
        let parts = match record.purpose {
            KeyPurpose::SignEs256 => es256(record),
            KeyPurpose::SignEdDsa => ed_dsa(record),
            KeyPurpose::SignRs256 => rs256(record),
            KeyPurpose::SealToken => None,
        };
        parts.map(|parts| Self(Arc::new(parts)))
    }

    pub(super) fn jwk(&self) -> Value {
        self.0.jwk.clone()
    }

    /// As it is named in tokens and published keys.
    pub(super) fn algorithm(&self) -> &'static str {
        match self.0.pair {
            Pair::Es256(_) => "ES256",
            Pair::EdDsa(_) => "EdDSA",
            Pair::Rs256(_) => "RS256",
        }
    }

    /// How many bytes a token with these claims has.
    pub(super) fn bytes(&self, issuer: &str, claims: &AccessTokenClaims) -> usize {
        let signature = match &self.0.pair {
            Pair::Es256(_) | Pair::EdDsa(_) => SHORT_SIGNATURE,
            Pair::Rs256(pair) => pair.public_modulus_len(),
        };
        bytes(issuer, claims, signature)
    }

    pub(super) fn sign(&self, issuer: &str, claims: &AccessTokenClaims) -> Secret {
        Secret::presented(self.signed(&self.0.header, &payload(issuer, claims)))
    }

    /// A JWT that says who calls. `payload` is the claims as JSON.
    pub(super) fn sign_identity(&self, payload: &[u8]) -> String {
        self.signed(&self.0.identity_header, payload)
    }

    /// A JWT by which this server says who it is to another, under a name that is known there.
    pub(super) fn sign_assertion(&self, key_id: &str, payload: &[u8]) -> Secret {
        let header = header(self.algorithm(), key_id, "JWT");
        Secret::presented(self.signed(&header, payload))
    }

    fn signed(&self, header: &str, payload: &[u8]) -> String {
        let mut token = header.to_owned();
        URL_SAFE_NO_PAD.encode_string(payload, &mut token);
        let signature = self.0.pair.sign(token.as_bytes());
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(signature, &mut token);
        token
    }

    pub(super) fn verify(
        &self,
        realm: &str,
        issuer: &str,
        token: &str,
    ) -> Option<AccessTokenClaims> {
        if token.len() > MAX_BYTES {
            return None;
        }
        let verified = jsonwebtoken::decode::<WireClaims<String, Scope>>(
            token,
            &self.0.decoding,
            &validation(self.0.algorithm, issuer),
        )
        .ok()?;
        if !is_access_token_type(verified.header.typ.as_deref()) {
            return None;
        }
        let claims = verified.claims;
        let subject_kind = claims.subject_kind.unwrap_or(match claims.grant {
            Some(_) => WireSubjectKind::Person,
            None => WireSubjectKind::Machine,
        });
        let user = match subject_kind {
            WireSubjectKind::Person => Some(Uuid::parse_str(&claims.sub).ok()?),
            WireSubjectKind::Machine if claims.sub == claims.client_id => None,
            WireSubjectKind::Machine => return None,
        };
        Some(AccessTokenClaims {
            id: claims.jti,
            realm: realm.to_owned(),
            client: match claims.client_uuid {
                Some(uuid) => TokenClient::Both {
                    id: claims.client_id,
                    uuid,
                },
                None => TokenClient::Id(claims.client_id),
            },
            subject_kind: match user {
                Some(_) => SubjectKind::Person,
                None => SubjectKind::Machine,
            },
            grant: claims.grant,
            family: claims.family,
            user,
            organisation: claims.organisation,
            scope: claims.scope,
            audience: claims.aud,
            for_sandbox: claims.for_sandbox,
            issued_at: Timestamp::from_second(claims.iat).ok()?,
            expires_at: Timestamp::from_second(claims.exp).ok()?,
            position: claims.position.map(Position),
            authentication: match claims.auth_time {
                Some(at) => Some(AuthenticationContext {
                    at: Timestamp::from_second(at).ok()?,
                    class: claims.acr,
                }),
                None => None,
            },
        })
    }
}

/// The bytes of a signature by ES256 or EdDSA.
pub(super) const SHORT_SIGNATURE: usize = 64;

/// How many bytes a token with these claims has, with a signature of so many: ids of keys have the
/// same length, and so have the names of algorithms.
pub(super) fn bytes(issuer: &str, claims: &AccessTokenClaims, signature: usize) -> usize {
    let encoded = |bytes: usize| bytes.saturating_mul(4).div_ceil(3);
    let header = header("ES256", &Uuid::nil().to_string(), TYPE).len();
    header + encoded(payload(issuer, claims).len()) + 1 + encoded(signature)
}

/// The claims as JSON.
fn payload(issuer: &str, claims: &AccessTokenClaims) -> Vec<u8> {
    let client_id = claims.client.id().unwrap_or_default();
    let subject = claims.subject(client_id);
    let authentication = claims.authentication.as_ref();
    let wire = WireClaims {
        iss: issuer,
        aud: claims.audience.as_str(),
        sub: subject.as_str(),
        client_id,
        iat: claims.issued_at.as_second(),
        exp: claims.expires_at.as_second(),
        jti: claims.id,
        scope: &claims.scope,
        organisation: claims.organisation,
        grant: claims.grant,
        family: claims.family,
        client_uuid: claims.client.uuid(),
        subject_kind: Some(match claims.subject_kind {
            SubjectKind::Person => WireSubjectKind::Person,
            SubjectKind::Machine => WireSubjectKind::Machine,
        }),
        position: claims.position.map(|position| position.0),
        auth_time: authentication.map(|own| own.at.as_second()),
        acr: authentication.and_then(|own| own.class.as_deref()),
        for_sandbox: claims.for_sandbox,
    };
    #[expect(
        clippy::expect_used,
        reason = "text, numbers and ids always have a JSON form"
    )]
    let payload = serde_json::to_vec(&wire).expect("claims are plain JSON");
    payload
}

/// The key a token says it was signed with; nothing about it is verified yet.
pub(super) fn key_id(token: &str) -> Option<String> {
    if token.len() > MAX_BYTES {
        return None;
    }
    jsonwebtoken::decode_header(token).ok()?.kid
}

/// A P-256 key (RFC 7518 section 6.2).
fn es256(record: &KeyRecord) -> Option<Parts> {
    let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &record.secret).ok()?;
    let point = pair.public_key().as_ref().strip_prefix(&[4])?;
    let (x, y) = point.split_at_checked(32)?;
    let (x, y) = (URL_SAFE_NO_PAD.encode(x), URL_SAFE_NO_PAD.encode(y));
    Some(Parts {
        algorithm: Algorithm::ES256,
        header: header("ES256", &record.id, TYPE),
        identity_header: header("ES256", &record.id, IDENTITY_TYPE),
        decoding: DecodingKey::from_ec_components(&x, &y).ok()?,
        jwk: json!({
            "kty": "EC", "crv": "P-256", "x": x, "y": y,
            "alg": "ES256", "use": "sig", "kid": record.id,
        }),
        pair: Pair::Es256(pair),
    })
}

/// An Ed25519 key (RFC 8037 section 2).
fn ed_dsa(record: &KeyRecord) -> Option<Parts> {
    let pair = Ed25519KeyPair::from_pkcs8(&record.secret).ok()?;
    let x = URL_SAFE_NO_PAD.encode(pair.public_key());
    Some(Parts {
        algorithm: Algorithm::EdDSA,
        header: header("EdDSA", &record.id, TYPE),
        identity_header: header("EdDSA", &record.id, IDENTITY_TYPE),
        decoding: DecodingKey::from_ed_components(&x).ok()?,
        jwk: json!({
            "kty": "OKP", "crv": "Ed25519", "x": x,
            "alg": "EdDSA", "use": "sig", "kid": record.id,
        }),
        pair: Pair::EdDsa(pair),
    })
}

/// An RSA key (RFC 7518 section 6.3).
fn rs256(record: &KeyRecord) -> Option<Parts> {
    let pair = RsaKeyPair::from_pkcs8(&record.secret).ok()?;
    let public = pair.public_key();
    let n = URL_SAFE_NO_PAD.encode(public.modulus().big_endian_without_leading_zero());
    let e = URL_SAFE_NO_PAD.encode(public.exponent().big_endian_without_leading_zero());
    Some(Parts {
        algorithm: Algorithm::RS256,
        header: header("RS256", &record.id, TYPE),
        identity_header: header("RS256", &record.id, IDENTITY_TYPE),
        decoding: DecodingKey::from_rsa_components(&n, &e).ok()?,
        jwk: json!({
            "kty": "RSA", "n": n, "e": e,
            "alg": "RS256", "use": "sig", "kid": record.id,
        }),
        pair: Pair::Rs256(pair),
    })
}

fn header(algorithm: &str, kid: &str, typ: &str) -> String {
    let header = json!({ "alg": algorithm, "kid": kid, "typ": typ }).to_string();
    URL_SAFE_NO_PAD.encode(header) + "."
}

impl Pair {
    fn sign(&self, message: &[u8]) -> Vec<u8> {
        match self {
            #[expect(
                clippy::expect_used,
                reason = "signing with a parsed key fails only without memory"
            )]
            Self::Es256(pair) => pair
                .sign(&SystemRandom::new(), message)
                .expect("a parsed P-256 key signs")
                .as_ref()
                .to_vec(),
            Self::EdDsa(pair) => pair.sign(message).as_ref().to_vec(),
            Self::Rs256(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                #[expect(
                    clippy::expect_used,
                    reason = "signing with a parsed key fails only without memory"
                )]
                pair.sign(
                    &RSA_PKCS1_SHA256,
                    &SystemRandom::new(),
                    message,
                    &mut signature,
                )
                .expect("a parsed RSA key signs");
                signature
            }
        }
    }
}

/// Algorithm and issuer. The time is the caller's to judge, since it is an argument there, and
/// the audience the resource's; that both claims exist is seen when they are read.
fn validation(algorithm: Algorithm, issuer: &str) -> Validation {
    let mut validation = Validation::new(algorithm);
    validation.set_issuer(&[issuer]);
    validation.set_required_spec_claims(&["iss", "exp", "aud", "sub"]);
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation.validate_aud = false;
    validation
}

/// RFC 9068 section 4: `at+jwt` or `application/at+jwt`, in any case.
fn is_access_token_type(given: Option<&str>) -> bool {
    given.is_some_and(|given| {
        let given = given.to_ascii_lowercase();
        given.strip_prefix("application/").unwrap_or(&given) == TYPE
    })
}
