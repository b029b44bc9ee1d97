//! What people, organisations, roles and apps may be called, and which spellings are one name.
//!
//! Usernames go by the profile UsernameCaseMapped of RFC 8265 section 3.3, without its rule on
//! the direction of writing.

use std::sync::LazyLock;

use scope::is_unseen;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{canonical_combining_class, is_combining_mark};
use unicode_security::confusable_detection::skeleton;

use crate::model::Uuid;

/// The most characters of a name that people read.
const LONGEST_NAME: usize = 200;
/// The most characters of what people sign in with.
const LONGEST_USERNAME: usize = 200;
/// The most characters of a short name, and of a role's.
const LONGEST_SHORT_NAME: usize = 100;

/// Why a name cannot be given, and what to write instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NamingError {
    /// A username with spaces, or nothing, or too long, or with what looks like something else.
    #[error(
        "a username is one word of at most {LONGEST_USERNAME} characters, without spaces: letters, \
         digits, and the signs of ASCII such as . - _ + @"
    )]
    Username,
    /// A short name that is none in URLs.
    #[error(
        "{} cannot be a short name; use lower-case letters, digits and hyphens, at most \
         {LONGEST_SHORT_NAME}", shown(.0)
    )]
    Slug(String),
    /// A name that is somebody else's number or id, or may become it.
    #[error(
        "{} reads like a number or an id, and may be another's; use a name that is neither",
        shown(.0)
    )]
    Ambiguous(String),
    /// A realm's name that is the beginning of other addresses.
    #[error("{0:?} cannot be a realm, as other addresses of the server begin with it")]
    Realm(String),
    /// A name that nobody could read.
    #[error(
        "{} cannot be a name; write one line of at most {LONGEST_NAME} characters that can be \
         seen, without blanks at its ends", shown(.0)
    )]
    Name(String),
    /// A role that could not be named in one word of a command or record.
    #[error(
        "{} cannot be a role; write one line of at most {LONGEST_SHORT_NAME} characters that can \
         be seen, without `/` and without blanks at its ends", shown(.0)
    )]
    Role(String),
}

/// So much of it as an error may quote.
pub(crate) fn shown(text: &str) -> String {
    let start: String = text.chars().take(60).collect();
    let more = if start.len() < text.len() { "…" } else { "" };
    format!("{start:?}{more}")
}

/// Can a person sign in by this name? Answers its one spelling.
///
/// # Errors
/// Says what a username is.
pub fn username(text: &str) -> Result<String, NamingError> {
    let name = spelled(&of_one_width(text.chars()));
    let mut before = '\0';
    let is_word = is_line(&name, LONGEST_USERNAME)
        && name.chars().all(|c| {
            let joins = is_joiner(c) && canonical_combining_class(before) == VIRAMA;
            before = c;
            joins || is_of_a_word(c)
        });
    if !is_word {
        return Err(NamingError::Username);
    }
    // People are named by their ids, too. Nobody is found by their number.
    if is_id(&name) {
        return Err(NamingError::Ambiguous(name));
    }
    Ok(name)
}

/// Can nobody sign in by this, as it has more characters than any username?
#[must_use]
pub fn is_too_long_for_a_username(text: &str) -> bool {
    let name = spelled(&of_one_width(text.chars()));
    name.chars().nth(LONGEST_USERNAME).is_some()
}

/// What all spellings of a username have in common: two that agree in this are one person's.
/// Takes whatever somebody types.
#[must_use]
pub fn folded_username(text: &str) -> String {
    let lower = of_one_width(text.nfd());
    // Lower case of each letter by itself: a sigma is one letter wherever it stands.
    let lower = lower.chars().flat_map(char::to_lowercase);
    lower
        .map(|c| if c == 'ς' { 'σ' } else { c })
        .nfc()
        .collect()
}

/// What a client id has in common with those that are taken for it: by whoever passes over
/// capitals, and by whoever reads one letter as another. Two that agree in either look alike.
#[must_use]
pub fn looks_of_client_id(id: &str) -> [String; 2] {
    let seen = id.replace('I', "l").to_ascii_lowercase();
    [
        id.to_ascii_lowercase(),
        seen.replace('1', "l").replace('0', "o"),
    ]
}

/// Can an organisation have this short name?
///
/// # Errors
/// Says what a short name is made of.
pub fn slug(text: &str) -> Result<(), NamingError> {
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if !is_line(text, LONGEST_SHORT_NAME) || !text.chars().all(is_plain) {
        return Err(NamingError::Slug(text.to_owned()));
    }
    // Apps name organisations by short name, number or id.
    if is_id(text) || is_number(text) {
        return Err(NamingError::Ambiguous(text.to_owned()));
    }
    Ok(())
}

/// What addresses begin with that are no realm's.
const NO_REALMS: [&str; 5] = ["healthz", "metrics", "play", "readyz", "static"];

