//! Keys at rest: a realm's keys under AES-256-GCM with a master key from outside the store.
//!
//! A wrapped secret is mark, id of the master key, nonce, ciphertext and tag. The mark, the
//! realm, the key's id and its purpose are associated data, so a wrapped key opens only as the
//! key it was wrapped as. No secret in the clear begins like one that is wrapped: PKCS #8
//! begins otherwise, and a sealing key is shorter.

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::digest;
use base64::Engine as _;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::keys::KeyError;
use crate::model::KeyRecord;

/// The last byte is the version.
const MARK: &[u8] = b"sgwrap\0\x01";
const ID_BYTES: usize = 8;
const NONCE_BYTES: usize = 12;
const TAG_BYTES: usize = 16;
/// Every wrapped secret is longer than this.
const OVERHEAD: usize = MARK.len() + ID_BYTES + NONCE_BYTES + TAG_BYTES;

/// What wraps a realm's keys where they are stored. The first wraps; every one unwraps, so
/// that a master key can be changed. Without any, keys are stored in the clear.
#[derive(Clone, Default)]
pub struct MasterKeys(Vec<MasterKey>);

#[derive(Clone)]
struct MasterKey {
    id: [u8; ID_BYTES],
    key: Arc<LessSafeKey>,
}

/// Why a text is no list of master keys. It never repeats any of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MasterKeyError {
    /// Nothing but space.
    #[error("there is no master key in it; `openssl rand -base64 32` makes one")]
    Empty,
    /// The one with this number, from 1, is not 32 bytes in hexadecimal or base64.
    #[error(
        "master key number {0} is not 32 bytes in base64 or hexadecimal; `openssl rand -base64 32` makes one"
    )]
    Form(usize),
}

impl MasterKeys {
    /// Reads master keys, separated by spaces, commas or line ends: each 32 random bytes, as
    /// 64 hexadecimal digits or in base64 of either alphabet.
    ///
    /// # Errors
    /// [`MasterKeyError`] says which one has another form.
    pub fn parse(text: &str) -> Result<Self, MasterKeyError> {
        // Some editors and shells begin a file with a byte order mark.
        let keys = text
            .trim_start_matches('\u{feff}')
            .split(|letter: char| letter.is_whitespace() || letter == ',')
            .filter(|word| !word.is_empty())
            .zip(1..)
            .map(|(word, number)| MasterKey::parse(word).ok_or(MasterKeyError::Form(number)))
            .collect::<Result<Vec<_>, _>>()?;
        if keys.is_empty() {
            return Err(MasterKeyError::Empty);
        }
        Ok(Self(keys))
    }

    /// Is there none, so that keys are stored in the clear?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The id of the one that wraps.
    #[must_use]
    pub fn first(&self) -> Option<String> {
        self.0.first().map(|master| hexadecimal(&master.id))
    }

    /// The key as it is to be stored: wrapped by the first master key, or as it is without
    /// one. The nonce has to be new each time. A key that is wrapped already stays as it is.
    #[must_use]
    pub fn wrap(&self, mut key: KeyRecord, nonce: [u8; NONCE_BYTES]) -> KeyRecord {
        let Some(master) = self.0.first() else {
            return key;
        };
        if wrapped_parts(&key.secret).is_none() {
            key.secret = master.wrap(associated_data(&key), &key.secret, nonce);
        }
        key
    }

    /// Another secret as it is to be stored: as a key is, bound to what it belongs to. It has to be
    /// short, or begin otherwise than one that is wrapped.
    #[must_use]
    pub fn wrap_secret(
        &self,
        belongs_to: [&str; 3],
        secret: &[u8],
        nonce: [u8; NONCE_BYTES],
    ) -> Vec<u8> {
        let data = associated_parts(belongs_to);
        let master = self.0.first();
        master.map_or_else(
            || secret.to_vec(),
            |master| master.wrap(data, secret, nonce),
        )
    }

    /// Another secret as it is used, from how [`Self::wrap_secret`] stored it.
    ///
    /// # Errors
    /// As [`Self::open`], with the last part of what it belongs to in place of a key's id.
    pub fn open_secret(&self, belongs_to: [&str; 3], stored: &[u8]) -> Result<Vec<u8>, KeyError> {
        let [.., name] = belongs_to;
        if !self.is_empty() && wrapped_parts(stored).is_none() {
            return Err(KeyError::InTheClear(name.to_owned()));
        }
        self.open_secret_first(belongs_to, stored)
    }

    /// The same for whoever is about to wrap it for the first time, as [`Self::open_first`].
    ///
    /// # Errors
    /// As [`Self::open_first`].
    pub fn open_secret_first(
        &self,
        belongs_to: [&str; 3],
        stored: &[u8],
    ) -> Result<Vec<u8>, KeyError> {
        let [.., name] = belongs_to;
        self.opened(name, associated_parts(belongs_to), stored)
    }

    /// Is a secret stored as [`Self::wrap_secret`] would store it now?
    #[must_use]
    pub fn is_secret_wrapped(&self, stored: &[u8]) -> bool {
        let by = wrapped_parts(stored).map(|(id, _, _)| id);
        by == self.0.first().map(|master| master.id)
    }

    /// The key as it is used: without any master key, one in the clear stays as it is.
    ///
    /// # Errors
    /// [`KeyError::InTheClear`] for one that none of these wrapped, where there is any; else
    /// as [`Self::open_first`].
    pub fn open(&self, key: KeyRecord) -> Result<KeyRecord, KeyError> {
        if !self.is_empty() && wrapped_parts(&key.secret).is_none() {
            return Err(KeyError::InTheClear(key.id));
        }
        self.open_first(key)
    }

