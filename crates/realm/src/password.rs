//! Passwords of people: argon2id, on a thread that may block, a few at a time.

use std::sync::LazyLock;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use tokio::sync::Semaphore;

/// How many are checked at once; each takes about 19 MiB and a whole core. Further ones wait.
const AT_ONCE: usize = 4;
static PLACES: Semaphore = Semaphore::const_new(AT_ONCE);

/// Hashes a password with argon2id (RFC 9106) and gives it in PHC string format. Takes tens
/// of milliseconds.
///
/// # Errors
///
/// When the password is longer than argon2 takes (4 GiB).
pub fn hash(password: &str, salt: [u8; 16]) -> Result<String, argon2::password_hash::Error> {
    Ok(Argon2::default()
        .hash_password_with_salt(password.as_bytes(), &salt)?
        .to_string())
}

/// The same on a thread that may block, when it has its turn.
///
/// # Errors
///
/// As [`hash`].
pub async fn hash_aside(password: String, salt: [u8; 16]) -> Result<String, String> {
    let Ok(_place) = PLACES.acquire().await else {
        return Err("nothing is hashed any more".to_owned());
    };
    let hashed = tokio::task::spawn_blocking(move || hash(&password, salt)).await;
    let hashed = hashed.map_err(|error| error.to_string())?;
    hashed.map_err(|error| error.to_string())
}

/// Does the password belong to the stored hash, in its one spelling or as it is typed? Hashes from
/// before there was one are of passwords as they were given. Without a hash, as for a name nobody has, it
/// takes as long and is always wrong, so that time does not tell who exists.
pub async fn verify(password: String, stored: Option<String>) -> bool {
    let Ok(_place) = PLACES.acquire().await else {
        return false;
    };
    let checked =
        tokio::task::spawn_blocking(move || verify_blocking(&password, stored.as_deref()));
    checked.await.unwrap_or(false)
}

fn verify_blocking(given: &str, stored: Option<&str>) -> bool {
    let Some(spelled) = oauth::password::spelled(given) else {
        return false;
    };
    belongs(&spelled, stored) || spelled != given && belongs(given, stored)
}

fn belongs(password: &str, stored: Option<&str>) -> bool {
    static NOBODYS: LazyLock<String> =
        LazyLock::new(|| hash("nobody's", [7; 16]).unwrap_or_default());
    let belongs = PasswordHash::new(stored.unwrap_or(&NOBODYS)).is_ok_and(|hash| {
        Argon2::default()
            .verify_password(password.as_bytes(), &hash)
            .is_ok()
    });
    belongs && stored.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_right_password_belongs() {
        let stored = hash("correct horse", [1; 16]).unwrap();
        assert!(
            stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{stored}"
        );
        assert!(verify("correct horse".to_owned(), Some(stored.clone())).await);
        assert!(!verify("correct horse ".to_owned(), Some(stored.clone())).await);
        assert!(!verify(String::new(), Some(stored)).await);
    }

    /// What a keyboard, a program or a form makes of the same letters differs.
    #[tokio::test]
    async fn spellings_of_a_password_are_one() {
        let [composed, apart] = ["caf\u{e9} caf\u{e9}", "cafe\u{301}\u{a0}cafe\u{301}"];
        let new = hash(&oauth::password::typed(apart).unwrap(), [1; 16]).unwrap();
        for given in [composed, apart] {
            assert!(
                verify(given.to_owned(), Some(new.clone())).await,
                "{given:?}"
            );
        }
        assert!(!verify("cafe cafe".to_owned(), Some(new)).await);
        // As it was given before there was one spelling.
        let old = hash(apart, [1; 16]).unwrap();
        assert!(verify(apart.to_owned(), Some(old)).await);
    }

    /// The longest that can be set can be used, and nothing longer.
    #[tokio::test]
    async fn what_can_be_set_can_be_used() {
        let longest = "é".repeat(oauth::password::LONGEST / 2);
        let stored = hash(&oauth::password::typed(&longest).unwrap(), [1; 16]).unwrap();
        assert!(verify(longest.clone(), Some(stored.clone())).await);
        assert!(verify(longest.replace('é', "e\u{301}"), Some(stored.clone())).await);
        assert!(!verify(longest.clone() + "x", Some(stored)).await);
        let refused = oauth::password::typed(&(longest + "x"));
        assert_eq!(refused, Err(oauth::password::PasswordError::Long));
    }

    #[tokio::test]
    async fn nobody_and_a_broken_hash_have_no_password() {
        assert!(!verify("nobody's".to_owned(), None).await);
        assert!(!verify("x".to_owned(), Some("not a hash".to_owned())).await);
        assert!(!verify(String::new(), Some(String::new())).await);
    }
}
