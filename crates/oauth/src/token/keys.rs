use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use aws_lc_rs::agreement::{ECDH_P256, PrivateKey};
use aws_lc_rs::encoding::{AsBigEndian as _, AsDer as _, EcPrivateKeyBin, Pkcs8V1Der};
use aws_lc_rs::rsa::{self, KeySize};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair};
use scope::ScopeNumbers;
use serde_json::{Map, Value, json};

use super::claims::{AccessTokenClaims, TokenError};
use super::jwt::SigningKey;
use super::sealed::{self, SealedFormat, SealingKey};
use super::size::{self, TokenTooLarge};
use super::successor::SuccessorKey;
use crate::model::{KeyPurpose, KeyRecord, KeyUse, Timestamp, TokenFormat, TokenHash};
use crate::secret::{Secret, SecretKind};

/// How long what says who calls counts, in seconds.
pub const IDENTITY_TTL: i64 = 60;

/// A realm's keys, ready to use: for each use those of now and of soon, and the earlier ones
/// whose tokens may still live. With them, what else its tokens are written and read by: the
/// numbers of its scopes. Building it parses every key once; using it parses none.
pub struct RealmKeys {
    realm: String,
    numbers: ScopeNumbers,
    format: SealedFormat,
    sealing: Ring<SealingKey>,
    successors: Ring<SuccessorKey>,
    signing: Ring<SigningKey>,
}

/// Why a realm's keys cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// There is no unretired key for a use.
    #[error("the realm has no current key to {0}; make one")]
    NoCurrentKey(&'static str),
    /// Keys of several realms were given.
    #[error("the key '{0}' belongs to another realm")]
    OtherRealm(String),
    /// A stored secret is not a key of its purpose.
    #[error("the stored secret of the key '{0}' is not a key for its purpose")]
    Malformed(String),
    /// A stored secret is wrapped by a master key that was not given.
    #[error(
        "the key '{key}' is wrapped by the master key {wrapped_by}, which was not given (given: {given}); give that one too"
    )]
    MasterKeyMissing {
        /// The key.
        key: String,
        /// The id of the master key.
        wrapped_by: String,
        /// The ids of those that were given.
        given: String,
    },
    /// A stored secret is in the clear although a master key was given: whoever can write to
    /// the store may have put it there.
    #[error("the key '{0}' lies in the clear although a master key was given")]
    InTheClear(String),
    /// A wrapped secret, or the record around it, is not what was wrapped.
    #[error(
        "the key '{0}' was changed since it was wrapped: its master key does not open it; restore it from a backup"
    )]
    Damaged(String),
    /// A key id is empty or over 255 bytes.
    #[error("a key id has 1 to 255 bytes")]
    KeyId,
    /// These random bytes make no P-256 key; about one draw in 2^32 does not. Draw again.
    #[error("these random bytes make no key; draw again")]
    DrawAgain,
}