    /// The same for whoever is about to wrap it for the first time: a key in the clear stays
    /// as it is, also where there are master keys. Nothing but a person's word says that it is
    /// the realm's.
    ///
    /// # Errors
    /// [`KeyError::MasterKeyMissing`] when none of these wrapped it, [`KeyError::Damaged`]
    /// when one of them did, and the record has been changed since.
    pub fn open_first(&self, mut key: KeyRecord) -> Result<KeyRecord, KeyError> {
        key.secret = self.opened(&key.id, associated_data(&key), &key.secret)?;
        Ok(key)
    }

    fn opened(&self, name: &str, data: Vec<u8>, stored: &[u8]) -> Result<Vec<u8>, KeyError> {
        let Some((id, _, _)) = wrapped_parts(stored) else {
            return Ok(stored.to_vec());
        };
        let Some(master) = self.0.iter().find(|master| master.id == id) else {
            return Err(KeyError::MasterKeyMissing {
                key: name.to_owned(),
                wrapped_by: hexadecimal(&id),
                given: self.to_string(),
            });
        };
        let secret = master.open(data, stored);
        secret.ok_or_else(|| KeyError::Damaged(name.to_owned()))
    }

    /// Is the key stored as [`Self::wrap`] would store it now?
    #[must_use]
    pub fn is_wrapped(&self, key: &KeyRecord) -> bool {
        self.is_secret_wrapped(&key.secret)
    }
}

/// The ids of the master keys, which say nothing about the keys.
impl fmt::Display for MasterKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("none");
        }
        let ids: Vec<_> = self.0.iter().map(|key| hexadecimal(&key.id)).collect();
        f.write_str(&ids.join(", "))
    }
}

impl fmt::Debug for MasterKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MasterKeys({self})")
    }
}

impl KeyRecord {
    /// The id of the master key that wrapped it; `None` for a key in the clear.
    #[must_use]
    pub fn wrapped_by(&self) -> Option<String> {
        wrapped_parts(&self.secret).map(|(id, _, _)| hexadecimal(&id))
    }
}

impl MasterKey {
    fn parse(word: &str) -> Option<Self> {
        let bytes = if word.len() == 64 {
            from_hexadecimal(word)?
        } else {
            from_base64(word)?
        };
        if bytes.len() != 32 {
            return None;
        }
        let mut context = digest::Context::new(&digest::SHA256);
        context.update(b"scopegate master key");
        context.update(&bytes);
        let hash = context.finish();
        Some(Self {
            id: *hash.as_ref().first_chunk()?,
            key: Arc::new(LessSafeKey::new(
                UnboundKey::new(&AES_256_GCM, &bytes).ok()?,
            )),
        })
    }

    fn wrap(&self, data: Vec<u8>, secret: &[u8], nonce: [u8; NONCE_BYTES]) -> Vec<u8> {
        let mut secret = secret.to_vec();
        #[expect(
            clippy::expect_used,
            reason = "AES-GCM refuses only inputs of 64 GiB and more"
        )]
        self.key
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(data),
                &mut secret,
            )
            .expect("a key is far below 64 GiB");
        [MARK, &self.id, &nonce, &secret].concat()
    }

    fn open(&self, data: Vec<u8>, stored: &[u8]) -> Option<Vec<u8>> {
        let (_, nonce, ciphertext) = wrapped_parts(stored)?;
        let mut secret = ciphertext.to_vec();
        let nonce = Nonce::assume_unique_for_key(nonce);
        let opened = self
            .key
            .open_in_place(nonce, Aad::from(data), &mut secret)
            .ok()?;
        Some(opened.to_vec())
    }
}

type WrappedParts<'s> = ([u8; ID_BYTES], [u8; NONCE_BYTES], &'s [u8]);

/// The master key's id, the nonce, and the ciphertext with its tag; `None` for a secret in the
/// clear.
fn wrapped_parts(secret: &[u8]) -> Option<WrappedParts<'_>> {
    if secret.len() <= OVERHEAD {
        return None;
    }
    let (id, rest) = secret.strip_prefix(MARK)?.split_first_chunk()?;
    let (nonce, ciphertext) = rest.split_first_chunk()?;
    Some((*id, *nonce, ciphertext))
}

fn associated_data(key: &KeyRecord) -> Vec<u8> {
    associated_parts([&key.realm, &key.id, key.purpose.as_str()])
}

/// Each part with its length, so that no two secrets have the same.
fn associated_parts(parts: [&str; 3]) -> Vec<u8> {
    let mut data = MARK.to_vec();
    for part in parts {
        data.extend_from_slice(&(part.len() as u64).to_be_bytes());
        data.extend_from_slice(part.as_bytes());
    }
    data
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn from_hexadecimal(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u32>> = text.chars().map(|digit| digit.to_digit(16)).collect();
    let (pairs, _) = digits.as_ref()?.as_chunks::<2>();
    let bytes = pairs
        .iter()
        .map(|[high, low]| u8::try_from(high * 16 + low));
    bytes.collect::<Result<_, _>>().ok()
}

fn from_base64(text: &str) -> Option<Vec<u8>> {
    let either_padding =
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    [STANDARD, URL_SAFE].iter().find_map(|alphabet| {
        GeneralPurpose::new(alphabet, either_padding)
            .decode(text)
            .ok()
    })
}