/// Can a realm be called so? What it is made of, its catalog says.
///
/// # Errors
/// [`NamingError::Realm`].
pub fn realm(id: &str) -> Result<(), NamingError> {
    if NO_REALMS.contains(&id) {
        return Err(NamingError::Realm(id.to_owned()));
    }
    Ok(())
}

/// In any of the forms of a UUID, as each of them is read somewhere.
fn is_id(text: &str) -> bool {
    Uuid::try_parse(text).is_ok()
}

/// Also with zeros in front, and negative ones.
fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// Can a person, an organisation, an app or its maker be called so? Answers its one spelling.
///
/// # Errors
/// Says what a name is.
pub fn name(text: &str) -> Result<String, NamingError> {
    let name = spelled(text);
    if is_line(&name, LONGEST_NAME) {
        return Ok(name);
    }
    Err(NamingError::Name(name))
}

/// Can a role be called so? Answers its one spelling.
///
/// # Errors
/// Says what a role's name is.
pub fn role(text: &str) -> Result<String, NamingError> {
    let name = spelled(text);
    if is_line(&name, LONGEST_SHORT_NAME) && !name.contains('/') {
        return Ok(name);
    }
    Err(NamingError::Role(name))
}

/// One spelling for letters that can be written in one piece or in several (NFC).
#[must_use]
pub fn spelled(text: &str) -> String {
    text.nfc().collect()
}

/// What a name looks like to somebody who reads it once: letters of any writing that have one shape
/// are the same (UTS #39 section 4), large and small ones too, and marks and what stands between them are nothing.
/// Two names look alike if they share any of their two looks: a large i has the shape of an l, a small
/// one the meaning of a large one.
#[must_use]
pub fn looks(name: &str) -> [String; 2] {
    if name.is_ascii() {
        return [
            of_ascii(name.bytes()),
            of_ascii(name.to_ascii_lowercase().bytes()),
        ];
    }
    let compatible: String = name.nfkc().collect();
    [shape(&compatible), shape(&compatible.to_lowercase())]
}

fn shape(name: &str) -> String {
    let shape = skeleton(name).flat_map(char::to_lowercase);
    shape.filter(|c| c.is_alphanumeric()).collect()
}

/// The same for text that is looked at sign by sign: none of ASCII joins with the next one.
fn of_ascii(name: impl Iterator<Item = u8>) -> String {
    static SHAPES: LazyLock<Vec<String>> = LazyLock::new(|| {
        ('\0'..='\x7f')
            .map(|sign| shape(sign.encode_utf8(&mut [0; 4])))
            .collect()
    });
    let of_sign = |sign: u8| SHAPES.get(usize::from(sign)).map_or("", String::as_str);
    name.map(of_sign).collect()
}

/// Letters and digits of the width of a Chinese letter, or of half of it, as they are elsewhere.
fn of_one_width(text: impl Iterator<Item = char>) -> String {
    let mut narrow = String::new();
    for c in text {
        match c {
            '\u{ff01}'..='\u{ffee}' => narrow.extend([c].into_iter().nfkd()),
            _ => narrow.push(c),
        }
    }
    narrow
}

/// What joins letters or keeps them apart, and is seen only where it does: letters to some languages.
fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}')
}

/// The combining class of the signs behind which joiners are seen.
const VIRAMA: u8 = 9;

/// A letter, a digit, a mark on one, or a sign of ASCII, that is not another way to write a
/// different one (RFC 8264 section 4.2).
fn is_of_a_word(c: char) -> bool {
    c.is_ascii_graphic()
        || (c.is_alphanumeric() || is_combining_mark(c))
            && !is_unseen(c)
            && [c].into_iter().nfkd().eq([c].into_iter().nfd())
}

/// Something to see, on one line, that does not change how what stands around it is read.
fn is_line(text: &str, longest: usize) -> bool {
    text.chars().nth(longest).is_none()
        // Nobody sees a blank at an end.
        && text.trim().len() == text.len()
        && !text.chars().all(is_blank)
        && !text
            .chars()
            .any(|c| c.is_control() || is_unseen(c) && !is_joiner(c) && !is_variant(c))
}

/// Nothing to see.
pub(crate) fn is_blank(c: char) -> bool {
    c.is_whitespace() || is_unseen(c)
}

/// They choose between shapes of what stands before them.
fn is_variant(c: char) -> bool {
    matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

#[cfg(test)]
mod tests {
    use super::{looks, shape};

    #[test]
    fn ascii_looks_the_same_sign_by_sign() {
        let all: String = ('\0'..='\x7f').collect();
        for text in [
            all.as_str(),
            "Illinois 10m",
            "rnodern|1l0O",
            "A-B_c ''\"%`",
            "",
        ] {
            let lower = text.to_lowercase();
            assert_eq!(looks(text), [shape(text), shape(&lower)], "{text:?}");
        }
    }
}
