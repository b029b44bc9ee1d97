use std::collections::BTreeMap;
use std::time::Duration;

use oauth::model::{KeyPurpose, KeyUse};
use oauth::token::MasterKeys;

const DAY: Duration = Duration::from_secs(86_400);

/// What a server decides about the keys of its realms.
#[derive(Debug, Clone)]
pub struct KeySettings {
    /// How JWT access tokens are signed. When the current key is of another algorithm, a node
    /// that starts replaces it; so all nodes should say the same.
    pub algorithm: SigningAlgorithm,
    /// The same for realms that sign in another way.
    pub of_realms: BTreeMap<String, SigningAlgorithm>,
    /// The age at which a signing key is replaced; 90 days.
    pub rotate_signing_every: Duration,
    /// The age at which a sealing key is replaced; 30 days.
    pub rotate_sealing_every: Duration,
    /// What wraps keys in the store; without any they lie there in the clear.
    pub master_keys: MasterKeys,
}

impl Default for KeySettings {
    fn default() -> Self {
        Self {
            algorithm: SigningAlgorithm::Es256,
            of_realms: BTreeMap::new(),
            rotate_signing_every: 90 * DAY,
            rotate_sealing_every: 30 * DAY,
            master_keys: MasterKeys::default(),
        }
    }
}

impl KeySettings {
    /// The age at which a key is replaced.
    #[must_use]
    pub fn rotate_every(&self, key_use: KeyUse) -> Duration {
        match key_use {
            KeyUse::Sign => self.rotate_signing_every,
            KeyUse::Seal => self.rotate_sealing_every,
        }
    }

    /// What a new key of this realm is made for.
    #[must_use]
    pub fn purpose(&self, realm: &str, key_use: KeyUse) -> KeyPurpose {
        let algorithm = self.of_realms.get(realm).copied();
        match (key_use, algorithm.unwrap_or(self.algorithm)) {
            (KeyUse::Seal, _) => KeyPurpose::SealToken,
            (KeyUse::Sign, SigningAlgorithm::Es256) => KeyPurpose::SignEs256,
            (KeyUse::Sign, SigningAlgorithm::EdDsa) => KeyPurpose::SignEdDsa,
            (KeyUse::Sign, SigningAlgorithm::Rs256) => KeyPurpose::SignRs256,
        }
    }
}

/// How JWT access tokens are signed (RFC 7518 section 3.1, RFC 8037 section 3.1). What is chosen is
/// for an API, which verifies the tokens of every app: for a realm, not for a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SigningAlgorithm {
    /// ECDSA with P-256 and SHA-256: short, and read by nearly every library.
    #[default]
    Es256,
    /// Ed25519: faster to sign, smaller keys.
    EdDsa,
    /// RSA with 2048 bits and SHA-256: what RFC 9068 section 2.1 has every API read, and what some
    /// libraries know alone. Tokens are 256 bytes longer, and dearer to sign.
    Rs256,
}
