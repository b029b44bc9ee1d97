//! API keys by their text.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use oauth::api_key::hash::KEY_BYTES;
use oauth::model::{ApiKey, ApiKeyHash, ApiKeyUse, Timestamp, TokenHash};
use oauth::secret::{self, SecretKind};

use super::known::{KeyOwner, KnownApiKey};
use super::realm_cache::RealmCache;
use crate::fault::Fault;

/// How exactly it is told when a key was used last, in seconds.
const HOUR: i64 = 3_600;

impl RealmCache {
    /// The key with this text, in any state, whether or not its client may act. Nothing is read from
    /// the store when it is known.
    ///
    /// # Errors
    ///
    /// When the store cannot tell, and when too many slow hashes are checked.
    pub async fn api_key(&self, text: &str) -> Result<Option<KnownApiKey>, Fault> {
        let is_plain = text.bytes().all(|byte| byte.is_ascii_graphic());
        if !KEY_BYTES.contains(&text.len()) || !is_plain {
            return Ok(None);
        }
        let is_own = text.starts_with(SecretKind::ApiKey.prefix());
        let sha256 = match is_own {
            true => secret::hash(SecretKind::ApiKey, text),
            false => Some(TokenHash::of(text.as_bytes())),
        };
        // Garbage is refused before any look-up.
        let Some(sha256) = sha256 else {
            return Ok(None);
        };
        if let Some(owner) = self.caches.key_owners.get(&sha256)
            && let Some(known) = self.api_key_of(&owner).await?
        {
            return Ok(Some(known));
        }
        // Boxed, so that what is known is answered without room for reading.
        let found = Box::pin(self.find_api_key(text, sha256, is_own)).await?;
        let Some(owner) = found else {
            return Ok(None);
        };
        self.caches.key_owners.keep(sha256, owner.clone());
        self.api_key_of(&owner).await
    }

    /// Notes that a key was used, in memory, once an hour.
    pub(super) fn note_use(&self, known: &KnownApiKey, now: Timestamp) {
        let hour = now.as_second().div_euclid(HOUR);
        if known.noted.fetch_max(hour, Ordering::Relaxed) < hour
            && let Ok(at) = Timestamp::from_second(hour.saturating_mul(HOUR))
        {
            let key = known.key.id;
            self.caches.key_uses.note(ApiKeyUse { key, at });
        }
    }

    async fn api_key_of(&self, owner: &KeyOwner) -> Result<Option<KnownApiKey>, Fault> {
        let read = || async {
            let key = self.store.api_key(self.realm(), owner.1).await?;
            Ok(key.map(|key| self.known_api_key(key)))
        };
        self.look_up_compiled(&self.caches.api_keys, owner, read)
            .await
    }

    fn known_api_key(&self, key: ApiKey) -> KnownApiKey {
        let used = key.last_used_at;
        let hour = used.map_or(i64::MIN, |used| used.as_second().div_euclid(HOUR));
        KnownApiKey {
            granted: Arc::new(self.catalog.recorded_for_key(&key.scope)),
            noted: Arc::new(AtomicI64::new(hour)),
            key: Arc::new(key),
        }
    }

    /// By what is looked up directly; else, for keys of another system, by how it begins.
    async fn find_api_key(
        &self,
        text: &str,
        sha256: TokenHash,
        is_own: bool,
    ) -> Result<Option<KeyOwner>, Fault> {
        let moved_in = &self.moved_in;
        let by_hmac: Vec<TokenHash> = match is_own {
            true => Vec::new(),
            false => {
                let keys = moved_in.hmac_keys.iter();
                keys.map(|key| key.hash(text)).collect()
            }
        };
        let mut hashes = vec![sha256];
        hashes.extend(&by_hmac);
        let found = self.store.api_keys_by_hash(self.realm(), &hashes).await?;
        let is_it = |key: &&ApiKey| match &key.hash {
            ApiKeyHash::Sha256(hash) => hash.matches(&sha256),
            ApiKeyHash::HmacSha256(hash) => by_hmac.iter().any(|own| own.matches(hash)),
            ApiKeyHash::Bcrypt(_) | ApiKeyHash::Pbkdf2(_) => false,
        };
        if let Some(key) = found.iter().find(is_it) {
            return Ok(Some((key.client.clone(), key.id)));
        }
        if is_own {
            return Ok(None);
        }
        let store = &self.store;
        for key in store.api_keys_by_beginning(self.realm(), text).await? {
            if moved_in.slow.belongs(text, sha256, &key).await? {
                self.remember_fast(&key, sha256).await;
                return Ok(Some((key.client, key.id)));
            }
        }
        Ok(None)
    }

    /// From its first use on a key is known by SHA-256. Where that cannot be written now, the next
    /// use tries again.
    async fn remember_fast(&self, key: &ApiKey, sha256: TokenHash) {
        let done = self.store.rehash_api_key(self.realm(), key.id, &sha256);
        if let Err(error) = done.await {
            tracing::warn!(%error, "the slow hash of an API key stays for now");
        }
    }
}