impl RealmKeys {
    /// Builds the keys of one realm from records in the clear
    /// ([`MasterKeys::open`](super::MasterKeys::open)). At each moment the key that was last
    /// to begin signs or seals, so a key can be published before it is used.
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
            sealing: Ring::new(records, KeyUse::Seal, SealingKey::new)?,
            successors: Ring::new(records, KeyUse::Seal, SuccessorKey::new)?,
            signing: Ring::new(records, KeyUse::Sign, SigningKey::new)?,
            numbers: ScopeNumbers::default(),
            format: SealedFormat::First,
            realm,
        })
    }

    /// The same with the numbers of the realm's scopes, and the format of what is sealed from
    /// now on. Without, tokens name scopes by their names, and those by number are not read.
    #[must_use]
    pub fn with_numbers(self, numbers: ScopeNumbers, format: SealedFormat) -> Self {
        Self {
            numbers,
            format,
            ..self
        }
    }

    /// The same keys read anew: those that were there before go on counting their uses.
    #[must_use]
    pub fn counting_on(mut self, before: &Self) -> Self {
        let known = |id: &str| before.sealing.find(id).map(|key| Arc::clone(&key.sealed));
        for (id, key) in &mut self.sealing.keys {
            key.sealed = known(id).unwrap_or_else(|| Arc::clone(&key.sealed));
        }
        let first = std::iter::once(&mut self.sealing.first);
        for turn in first.chain(&mut self.sealing.later) {
            turn.key.sealed = known(&turn.id).unwrap_or_else(|| Arc::clone(&turn.key.sealed));
        }
        self
    }

    /// The sealing keys that have sealed so many tokens here.
    #[must_use]
    pub fn worn(&self, uses: u64) -> Vec<&str> {
        let keys = self.sealing.keys.iter();
        let worn = keys.filter(|(_, key)| key.sealed.load(Ordering::Relaxed) >= uses);
        worn.map(|(id, _)| id.as_str()).collect()
    }

    /// Makes a key from random bytes. An RSA key is drawn by the crypto library itself, which takes
    /// no bytes for that, and takes a tenth of a second.
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
            KeyPurpose::SignEdDsa => ed25519_pkcs8(&random).ok_or(KeyError::DrawAgain)?,
            KeyPurpose::SignRs256 => rsa_pkcs8().ok_or(KeyError::DrawAgain)?,
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

    /// An opaque access token, by the key of the moment it is issued at. The nonce has to be
    /// new for each token.
    #[must_use]
    pub fn seal(&self, claims: &AccessTokenClaims, nonce: [u8; 12]) -> Secret {
        let (kid, key) = self.sealing.at(claims.issued_at);
        key.seal(&self.realm, kid, claims, nonce, self.format, &self.numbers)
    }

    /// The claims of an opaque access token of this realm. Says nothing about time: ask
    /// [`AccessTokenClaims::is_expired`].
    ///
    /// # Errors
    /// [`TokenError::Invalid`] for any other text, [`TokenError::UnknownScopeNumber`] where the
    /// realm's numbers have to be read again.
    pub fn open(&self, token: &str) -> Result<AccessTokenClaims, TokenError> {
        let sealed = sealed::Sealed::read(token).ok_or(TokenError::Invalid)?;
        let key = self.sealing.find(sealed.kid());
        let key = key.ok_or(TokenError::Invalid)?;
        key.open(&self.realm, sealed, &self.numbers)
    }

    /// Do opaque tokens that are issued now name their family? Only the second format does.
    #[must_use]
    pub fn name_families(&self) -> bool {
        self.format == SealedFormat::Second
    }

    /// The refresh token that follows on one, from its text and from what was drawn for this, under
    /// the key of the moment.
    #[must_use]
    pub fn successor(&self, predecessor: &str, drawn: &[u8; 32], now: Timestamp) -> Secret {
        self.successors.at(now).1.successor(predecessor, drawn)
    }

    /// The refresh token with this hash once more, if it was derived so under a key that is still
    /// kept.
    #[must_use]
    pub fn successor_again(
        &self,
        predecessor: &str,
        drawn: &[u8; 32],
        hash: &TokenHash,
    ) -> Option<Secret> {
        let keys = self.successors.keys.values();
        keys.map(|key| key.successor(predecessor, drawn))
            .find(|successor| successor.hash().matches(hash))
    }

    /// A JWT access token (RFC 9068), by the key of the moment it is issued at.
    #[must_use]
    pub fn sign_jwt(&self, issuer: &str, claims: &AccessTokenClaims) -> Secret {
        self.signing.at(claims.issued_at).1.sign(issuer, claims)
    }

    /// A JWT that says to an API who calls, by the key of the moment: `claims` with issuer, audience and
    /// time. It lives as long as a call takes to arrive, [`IDENTITY_TTL`] seconds, and its type,
    /// `scopegate-identity+jwt`, keeps it from being taken for an access token (RFC 8725 section 3.11).
    #[must_use]
    pub fn sign_identity(
        &self,
        issuer: &str,
        audience: &str,
        mut claims: Map<String, Value>,
        now: Timestamp,
    ) -> String {
        let second = now.as_second();
        claims.extend([
            ("iss".to_owned(), issuer.into()),
            ("aud".to_owned(), audience.into()),
            ("iat".to_owned(), second.into()),
            ("exp".to_owned(), second.saturating_add(IDENTITY_TTL).into()),
        ]);
        let payload = Value::Object(claims).to_string();
        self.signing.at(now).1.sign_identity(payload.as_bytes())
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

    /// An access token in either form, if it may be as large as it comes out. The nonce has to be
    /// new each time.
    ///
    /// # Errors
    /// What is issued is accepted: by our gates, and by proxies in front of an API.
    pub fn issue(
        &self,
        issuer: &str,
        claims: &AccessTokenClaims,
        form: TokenFormat,
        nonce: [u8; 12],
    ) -> Result<Secret, TokenTooLarge> {
        let (token, most) = match form {
            TokenFormat::Opaque => {
                let token = self.seal(claims, nonce);
                let most = sealed::most_bytes(token.expose());
                (token, most)
            }
            TokenFormat::Jwt => (self.sign_jwt(issuer, claims), size::JWT),
        };
        size::check(&claims.scope, token.expose().len(), most)?;
        Ok(token)
    }

    /// Could such a token be issued? Nothing is sealed or signed for that.
    ///
    /// # Errors
    /// As [`RealmKeys::issue`].
    pub fn check(
        &self,
        issuer: &str,
        claims: &AccessTokenClaims,
        form: TokenFormat,
    ) -> Result<(), TokenTooLarge> {
        let (bytes, most) = match form {
            TokenFormat::Opaque => {
                let (kid, _) = self.sealing.at(claims.issued_at);
                sealed::bytes(kid, claims, self.format, &self.numbers)
            }
            TokenFormat::Jwt => {
                let (_, key) = self.signing.at(claims.issued_at);
                (key.bytes(issuer, claims), size::JWT)
            }
        };
        size::check(&claims.scope, bytes, most)
    }

    /// The claims of an access token in either form.
    ///
    /// # Errors
    /// As [`RealmKeys::open`].
    pub fn access_token(&self, issuer: &str, token: &str) -> Result<AccessTokenClaims, TokenError> {
        if token.starts_with(SecretKind::AccessToken.prefix()) {
            self.open(token)
        } else {
            self.verify_jwt(issuer, token).ok_or(TokenError::Invalid)
        }
    }

    /// Since when the key of a use that is used now has been.
    #[must_use]
    pub fn in_use_since(&self, key_use: KeyUse, now: Timestamp) -> Timestamp {
        match key_use {
            KeyUse::Seal => self.sealing.turn(now).begins,
            KeyUse::Sign => self.signing.turn(now).begins,
        }
    }

    /// The algorithms of the public keys (RFC 7518 section 3.1), in alphabetical order.
    #[must_use]
    pub fn algorithms(&self) -> BTreeSet<&'static str> {
        let keys = self.signing.keys.values();
        keys.map(SigningKey::algorithm).collect()
    }

    /// The public keys (RFC 7517 section 5): also those that are to be used soon, and retired
    /// ones while they are kept.
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

