use super::Timestamp;

/// What a key is for; a key is never used for anything else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeyPurpose {
    /// ES256 signatures of JWT access tokens; `secret` is a PKCS #8 document.
    SignEs256,
    /// AES-256-GCM sealing of opaque access tokens; `secret` is 32 bytes.
    SealToken,
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
    /// The key itself.
    pub secret: Vec<u8>,
    /// Since when it may be used.
    pub created_at: Timestamp,
    /// Since when it signs no more, though what it signed may still live.
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
