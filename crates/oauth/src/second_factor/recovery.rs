//! Recovery codes: each signs in once in the place of a code of the app. They are written down and
//! typed by people, so no letter looks like another (Crockford's base32), and are kept as SHA-256
//! only: 80 random bits need no slower hash.

use crate::model::TokenHash;
use crate::secret::Secret;

/// So many are made at once.
pub const CODES: usize = 10;
/// Random bytes of one.
pub const RANDOM_BYTES: usize = 10;

const LETTERS: [char; 32] = [
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'j',
    'k', 'm', 'n', 'p', 'q', 'r', 's', 't', 'v', 'w', 'x', 'y', 'z',
];
/// Letters of one.
const LENGTH: usize = RANDOM_BYTES * 8 / 5;
/// Letters between two dashes.
const GROUP: usize = 4;

/// A code as it is shown, of random bytes: four groups of four letters.
#[must_use]
pub fn code(random: [u8; RANDOM_BYTES]) -> Secret {
    let bits = random
        .iter()
        .fold(0_u128, |bits, byte| bits << 8 | u128::from(*byte));
    let mut text = String::with_capacity(LENGTH + LENGTH / GROUP);
    for place in 0..LENGTH {
        if place > 0 && place % GROUP == 0 {
            text.push('-');
        }
        let letter = bits >> (5 * (LENGTH - 1 - place)) & 31;
        let letter = usize::try_from(letter).ok();
        text.extend(letter.and_then(|letter| LETTERS.get(letter)));
    }
    Secret::presented(text)
}

/// The hash of a code that somebody types, in either case, with or without dashes and blanks;
/// `None` for what can be none.
#[must_use]
pub fn hash(typed: &str) -> Option<TokenHash> {
    let mut plain = String::with_capacity(LENGTH);
    let letters = typed
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '-')
        .map(|c| c.to_ascii_lowercase());
    for letter in letters {
        let letter = match letter {
            'o' => '0',
            'i' | 'l' => '1',
            other => other,
        };
        if plain.len() == LENGTH || !LETTERS.contains(&letter) {
            return None;
        }
        plain.push(letter);
    }
    (plain.len() == LENGTH).then(|| TokenHash::of(plain.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_as_people_type_it() {
        let made = code([0x00, 0x44, 0x32, 0x14, 0xc7, 0x42, 0x54, 0xb6, 0x35, 0xcf]);
        assert_eq!(made.expose(), "0123-4567-89ab-cdef");
        let wanted = hash(made.expose());
        assert!(wanted.is_some());
        for typed in [
            "0123456789ABCDEF",
            " o123 4567-89aB CDEF ",
            "OI23456789abcdef",
        ] {
            assert_eq!(hash(typed), wanted, "{typed}");
        }
        for wrong in [
            "",
            "0123-4567-89ab-cde",
            "0123-4567-89ab-cdef0",
            "0123-4567-89ab-cdeu",
            "é",
        ] {
            assert_eq!(hash(wrong), None, "{wrong}");
        }
        assert_ne!(hash(code([1; RANDOM_BYTES]).expose()), wanted);
        assert_eq!(code([0xff; RANDOM_BYTES]).expose(), "zzzz-zzzz-zzzz-zzzz");
    }
}
