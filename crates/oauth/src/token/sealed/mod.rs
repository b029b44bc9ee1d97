//! Opaque access tokens: the claims in a compact binary form under AES-256-GCM.
//!
//! `sg_at_` base64url(version, kid length, kid, nonce, ciphertext and tag) checksum. The
//! realm, the version and the kid are associated data.

mod bytes;
mod format_1;
mod format_2;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use scope::ScopeNumbers;

use self::bytes::Reader;
use super::claims::{AccessTokenClaims, TokenError};
use super::size;
use crate::model::KeyRecord;
use crate::secret::{Secret, SecretKind, checked_body};

const NONCE_BYTES: usize = 12;
const TAG_BYTES: usize = 16;
/// The longest token that is read, in bytes: the longest scope and generous ids.
const MAX_BYTES: usize = 32_768;

/// Which format new sealed tokens have. All of them are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SealedFormat {
    /// Client and scopes by name, which every release reads.
    First,
    /// Client by UUID, scopes by number, which releases up to 22 November 2026 do not read.
    Second,
}

/// An AES-256-GCM key, ready to use, and how often it was used here: random nonces of 96 bits are
/// for at most 2^32 uses of a key (NIST SP 800-38D section 8.3).
#[derive(Clone)]
pub(super) struct SealingKey {
    key: Arc<LessSafeKey>,
    pub(super) sealed: Arc<AtomicU64>,
}

impl SealingKey {
    /// The key of a record; `None` unless its secret is 32 bytes and its id fits.
    pub(super) fn new(record: &KeyRecord) -> Option<Self> {
        if !(1..=255).contains(&record.id.len()) {
            return None;
        }
        let key = UnboundKey::new(&AES_256_GCM, &record.secret).ok()?;
        Some(Self {
            key: Arc::new(LessSafeKey::new(key)),
            sealed: Arc::default(),
        })
    }

    /// In the second format where that is wanted and can be, else in the first.
    pub(super) fn seal(
        &self,
        realm: &str,
        kid: &str,
        claims: &AccessTokenClaims,
        nonce: [u8; NONCE_BYTES],
        format: SealedFormat,
        numbers: &ScopeNumbers,
    ) -> Secret {
        let (version, mut plain) = encode(claims, format, numbers);
        self.sealed.fetch_add(1, Ordering::Relaxed);
        #[expect(
            clippy::expect_used,
            reason = "AES-GCM refuses only inputs of 64 GiB and more"
        )]
        let tag = self
            .key
            .seal_in_place_separate_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(associated_data(realm, version, kid)),
                &mut plain,
            )
            .expect("the claims of a token are far below 64 GiB");
        let mut body = Vec::with_capacity(2 + kid.len() + NONCE_BYTES + plain.len() + TAG_BYTES);
        body.push(version);
        body.push(u8::try_from(kid.len()).unwrap_or(u8::MAX));
        body.extend_from_slice(kid.as_bytes());
        body.extend_from_slice(&nonce);
        body.extend_from_slice(&plain);
        body.extend_from_slice(tag.as_ref());
        Secret::sealed(SecretKind::AccessToken.prefix(), &body)
    }

    pub(super) fn open(
        &self,
        realm: &str,
        mut sealed: Sealed,
        numbers: &ScopeNumbers,
    ) -> Result<AccessTokenClaims, TokenError> {
        let associated = associated_data(realm, sealed.version, &sealed.kid);
        let nonce = Nonce::assume_unique_for_key(sealed.nonce);
        let ciphertext = sealed.body.get_mut(sealed.ciphertext_at..);
        let plain = self
            .key
            .open_in_place(
                nonce,
                Aad::from(associated),
                ciphertext.ok_or(TokenError::Invalid)?,
            )
            .map_err(|_| TokenError::Invalid)?;
        match sealed.version {
            format_1::VERSION => format_1::decode(realm, plain).ok_or(TokenError::Invalid),
            format_2::VERSION => format_2::decode(realm, plain, numbers),
            _ => Err(TokenError::Invalid),
        }
    }
}

/// The version and the binary form: of the second format where that is wanted and can be.
fn encode(
    claims: &AccessTokenClaims,
    format: SealedFormat,
    numbers: &ScopeNumbers,
) -> (u8, Vec<u8>) {
    let second = match format {
        SealedFormat::First => None,
        SealedFormat::Second => format_2::encode(claims, numbers),
    };
    match second {
        Some(plain) => (format_2::VERSION, plain),
        None => (format_1::VERSION, format_1::encode(claims)),
    }
}

/// How large a token with these claims would be, and how large it may be.
pub(super) fn bytes(
    kid: &str,
    claims: &AccessTokenClaims,
    format: SealedFormat,
    numbers: &ScopeNumbers,
) -> (usize, usize) {
    let (version, plain) = encode(claims, format, numbers);
    let mut body = vec![version];
    body.resize(2 + kid.len() + NONCE_BYTES + plain.len() + TAG_BYTES, 0);
    let token = Secret::sealed(SecretKind::AccessToken.prefix(), &body);
    (token.expose().len(), most_bytes(token.expose()))
}

/// How large a sealed token may be: one of the second format stays short. Its first byte, the
/// version, is the first that is encoded.
pub(super) fn most_bytes(token: &str) -> usize {
    let encoded = token.strip_prefix(SecretKind::AccessToken.prefix());
    let first = encoded.and_then(|encoded| encoded.get(..4));
    let first = first.and_then(|first| URL_SAFE_NO_PAD.decode(first).ok());
    match first.as_deref() {
        Some([format_2::VERSION, ..]) => size::SEALED,
        _ => size::SEALED_BY_NAME,
    }
}

/// A text that has the form of a sealed token; what is inside is not known yet.
pub(super) struct Sealed {
    version: u8,
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
        let version = reader.byte()?;
        if !matches!(version, format_1::VERSION | format_2::VERSION) {
            return None;
        }
        let length = usize::from(reader.byte()?);
        let kid = std::str::from_utf8(reader.take(length)?).ok()?.to_owned();
        let nonce = reader.array()?;
        let ciphertext_at = body.len() - reader.0.len();
        Some(Self {
            version,
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

fn associated_data(realm: &str, version: u8, kid: &str) -> Vec<u8> {
    let mut data = Vec::with_capacity(2 + kid.len() + realm.len());
    data.push(version);
    data.push(u8::try_from(kid.len()).unwrap_or(u8::MAX));
    data.extend_from_slice(kid.as_bytes());
    data.extend_from_slice(realm.as_bytes());
    data
}
