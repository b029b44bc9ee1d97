//! Opaque access tokens: the claims in a compact binary form under AES-256-GCM.
//!
//! `sg_at_` base64url(version, kid length, kid, nonce, ciphertext and tag) checksum. The
//! realm, the version and the kid are associated data.

use std::sync::Arc;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use scope::Scope;

use super::claims::AccessTokenClaims;
use crate::model::{KeyRecord, Timestamp, Uuid};
use crate::secret::{Secret, SecretKind, checked_body};

/// The first byte of the binary form.
const VERSION: u8 = 1;
const NONCE_BYTES: usize = 12;
/// The longest token that is read, in bytes: the longest scope and generous ids.
const MAX_BYTES: usize = 32_768;

/// An AES-256-GCM key, ready to use.
#[derive(Clone)]
pub(super) struct SealingKey(Arc<LessSafeKey>);

impl SealingKey {
    /// The key of a record; `None` unless its secret is 32 bytes and its id fits.
    pub(super) fn new(record: &KeyRecord) -> Option<Self> {
        if !(1..=255).contains(&record.id.len()) {
            return None;
        }
        let key = UnboundKey::new(&AES_256_GCM, &record.secret).ok()?;
        Some(Self(Arc::new(LessSafeKey::new(key))))
    }

    pub(super) fn seal(
        &self,
        realm: &str,
        kid: &str,
        claims: &AccessTokenClaims,
        nonce: [u8; NONCE_BYTES],
    ) -> Secret {
        let mut plain = encode(claims);
        #[expect(
            clippy::expect_used,
            reason = "AES-GCM refuses only inputs of 64 GiB and more"
        )]
        let tag = self
            .0
            .seal_in_place_separate_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(associated_data(realm, kid)),
                &mut plain,
            )
            .expect("the claims of a token are far below 64 GiB");
        let mut body = Vec::with_capacity(2 + kid.len() + NONCE_BYTES + plain.len() + 16);
        body.push(VERSION);
        body.push(u8::try_from(kid.len()).unwrap_or(u8::MAX));
        body.extend_from_slice(kid.as_bytes());
        body.extend_from_slice(&nonce);
        body.extend_from_slice(&plain);
        body.extend_from_slice(tag.as_ref());
        Secret::sealed(SecretKind::AccessToken.prefix(), &body)
    }

    pub(super) fn open(&self, realm: &str, mut sealed: Sealed) -> Option<AccessTokenClaims> {
        let associated = associated_data(realm, &sealed.kid);
        let nonce = Nonce::assume_unique_for_key(sealed.nonce);
        let ciphertext = sealed.body.get_mut(sealed.ciphertext_at..)?;
        let plain = self
            .0
            .open_in_place(nonce, Aad::from(associated), ciphertext)
            .ok()?;
        decode(realm, plain)
    }
}

/// A text that has the form of a sealed token; what is inside is not known yet.
pub(super) struct Sealed {
    kid: String,
    nonce: [u8; NONCE_BYTES],
    body: Vec<u8>,
    ciphertext_at: usize,
}

impl Sealed {
    /// Takes the text apart; `None` unless prefix, alphabet, checksum and version are right.
    pub(super) fn read(token: &str) -> Option<Self> {
        if token.len() > MAX_BYTES {
            return None;
        }
        let encoded = checked_body(SecretKind::AccessToken.prefix(), token)?;
        let body = URL_SAFE_NO_PAD.decode(encoded).ok()?;
        let mut reader = Reader(&body);
        if reader.byte()? != VERSION {
            return None;
        }
        let length = usize::from(reader.byte()?);
        let kid = std::str::from_utf8(reader.take(length)?).ok()?.to_owned();
        let nonce = reader.array()?;
        let ciphertext_at = body.len() - reader.0.len();
        Some(Self {
            kid,
            nonce,
            body,
            ciphertext_at,
        })
    }

    pub(super) fn kid(&self) -> &str {
        &self.kid
    }
}

fn associated_data(realm: &str, kid: &str) -> Vec<u8> {
    let mut data = Vec::with_capacity(2 + kid.len() + realm.len());
    data.push(VERSION);
    data.push(u8::try_from(kid.len()).unwrap_or(u8::MAX));
    data.extend_from_slice(kid.as_bytes());
    data.extend_from_slice(realm.as_bytes());
    data
}

const HAS_GRANT: u8 = 1;
const HAS_USER: u8 = 2;
const HAS_ORGANISATION: u8 = 4;

/// id, flags, the ids the flags name, times, client, audience, scope.
fn encode(claims: &AccessTokenClaims) -> Vec<u8> {
    let optional = [
        (HAS_GRANT, claims.grant),
        (HAS_USER, claims.user),
        (HAS_ORGANISATION, claims.organisation),
    ];
    let mut bytes = Vec::with_capacity(512);
    bytes.extend_from_slice(claims.id.as_bytes());
    bytes.push(
        optional
            .iter()
            .filter(|(_, id)| id.is_some())
            .map(|(flag, _)| flag)
            .sum(),
    );
    for (_, id) in optional {
        bytes.extend_from_slice(id.as_ref().map_or(&[][..], |id| id.as_bytes()));
    }
    for time in [claims.issued_at, claims.expires_at] {
        bytes.extend_from_slice(&time.as_second().to_be_bytes());
    }
    put_text(&mut bytes, &claims.client);
    put_text(&mut bytes, &claims.audience);
    for (index, token) in claims.scope.iter().enumerate() {
        if index > 0 {
            bytes.push(b' ');
        }
        bytes.extend_from_slice(token.as_bytes());
    }
    bytes
}

fn decode(realm: &str, plain: &[u8]) -> Option<AccessTokenClaims> {
    let mut reader = Reader(plain);
    let id = reader.uuid()?;
    let flags = reader.byte()?;
    let mut optional = |flag| match flags & flag {
        0 => Some(None),
        _ => reader.uuid().map(Some),
    };
    let grant = optional(HAS_GRANT)?;
    let user = optional(HAS_USER)?;
    let organisation = optional(HAS_ORGANISATION)?;
    Some(AccessTokenClaims {
        id,
        realm: realm.to_owned(),
        grant,
        user,
        organisation,
        issued_at: reader.time()?,
        expires_at: reader.time()?,
        client: reader.text()?,
        audience: reader.text()?,
        scope: Scope::parse(std::str::from_utf8(reader.0).ok()?).ok()?,
    })
}

fn put_text(bytes: &mut Vec<u8>, text: &str) {
    bytes.extend_from_slice(&(text.len() as u64).to_be_bytes()[4..]);
    bytes.extend_from_slice(text.as_bytes());
}

/// Reads from the front; `None` when there is too little.
struct Reader<'b>(&'b [u8]);

impl<'b> Reader<'b> {
    fn take(&mut self, length: usize) -> Option<&'b [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    fn byte(&mut self) -> Option<u8> {
        self.array().map(|[byte]| byte)
    }

    fn uuid(&mut self) -> Option<Uuid> {
        self.array().map(Uuid::from_bytes)
    }

    fn time(&mut self) -> Option<Timestamp> {
        Timestamp::from_second(i64::from_be_bytes(self.array()?)).ok()
    }

    fn text(&mut self) -> Option<String> {
        let length = usize::try_from(u32::from_be_bytes(self.array()?)).ok()?;
        Some(std::str::from_utf8(self.take(length)?).ok()?.to_owned())
    }
}
