//! What is personal, under AES-256-GCM with a key of the person: nonce, ciphertext and tag. The
//! record's id and the part are associated data, so nothing opens elsewhere than it was sealed.

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};

use super::fields::Fields;
use crate::model::Uuid;

const NONCE_BYTES: usize = 12;

/// The key of one person. Destroying it erases what it sealed, also in copies of that.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct AuditKey(pub [u8; 32]);

impl fmt::Debug for AuditKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AuditKey(…)")
    }
}

/// Which part of a record.
#[derive(Clone, Copy)]
pub(super) enum Part {
    Actor,
    Person,
}

impl Part {
    fn name(self) -> &'static [u8] {
        match self {
            Self::Actor => b"actor",
            Self::Person => b"person",
        }
    }
}

impl AuditKey {
    #[expect(
        clippy::expect_used,
        reason = "the key has its length, and AES-GCM refuses only inputs of 64 GiB and more"
    )]
    pub(super) fn seal(
        &self,
        record: Uuid,
        part: Part,
        nonce: [u8; NONCE_BYTES],
        fields: &Fields,
    ) -> Vec<u8> {
        let mut sealed = serde_json::Value::Object(fields.clone())
            .to_string()
            .into_bytes();
        self.key()
            .and_then(|key| {
                let aad = Aad::from(associated_data(record, part));
                let nonce = Nonce::assume_unique_for_key(nonce);
                key.seal_in_place_append_tag(nonce, aad, &mut sealed).ok()
            })
            .expect("a few fields under a key of 32 bytes");
        [&nonce, sealed.as_slice()].concat()
    }

    pub(super) fn open(&self, record: Uuid, part: Part, sealed: &[u8]) -> Option<Fields> {
        let (nonce, ciphertext) = sealed.split_first_chunk::<NONCE_BYTES>()?;
        let mut opened = ciphertext.to_vec();
        let aad = Aad::from(associated_data(record, part));
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let opened = self.key()?.open_in_place(nonce, aad, &mut opened).ok()?;
        serde_json::from_slice(opened).ok()
    }

    fn key(&self) -> Option<LessSafeKey> {
        let key = UnboundKey::new(&AES_256_GCM, &self.0).ok()?;
        Some(LessSafeKey::new(key))
    }
}

fn associated_data(record: Uuid, part: Part) -> Vec<u8> {
    [
        b"scopegate audit 1".as_slice(),
        record.as_bytes(),
        part.name(),
    ]
    .concat()
}