/// The keys of one use by id, and when each is used.
struct Ring<K> {
    keys: BTreeMap<String, K>,
    first: Turn<K>,
    /// Those behind the first, in order.
    later: Vec<Turn<K>>,
}

/// A key with the moment from which it is used.
struct Turn<K> {
    begins: Timestamp,
    id: String,
    key: K,
}

impl<K: Clone> Ring<K> {
    fn new(
        records: &[KeyRecord],
        key_use: KeyUse,
        build: impl Fn(&KeyRecord) -> Option<K>,
    ) -> Result<Self, KeyError> {
        let mut keys = BTreeMap::new();
        let mut turns = Vec::new();
        let mut has_current = false;
        for record in records {
            if record.purpose.key_use() != key_use {
                continue;
            }
            let key = build(record).ok_or_else(|| KeyError::Malformed(record.id.clone()))?;
            keys.insert(record.id.clone(), key.clone());
            has_current |= record.retired_at.is_none();
            // One that was replaced before its time came is never used.
            if record.retired_at.is_none_or(|end| record.created_at < end) {
                turns.push(Turn {
                    begins: record.created_at,
                    id: record.id.clone(),
                    key,
                });
            }
        }
        turns.sort_by(|a, b| (a.begins, &a.id).cmp(&(b.begins, &b.id)));
        let mut turns = turns.into_iter();
        match turns.next() {
            Some(first) if has_current => Ok(Self {
                keys,
                first,
                later: turns.collect(),
            }),
            _ => Err(KeyError::NoCurrentKey(match key_use {
                KeyUse::Seal => "seal tokens",
                KeyUse::Sign => "sign tokens",
            })),
        }
    }

    /// The key of a moment.
    fn at(&self, now: Timestamp) -> (&str, &K) {
        let turn = self.turn(now);
        (&turn.id, &turn.key)
    }

    /// Whose turn it is. Before the first has begun, for a clock that is late, it is that one's.
    fn turn(&self, now: Timestamp) -> &Turn<K> {
        let begun = |turn: &&Turn<K>| turn.begins <= now;
        self.later.iter().rfind(begun).unwrap_or(&self.first)
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

/// The PKCS #8 form of the Ed25519 key with this seed; every seed makes one.
fn ed25519_pkcs8(seed: &[u8; 32]) -> Option<Vec<u8>> {
    let pair = Ed25519KeyPair::from_seed_unchecked(seed).ok()?;
    Some(pair.to_pkcs8v1().ok()?.as_ref().to_vec())
}

/// The PKCS #8 form of a new RSA key.
fn rsa_pkcs8() -> Option<Vec<u8>> {
    let pair = rsa::KeyPair::generate(KeySize::Rsa2048).ok()?;
    let document: Pkcs8V1Der<'_> = pair.as_der().ok()?;
    Some(document.as_ref().to_vec())
}
