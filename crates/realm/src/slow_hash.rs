//! Keys that moved in as bcrypt or PBKDF2 hashes: what holds a text against one takes up to a second
//! of a core, so it is done on threads that may block, a few at a time, and not twice for a text that
//! was wrong.

use oauth::api_key::hash::{HmacKey, Pbkdf2, Pbkdf2Function};
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

/// What keys of another system are known by in a realm.
#[derive(Default)]
pub(crate) struct MovedIn {
    /// By any of these keys of the provider's.
    pub(crate) hmac_keys: Vec<HmacKey>,
    pub(crate) slow: SlowHashes,
}

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

    /// Made by bcrypt, hashlib and passlib of Python, in the forms of bcrypt, Django, passlib and PHC, of `old_abcd.secret-of-a-partner`.
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

    const HASHES: [&str; 9] = [
        "$2b$04$i5UfG/nFpL9SISD0WJ7hCup9T6NdFfIUUPu21OXfUf2WdRPeFH./2",
        "$2y$04$TZHKH0gjTpqyX1ladXy2N.np3GLayvyLqJtWyKH89QsUhMokT1/X2",
        "pbkdf2_sha256$1000$saltysalt$1wr9QVTZbzmo01uFdhiDn+hy+hdzBOIuuukLqbNjj8o=",
        "pbkdf2_sha1$1000$saltysalt$3ITNmCtPfxeb4HL/aPni+0geRts=",
        "pbkdf2_sha512$1000$saltysalt$sCSzvOrmZWni4Ozgwt5ZluuySPUheTIT72ON1GxWjcnupC3JDHvMbrweAjl7/cJgJottK3eJmYYrvzNpsLsNYw==",
        "$pbkdf2-sha256$1000$LQUAoNQ6R0jpvVfqfW8NAQ$D2PNjsR5tTfZyopdOqA/dQP4NB2ZH0UtDez/AyNVeh0",
        "$pbkdf2-sha512$1000$AYCQ8r4XAoCwVgohZOydMw$IQ7M4Sy/f19u37DqN2WWRNkJen7GP7utFpz/zh2YgVM3gWZD6Zf8fe0YIiLLFMm1qIJ1x4DLY7QcmrOP6gXqzQ",
        "$pbkdf2$1000$cw7BWMuZE2JMKSVEqNVa6w$WDZD4t9YYU8SOy41BiYerUYHxOc",
        "$pbkdf2-sha256$i=1000,l=32$MDEyMzQ1Njc4OWFiY2RlZg$i5TbnHGSMyzaa3KkIOEwpUNB/gXHLfgwWxaVKfUaVI8",
    ];
}
