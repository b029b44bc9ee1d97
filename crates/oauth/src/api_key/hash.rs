//! The hashes by which keys of another system are known. Nothing here takes long: who verifies the
//! slow ones does it elsewhere, by what is read here.

use std::num::NonZeroU32;

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use crate::model::{ApiKeyHash, TokenHash};

/// The shortest and the longest key that a partner may send, in bytes.
pub const KEY_BYTES: std::ops::RangeInclusive<usize> = 8..=512;
/// How many characters of a slow key have to be known, so that it is found by them.
pub const BEGINNING: std::ops::RangeInclusive<usize> = 4..=24;
/// The most that bcrypt may take, which doubles with each: about a second.
const HIGHEST_COST: u32 = 14;
/// The most rounds of PBKDF2: about a second.
const MOST_ITERATIONS: u32 = 2_000_000;
/// A salt is no longer, in bytes.
const LONGEST_SALT: usize = 128;
/// The longest text of a hash, in bytes.
const LONGEST: usize = 512;

/// Why a text is no hash of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HashError {
    /// It is written like none that is known.
    #[error(
        "the hash is of no known form; write sha256:HEX, hmac-sha256:HEX (both also in base64), a bcrypt \
         hash ($2b$12$…), or a PBKDF2 hash (pbkdf2_sha256$ROUNDS$SALT$HASH or $pbkdf2-sha256$i=ROUNDS$SALT$HASH)"
    )]
    Unknown,
    /// 32 bytes are needed.
    #[error("the hash is not 32 bytes in hexadecimal or base64")]
    NotSha256,
    /// It would take too long, or is cut off.
    #[error("the bcrypt hash is damaged, or its cost is not between 4 and {HIGHEST_COST}")]
    Bcrypt,
    /// It would take too long, or is cut off.
    #[error(
        "the PBKDF2 hash is damaged, or has no rounds or more than {MOST_ITERATIONS}, a salt of more than \
         {LONGEST_SALT} bytes, or fewer than 16 or more than 64 bytes"
    )]
    Pbkdf2,
}

impl ApiKeyHash {
    /// Reads a hash as another system kept it.
    ///
    /// # Errors
    /// [`HashError`] says which forms there are.
    pub fn parse(text: &str) -> Result<Self, HashError> {
        if text.len() > LONGEST {
            return Err(HashError::Unknown);
        }
        if let Some(hash) = text.strip_prefix("sha256:") {
            return Ok(Self::Sha256(bytes32(hash)?));
        }
        if let Some(hash) = text.strip_prefix("hmac-sha256:") {
            return Ok(Self::HmacSha256(bytes32(hash)?));
        }
        if text.starts_with("$2") {
            check_bcrypt(text)?;
            return Ok(Self::Bcrypt(text.to_owned()));
        }
        if text.starts_with("pbkdf2_") || text.starts_with("$pbkdf2") {
            Pbkdf2::parse(text)?;
            return Ok(Self::Pbkdf2(text.to_owned()));
        }
        Err(HashError::Unknown)
    }
}

/// A PBKDF2 hash (RFC 8018 section 5.2) as it is written.
#[derive(Clone, PartialEq, Eq)]
pub struct Pbkdf2 {
    /// What it is made with.
    pub function: Pbkdf2Function,
    /// How many rounds.
    pub iterations: NonZeroU32,
    /// The salt.
    pub salt: Vec<u8>,
    /// What came of it.
    pub hash: Vec<u8>,
}

/// The hash within.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pbkdf2Function {
    /// HMAC-SHA-1.
    Sha1,
    /// HMAC-SHA-256.
    Sha256,
    /// HMAC-SHA-512.
    Sha512,
}

impl Pbkdf2 {
    /// Django's form `pbkdf2_sha256$ROUNDS$SALT$HASH`, whose salt is text, and the PHC string
    /// format `$pbkdf2-sha256$i=ROUNDS,l=32$SALT$HASH`, also with the rounds alone as passlib writes
    /// it.
    ///
    /// # Errors
    /// [`HashError::Pbkdf2`].
    pub fn parse(text: &str) -> Result<Self, HashError> {
        let found = if text.starts_with('$') {
            Self::phc(text)
        } else {
            Self::django(text)
        };
        let found = found.ok_or(HashError::Pbkdf2)?;
        let fits = found.iterations.get() <= MOST_ITERATIONS
            && found.salt.len() <= LONGEST_SALT
            && (16..=64).contains(&found.hash.len());
        fits.then_some(found).ok_or(HashError::Pbkdf2)
    }

