//! Refresh tokens that are derived from the one before, so that a client whose answer was lost gets
//! the same one again although nobody has kept it.

use aws_lc_rs::{hkdf, hmac};

use crate::model::KeyRecord;
use crate::secret::{self, Secret, SecretKind};

/// What the key is derived for, so that it is of no use for sealing, nor the other way round.
const PURPOSE: &[u8] = b"scopegate refresh token successor 1";

/// A key that refresh tokens are derived under: one for each key that seals tokens, and made of it.
#[derive(Clone)]
pub(super) struct SuccessorKey(hmac::Key);

impl SuccessorKey {
    /// The key that goes with that of a record.
    pub(super) fn new(record: &KeyRecord) -> Option<Self> {
        let salt = hkdf::Salt::new(hkdf::HKDF_SHA256, PURPOSE);
        let from = salt.extract(&record.secret);
        let about = [record.realm.as_bytes(), b"/", record.id.as_bytes()];
        let key = from.expand(&about, hmac::HMAC_SHA256).ok()?;
        Some(Self(hmac::Key::from(key)))
    }

    /// The successor of a refresh token's text, with what was drawn for it. Without the text
    /// itself, of which the store has only the hash, nobody can make it.
    pub(super) fn successor(&self, predecessor: &str, drawn: &[u8; 32]) -> Secret {
        let mut context = hmac::Context::with_key(&self.0);
        context.update(drawn);
        context.update(predecessor.as_bytes());
        let tag = context.sign();
        let mut derived = [0; 32];
        for (byte, of_tag) in derived.iter_mut().zip(tag.as_ref()) {
            *byte = *of_tag;
        }
        secret::generate(SecretKind::RefreshToken, derived)
    }
}
