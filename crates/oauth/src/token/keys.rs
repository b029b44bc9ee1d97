use std::collections::BTreeMap;
use std::fmt;

use aws_lc_rs::agreement::{ECDH_P256, PrivateKey};
use aws_lc_rs::encoding::{AsBigEndian as _, EcPrivateKeyBin};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use serde_json::{Value, json};

use super::claims::AccessTokenClaims;
use super::jwt::SigningKey;
use super::sealed::{self, SealingKey};
use crate::model::{KeyPurpose, KeyRecord, Timestamp};
use crate::secret::{Secret, SecretKind};

/// A realm's keys, ready to use: the current one of each purpose, and the earlier ones whose
/// tokens may still live. Building it parses every key once; using it parses none.
pub struct RealmKeys {
    realm: String,
    sealing: Ring<SealingKey>,
    signing: Ring<SigningKey>,
}

/// Why a realm's keys cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// There is no unretired key for a purpose.
    #[error("the realm has no current key to {0}; make one")]
    NoCurrentKey(&'static str),
    /// Keys of several realms were given.
    #[error("the key '{0}' belongs to another realm")]
    OtherRealm(String),
    /// A stored secret is not a key of its purpose.
    #[error("the stored secret of the key '{0}' is not a key for its purpose")]
    Malformed(String),
    /// A key id is empty or over 255 bytes.
    #[error("a key id has 1 to 255 bytes")]
    KeyId,
    /// These random bytes make no P-256 key; about one draw in 2^32 does not. Draw again.
    #[error("these random bytes make no key; draw again")]
    DrawAgain,
}

impl RealmKeys {
    /// Builds the keys of one realm. Of several unretired keys of a purpose the youngest is
    /// current.
    ///
    /// # Errors
    /// [`KeyError`] names the key that is wrong or the purpose without one.
    pub fn new(records: &[KeyRecord]) -> Result<Self, KeyError> {
        let realm = records
            .first()
            .map(|record| record.realm.clone())
            .unwrap_or_default();
        if let Some(foreign) = records.iter().find(|record| record.realm != realm) {
            return Err(KeyError::OtherRealm(foreign.id.clone()));
        }
        Ok(Self {
            sealing: Ring::new(records, KeyPurpose::SealToken, SealingKey::new)?,
            signing: Ring::new(records, KeyPurpose::SignEs256, SigningKey::new)?,
            realm,
        })
    }

    /// Makes a key from random bytes.
    ///
    /// # Errors
    /// [`KeyError::KeyId`] for an unusable id, [`KeyError::DrawAgain`] for the rare random
    /// bytes outside the group's order.
    pub fn generate(
        realm: &str,
        purpose: KeyPurpose,
        kid: &str,
        random: [u8; 32],
        now: Timestamp,
    ) -> Result<KeyRecord, KeyError> {
        if !(1..=255).contains(&kid.len()) {
            return Err(KeyError::KeyId);
        }
        let secret = match purpose {
            KeyPurpose::SealToken => random.to_vec(),
            KeyPurpose::SignEs256 => p256_pkcs8(&random).ok_or(KeyError::DrawAgain)?,
        };
        Ok(KeyRecord {
            realm: realm.to_owned(),
            id: kid.to_owned(),
            purpose,
            secret,
            created_at: now,
            retired_at: None,
        })
    }

    /// The realm the keys belong to.
    #[must_use]
    pub fn realm(&self) -> &str {
        &self.realm
    }

    /// An opaque access token. The nonce has to be new for each token.
    #[must_use]
    pub fn seal(&self, claims: &AccessTokenClaims, nonce: [u8; 12]) -> Secret {
        let (kid, key) = self.sealing.current();
        key.seal(&self.realm, kid, claims, nonce)
    }

    /// The claims of an opaque access token of this realm; `None` for any other text. Says
    /// nothing about time: ask [`AccessTokenClaims::is_expired`].
    #[must_use]
    pub fn open(&self, token: &str) -> Option<AccessTokenClaims> {
        let sealed = sealed::Sealed::read(token)?;
        self.sealing.find(sealed.kid())?.open(&self.realm, sealed)
    }