    fn django(text: &str) -> Option<Self> {
        let mut parts = text.split('$');
        let function = Pbkdf2Function::named(parts.next()?.strip_prefix("pbkdf2_")?)?;
        let iterations = parts.next()?.parse().ok()?;
        let salt = parts.next()?.as_bytes().to_vec();
        let hash = decode(parts.next()?)?;
        parts.next().is_none().then_some(Self {
            function,
            iterations,
            salt,
            hash,
        })
    }

    fn phc(text: &str) -> Option<Self> {
        let mut parts = text.split('$').skip(1);
        let name = parts.next()?;
        let function = match name.strip_prefix("pbkdf2")? {
            "" => Pbkdf2Function::Sha1,
            rest => Pbkdf2Function::named(rest.strip_prefix('-')?)?,
        };
        let parameters = parts.next()?;
        let rounds = parameters.split(',').find_map(|one| one.strip_prefix("i="));
        let iterations = rounds.unwrap_or(parameters).parse().ok()?;
        let salt = decode(parts.next()?)?;
        let hash = decode(parts.next()?)?;
        parts.next().is_none().then_some(Self {
            function,
            iterations,
            salt,
            hash,
        })
    }
}

impl Pbkdf2Function {
    fn named(name: &str) -> Option<Self> {
        match name {
            "sha1" => Some(Self::Sha1),
            "sha256" => Some(Self::Sha256),
            "sha512" => Some(Self::Sha512),
            _ => None,
        }
    }
}

/// A key of the provider's, by which another system kept the hashes of its keys.
#[derive(Clone)]
pub struct HmacKey(hmac::Key);

impl HmacKey {
    /// The fewest bytes of one.
    pub const SHORTEST: usize = 16;

    /// From its bytes; `None` for fewer than [`HmacKey::SHORTEST`].
    #[must_use]
    pub fn new(bytes: &[u8]) -> Option<Self> {
        let key = hmac::Key::new(hmac::HMAC_SHA256, bytes);
        (bytes.len() >= Self::SHORTEST).then_some(Self(key))
    }

    /// HMAC-SHA-256 of a key's text (RFC 2104).
    #[must_use]
    pub fn hash(&self, text: &str) -> TokenHash {
        let mut hash = [0; 32];
        hash.copy_from_slice(hmac::sign(&self.0, text.as_bytes()).as_ref());
        TokenHash(hash)
    }
}

impl std::fmt::Debug for HmacKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("HmacKey(…)")
    }
}

/// `$2b$12$`, then 22 characters of salt and 31 of hash.
fn check_bcrypt(text: &str) -> Result<(), HashError> {
    let mut parts = text.split('$').skip(1);
    let (version, cost, rest) = (parts.next(), parts.next(), parts.next());
    let is_version = matches!(version, Some("2a" | "2b" | "2y"));
    let cost = cost.filter(|cost| cost.len() == 2);
    let cost: Option<u32> = cost.and_then(|cost| cost.parse().ok());
    let is_rest = rest.is_some_and(|rest| {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'/');
        rest.len() == 53 && rest.bytes().all(is_plain)
    });
    let is_cost = cost.is_some_and(|cost| (4..=HIGHEST_COST).contains(&cost));
    if is_version && is_cost && is_rest && parts.next().is_none() {
        return Ok(());
    }
    Err(HashError::Bcrypt)
}

fn bytes32(text: &str) -> Result<TokenHash, HashError> {
    let bytes = match text.len() {
        64 => from_hexadecimal(text),
        _ => decode(text),
    };
    let bytes: Option<[u8; 32]> = bytes.and_then(|bytes| bytes.try_into().ok());
    bytes.map(TokenHash).ok_or(HashError::NotSha256)
}

fn from_hexadecimal(text: &str) -> Option<Vec<u8>> {
    let digits = text.chars().map(|digit| digit.to_digit(16));
    let digits: Vec<u32> = digits.collect::<Option<_>>()?;
    let pairs = digits.chunks_exact(2);
    let bytes = pairs.map(|pair| u8::try_from(pair.iter().fold(0, |all, digit| all * 16 + digit)));
    bytes.collect::<Result<_, _>>().ok()
}

