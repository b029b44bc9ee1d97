use super::Timestamp;

/// What a key is for; a key is never used for anything else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeyPurpose {
    /// ES256 signatures of JWT access tokens; `secret` is a PKCS #8 document.
    SignEs256,
    /// EdDSA signatures (Ed25519, RFC 8037) of JWT access tokens; `secret` is a PKCS #8
    /// document.
    SignEdDsa,
    /// RS256 signatures (RSASSA-PKCS1-v1_5 with SHA-256, 2048 bits) of JWT access tokens; `secret`
    /// is a PKCS #8 document.
    SignRs256,
    /// AES-256-GCM sealing of opaque access tokens; `secret` is 32 bytes.
    SealToken,
}

/// What a realm has one current key for, whatever its algorithm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeyUse {
    /// Signing JWT access tokens.
    Sign,
    /// Sealing opaque access tokens.
    Seal,
}

impl KeyUse {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Seal, Self::Sign];
}

impl KeyPurpose {
    /// As it is written where it stands for ever.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SignEs256 => "sign-es256",
            Self::SignEdDsa => "sign-eddsa",
            Self::SignRs256 => "sign-rs256",
            Self::SealToken => "seal-token",
        }
    }

    /// What keys of this purpose are used for.
    #[must_use]
    pub fn key_use(self) -> KeyUse {
        match self {
            Self::SignEs256 | Self::SignEdDsa | Self::SignRs256 => KeyUse::Sign,
            Self::SealToken => KeyUse::Seal,
        }
    }
}

/// A realm's key. `Debug` does not show the secret.
#[derive(Clone, PartialEq, Eq)]
pub struct KeyRecord {
    /// The realm.
    pub realm: String,
    /// `kid` (RFC 7517 section 4.5), unique in the realm.
    pub id: String,
    /// What it is for.
    pub purpose: KeyPurpose,
    /// The key itself, in the clear or wrapped by a
    /// [`MasterKeys`](crate::token::MasterKeys), which its first bytes tell.
    pub secret: Vec<u8>,
    /// From when on it is used. It is published and opens tokens before.
    pub created_at: Timestamp,
    /// From when on it is used no more, though what it signed or sealed may still live.
    /// `None` for the one that comes last: the realm's current key.
    pub retired_at: Option<Timestamp>,
}

impl std::fmt::Debug for KeyRecord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeyRecord")
            .field("realm", &self.realm)
            .field("id", &self.id)
            .field("purpose", &self.purpose)
            .field("created_at", &self.created_at)
            .field("retired_at", &self.retired_at)
            .finish_non_exhaustive()
    }
}

/// What came of revoking a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyRevocation {
    /// It was the current key: the new one is in its place.
    Replaced,
    /// It is gone, and the realm has another current key.
    Removed,
    /// The realm has no such key; nothing was changed.
    Unknown,
}