    /// A JWT access token (RFC 9068).
    #[must_use]
    pub fn sign_jwt(&self, issuer: &str, claims: &AccessTokenClaims) -> Secret {
        self.signing.current().1.sign(issuer, claims)
    }

    /// The claims of a JWT access token of this realm and issuer: header `typ` is `at+jwt`,
    /// the algorithm is the key's, signature and `iss` are right, and every claim of RFC 9068
    /// section 2.2 is there. `None` for any other text. Says nothing about time or audience:
    /// ask [`AccessTokenClaims::is_expired`] and compare [`AccessTokenClaims::audience`].
    #[must_use]
    pub fn verify_jwt(&self, issuer: &str, token: &str) -> Option<AccessTokenClaims> {
        let kid = super::jwt::key_id(token)?;
        self.signing.find(&kid)?.verify(&self.realm, issuer, token)
    }

    /// The claims of an access token in either form.
    #[must_use]
    pub fn access_token(&self, issuer: &str, token: &str) -> Option<AccessTokenClaims> {
        if token.starts_with(SecretKind::AccessToken.prefix()) {
            self.open(token)
        } else {
            self.verify_jwt(issuer, token)
        }
    }

    /// The public keys (RFC 7517 section 5), retired ones included while they are kept.
    #[must_use]
    pub fn jwks(&self) -> Value {
        let keys: Vec<Value> = self.signing.keys.values().map(SigningKey::jwk).collect();
        json!({ "keys": keys })
    }
}

impl fmt::Debug for RealmKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RealmKeys")
            .field("realm", &self.realm)
            .field("sealing", &self.sealing.keys.keys())
            .field("signing", &self.signing.keys.keys())
            .finish_non_exhaustive()
    }
}

/// The keys of one purpose by id, and which one is current.
struct Ring<K> {
    keys: BTreeMap<String, K>,
    current_id: String,
    current: K,
}

impl<K: Clone> Ring<K> {
    fn new(
        records: &[KeyRecord],
        purpose: KeyPurpose,
        build: impl Fn(&KeyRecord) -> Option<K>,
    ) -> Result<Self, KeyError> {
        let mut keys = BTreeMap::new();
        let of_purpose = || records.iter().filter(|record| record.purpose == purpose);
        for record in of_purpose() {
            let key = build(record).ok_or_else(|| KeyError::Malformed(record.id.clone()))?;
            keys.insert(record.id.clone(), key);
        }
        let current = of_purpose()
            .filter(|record| record.retired_at.is_none())
            .max_by(|a, b| (a.created_at, &a.id).cmp(&(b.created_at, &b.id)))
            .and_then(|record| Some((record.id.clone(), keys.get(&record.id)?.clone())));
        let Some((current_id, current)) = current else {
            return Err(KeyError::NoCurrentKey(match purpose {
                KeyPurpose::SealToken => "seal tokens",
                KeyPurpose::SignEs256 => "sign tokens",
            }));
        };
        Ok(Self {
            keys,
            current_id,
            current,
        })
    }

    fn current(&self) -> (&str, &K) {
        (&self.current_id, &self.current)
    }

    fn find(&self, kid: &str) -> Option<&K> {
        self.keys.get(kid)
    }
}

/// The PKCS #8 form of the P-256 key with this private scalar; `None` when it is 0 or not below
/// the group's order.
fn p256_pkcs8(scalar: &[u8; 32]) -> Option<Vec<u8>> {
    let private = PrivateKey::from_private_key(&ECDH_P256, scalar).ok()?;
    let public = private.compute_public_key().ok()?;
    let bytes: EcPrivateKeyBin<'_> = private.as_be_bytes().ok()?;
    let pair = EcdsaKeyPair::from_private_key_and_public_key(
        &ECDSA_P256_SHA256_FIXED_SIGNING,
        bytes.as_ref(),
        public.as_ref(),
    )
    .ok()?;
    Some(pair.to_pkcs8v1().ok()?.as_ref().to_vec())
}
