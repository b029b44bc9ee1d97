//! One-time passwords by time (RFC 6238), as every authenticator app makes them: HMAC-SHA-1, six
//! digits, a new one each half minute.

use std::fmt;

use aws_lc_rs::hmac;
use subtle::ConstantTimeEq as _;
use url::Url;

use crate::model::Timestamp;

/// For how long a code is the current one, in seconds.
pub const STEP_SECONDS: i64 = 30;
/// Digits of a code.
pub const DIGITS: usize = 6;
/// So many steps before and after the current one count too: clocks of telephones differ, and
/// typing takes time (RFC 6238 section 5.2).
pub const WINDOW: i64 = 1;
/// Bytes of a secret: as many as SHA-1 gives (RFC 4226 section 4).
pub const SECRET_BYTES: usize = 20;

/// What an authenticator app and we share. Never shown by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct TotpSecret([u8; SECRET_BYTES]);

impl fmt::Debug for TotpSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TotpSecret(…)")
    }
}

impl TotpSecret {
    /// Of random bytes.
    #[must_use]
    pub fn new(random: [u8; SECRET_BYTES]) -> Self {
        Self(random)
    }

    /// As it was stored; `None` for what is no secret of this length.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        Some(Self(bytes.try_into().ok()?))
    }

    /// As it is stored, once it is wrapped.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// In base32 (RFC 4648 section 6), as apps take it by hand. Without padding: there is none to
    /// 20 bytes.
    #[must_use]
    pub fn base32(&self) -> String {
        const ALPHABET: [char; 32] = [
            'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I', 'J', 'K', 'L', 'M', 'N', 'O', 'P', 'Q',
            'R', 'S', 'T', 'U', 'V', 'W', 'X', 'Y', 'Z', '2', '3', '4', '5', '6', '7',
        ];
        let (groups, _) = self.0.as_chunks::<5>();
        let letters = groups.iter().flat_map(|group| {
            let bits = group
                .iter()
                .fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
            (0..8).rev().map(move |place| bits >> (5 * place) & 31)
        });
        letters
            .filter_map(|letter| ALPHABET.get(usize::try_from(letter).ok()?))
            .collect()
    }

    /// What an app takes from a QR code: the secret, of which account at whom. The form is that of
    /// the "Key URI Format" that all apps read.
    #[must_use]
    pub fn uri(&self, issuer: &str, account: &str) -> String {
        let mut uri = "otpauth://totp/".to_owned();
        // A colon ends the issuer.
        let issuer = issuer.replace(':', " ");
        for part in [&issuer, ":", &account.replace(':', " ")] {
            match part {
                ":" => uri.push(':'),
                text => uri.extend(encoded(text)),
            }
        }
        uri.push_str("?secret=");
        uri.push_str(&self.base32());
        uri.push_str("&issuer=");
        uri.extend(encoded(&issuer));
        debug_assert!(Url::parse(&uri).is_ok());
        uri
    }

    /// The code of a step.
    #[must_use]
    pub fn code(&self, step: i64) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &self.0);
        let tag = hmac::sign(&key, &step.to_be_bytes());
        // RFC 4226 section 5.3: the last four bits say where the number is.
        let tag = tag.as_ref();
        let offset = tag.last().map_or(0, |last| usize::from(last & 0xf));
        let number = tag.get(offset..).and_then(<[u8]>::first_chunk::<4>);
        let number = number.map_or(0, |bytes| u32::from_be_bytes(*bytes) & 0x7fff_ffff);
        format!("{:06}", number % 1_000_000)
    }

    /// The step whose code this is: one near `now`, and after `last_used`, since a code counts
    /// once. Blanks between the digits do not matter.
    ///
    /// Every step that counts is looked at, so that time does not tell which one it was.
    #[must_use]
    pub fn step_of(&self, typed: &str, now: Timestamp, last_used: Option<i64>) -> Option<i64> {
        let digits: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
        let current = step_at(now);
        let mut found = None;
        for step in current - WINDOW..=current + WINDOW {
            let same: bool = self.code(step).as_bytes().ct_eq(digits.as_bytes()).into();
            if same && last_used.is_none_or(|last| step > last) {
                found = Some(step);
            }
        }
        found
    }
}

/// The step of a moment.
#[must_use]
pub fn step_at(now: Timestamp) -> i64 {
    now.as_second().div_euclid(STEP_SECONDS)
}

/// Could this be a code? If not, it may be a recovery code.
#[must_use]
pub fn is_like_a_code(typed: &str) -> bool {
    let mut letters = typed.chars().filter(|c| !c.is_whitespace());
    letters.clone().count() == DIGITS && letters.all(|c| c.is_ascii_digit())
}

fn encoded(text: &str) -> percent_encoding::PercentEncode<'_> {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    /// RFC 6238 appendix B, of which apps show the last six digits.
    #[test]
    fn codes_are_those_of_the_rfc() {
        let secret = TotpSecret::new(*b"12345678901234567890");
        for (second, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(secret.code(step_at(at(second))), code);
            let found = secret.step_of(code, at(second), None);
            assert_eq!(found, Some(step_at(at(second))));
        }
    }

    #[test]
    fn a_code_counts_for_a_step_before_and_after_and_once() {
        let secret = TotpSecret::new([9; SECRET_BYTES]);
        let now = at(1_700_000_010);
        let step = step_at(now);
        for (away, counts) in [(-2, false), (-1, true), (0, true), (1, true), (2, false)] {
            let code = secret.code(step + away);
            let found = secret.step_of(&code, now, None);
            assert_eq!(found, counts.then_some(step + away), "{away}");
            assert_eq!(secret.step_of(&code, now, Some(step + away)), None);
        }
        let earlier = secret.code(step - 1);
        assert_eq!(secret.step_of(&earlier, now, Some(step)), None);
        let spaced = secret.code(step);
        let spaced = format!(" {} {}", &spaced[..3], &spaced[3..]);
        assert_eq!(secret.step_of(&spaced, now, Some(step - 1)), Some(step));
        for wrong in ["", "1", "0000000", "abcdef"] {
            assert_eq!(secret.step_of(wrong, now, None), None);
        }
    }

    #[test]
    fn apps_take_it_as_text_and_as_an_address() {
        let secret = TotpSecret::new(*b"12345678901234567890");
        assert_eq!(secret.base32(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assert_eq!(
            secret.uri("Müller: Bücher", "anna@muster.example"),
            "otpauth://totp/M%C3%BCller%20%20B%C3%BCcher:anna%40muster%2Eexample\
             ?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=M%C3%BCller%20%20B%C3%BCcher"
        );
        assert_eq!(TotpSecret::from_bytes(secret.bytes()), Some(secret));
        assert_eq!(TotpSecret::from_bytes(&[0; 19]), None);
    }

    #[test]
    fn codes_and_recovery_codes_are_told_apart() {
        for (text, is_like) in [
            ("123456", true),
            (" 123 456 ", true),
            ("12345", false),
            ("1234567", false),
            ("12345a", false),
            ("k3v9-0000-0000-0000", false),
        ] {
            assert_eq!(is_like_a_code(text), is_like, "{text:?}");
        }
    }
}