/// Base64 in any of its usual spellings: that of URLs, with `.` for `+` as passlib has it, with and
/// without padding.
fn decode(text: &str) -> Option<Vec<u8>> {
    const ENGINE: GeneralPurpose = GeneralPurpose::new(
        &alphabet::STANDARD,
        GeneralPurposeConfig::new()
            .with_decode_padding_mode(DecodePaddingMode::Indifferent)
            .with_decode_allow_trailing_bits(true),
    );
    let plain: String = text
        .chars()
        .map(|c| match c {
            '-' | '.' => '+',
            '_' => '/',
            other => other,
        })
        .collect();
    ENGINE.decode(plain).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const BCRYPT: &str = "$2b$12$i5UfG/nFpL9SISD0WJ7hCup9T6NdFfIUUPu21OXfUf2WdRPeFH./2";

    #[test]
    fn sha_256_is_read_in_both_spellings_and_told_from_an_hmac() {
        let hash = TokenHash::of(b"a key");
        let hex = hash.to_string();
        let base64 = base64::engine::general_purpose::STANDARD.encode(hash.0);
        let url = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(hash.0);
        for text in [&hex, &hex.to_uppercase(), &base64, &url] {
            let sha256 = ApiKeyHash::parse(&format!("sha256:{text}"));
            assert_eq!(sha256, Ok(ApiKeyHash::Sha256(hash)), "{text}");
            let hmac = ApiKeyHash::parse(&format!("hmac-sha256:{text}"));
            assert_eq!(hmac, Ok(ApiKeyHash::HmacSha256(hash)), "{text}");
        }
        for text in ["", "00", &hex[1..], &format!("{hex}00"), "é"] {
            let wrong = ApiKeyHash::parse(&format!("sha256:{text}"));
            assert_eq!(wrong, Err(HashError::NotSha256), "{text}");
        }
        // Nothing says which of the two it would be.
        assert_eq!(ApiKeyHash::parse(&hex), Err(HashError::Unknown));
        let long = format!("sha256:{}", "0".repeat(600));
        assert_eq!(ApiKeyHash::parse(&long), Err(HashError::Unknown));
    }

    #[test]
    fn bcrypt_is_whole_and_takes_no_longer_than_a_moment() {
        for text in [
            BCRYPT,
            &BCRYPT.replacen("2b", "2a", 1),
            &BCRYPT.replacen("12", "04", 1),
        ] {
            assert_eq!(
                ApiKeyHash::parse(text),
                Ok(ApiKeyHash::Bcrypt(text.to_owned()))
            );
        }
        for text in [
            &BCRYPT[..59],
            &BCRYPT.replacen("12", "15", 1),
            &BCRYPT.replacen("12", "03", 1),
            &BCRYPT.replacen("12", "4", 1),
            &BCRYPT.replacen("2b", "2x", 1),
            &BCRYPT.replacen('/', "=", 1),
            &format!("{BCRYPT}$"),
            "$2",
        ] {
            assert_eq!(ApiKeyHash::parse(text), Err(HashError::Bcrypt), "{text}");
        }
    }

    #[test]
    fn pbkdf2_is_read_as_others_write_it() {
        let read = |text: &str| Pbkdf2::parse(text).unwrap();
        let django =
            read("pbkdf2_sha256$600000$c2FsdA$MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=");
        assert_eq!(django.function, Pbkdf2Function::Sha256);
        assert_eq!(
            (django.iterations.get(), &*django.salt),
            (600_000, &b"c2FsdA"[..])
        );
        assert_eq!(django.hash.len(), 32);
        // There the salt is bytes in base64.
        let phc =
            read("$pbkdf2-sha512$i=1000,l=32$c2FsdA$MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE");
        assert_eq!(
            (phc.function, &*phc.salt),
            (Pbkdf2Function::Sha512, &b"salt"[..])
        );
        let passlib = read("$pbkdf2$1000$c2FsdA$MDEyMzQ1Njc4OTAxMjM0NTY3ODk");
        assert_eq!(passlib.function, Pbkdf2Function::Sha1);
        for text in [
            "pbkdf2_md5$1000$s$MDEyMzQ1Njc4OTAxMjM0NTY3ODk=",
            "pbkdf2_sha256$0$s$MDEyMzQ1Njc4OTAxMjM0NTY3ODk=",
            "pbkdf2_sha256$2000001$s$MDEyMzQ1Njc4OTAxMjM0NTY3ODk=",
            "pbkdf2_sha256$1000$s$MDEy",
            "pbkdf2_sha256$1000$s",
            "pbkdf2_sha256$1000$s$MDEyMzQ1Njc4OTAxMjM0NTY3ODk=$x",
            "$pbkdf2-sha3$1000$c2FsdA$MDEyMzQ1Njc4OTAxMjM0NTY3ODk",
            "$pbkdf2-sha256$1000$*$MDEyMzQ1Njc4OTAxMjM0NTY3ODk",
            "$pbkdf2",
        ] {
            assert_eq!(ApiKeyHash::parse(text), Err(HashError::Pbkdf2), "{text}");
        }
    }

    #[test]
    fn neither_hashes_nor_keys_are_shown() {
        let hash = ApiKeyHash::parse(BCRYPT).unwrap();
        assert_eq!(format!("{hash:?}"), "ApiKeyHash(bcrypt, …)");
        let key = HmacKey::new(&[7; 16]).unwrap();
        assert_eq!(format!("{key:?}"), "HmacKey(…)");
        assert!(HmacKey::new(&[7; 15]).is_none());
    }
}
