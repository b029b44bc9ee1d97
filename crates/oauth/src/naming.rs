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
/// The most bytes of an address for mail (RFC 5321 section 4.5.3.1.3, without the brackets).
const LONGEST_EMAIL: usize = 254;
/// The most bytes of a language tag.
const LONGEST_LANGUAGE: usize = 35;
/// The most bytes of what another system calls a record.
pub const LONGEST_EXTERNAL_ID: usize = 255;
/// The most characters of a short name that is made: there is room for a number behind it.
const LONGEST_MADE_SLUG: usize = 40;
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
    /// An address that no mail reaches.
    #[error(
        "{} cannot be an e-mail address; write one like anna@example.com, of at most \
         {LONGEST_EMAIL} bytes, without spaces", shown(.0)
    )]
    Email(String),
    /// What names no language.
    #[error(
        "{} is no language tag; write one like \"de\" or \"de-CH\", of at most {LONGEST_LANGUAGE} \
         characters (RFC 5646)", shown(.0)
    )]
    Language(String),
    /// What another system cannot call a record.
    #[error(
        "{} cannot be an id; write 1 to {LONGEST_EXTERNAL_ID} bytes that can be seen, without blanks \
         at the ends", shown(.0)
    )]
    ExternalId(String),
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

/// A short name made of a name, or of nothing to go by: its letters and digits as ASCII has them.
#[must_use]
pub fn slug_of(name: &str) -> String {
    let mut made = String::new();
    for c in name.nfkd().filter(|&c| !is_combining_mark(c)) {
        if c.is_ascii_alphanumeric() {
            made.push(c.to_ascii_lowercase());
        } else if c == 'ß' {
            made.push_str("ss");
        } else if !made.is_empty() && !made.ends_with('-') {
            made.push('-');
        }
        if made.len() >= LONGEST_MADE_SLUG {
            break;
        }
    }
    let made = made.trim_end_matches('-');
    if slug(made).is_ok() {
        return made.to_owned();
    }
    // Nothing of it is ASCII, or it reads like a number or an id.
    format!("organisation-{made}")
        .trim_end_matches('-')
        .to_owned()
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

/// Can this be where mail reaches somebody? Whether it does, only mail can tell.
///
/// # Errors
/// Says what an address is.
pub fn email(text: &str) -> Result<String, NamingError> {
    let address = spelled(text);
    let is_whole = address.rsplit_once('@').is_some_and(|(name, host)| {
        let is_host = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '[' | ']' | ':');
        !name.is_empty() && !host.is_empty() && host.chars().all(is_host)
    });
    let is_seen = !address
        .chars()
        .any(|c| is_blank(c) || c.is_control() || matches!(c, '<' | '>' | ',' | ';'));
    if is_whole && is_seen && address.len() <= LONGEST_EMAIL {
        return Ok(address);
    }
    Err(NamingError::Email(address))
}

/// Can this name a language (RFC 5646 section 2.1, by its form alone)?
///
/// # Errors
/// Says what a language tag is.
pub fn language(text: &str) -> Result<String, NamingError> {
    let mut parts = text.split('-');
    let is_primary = |part: &str| {
        (2..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphabetic())
    };
    let is_further = |part: &str| {
        (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    let is_tag = parts.next().is_some_and(is_primary) && parts.all(is_further);
    if is_tag && text.len() <= LONGEST_LANGUAGE {
        return Ok(text.to_owned());
    }
    Err(NamingError::Language(text.to_owned()))
}

/// Can another system call a record so? It is kept and compared as it is.
///
/// # Errors
/// Says what such an id is.
pub fn external_id(text: &str) -> Result<String, NamingError> {
    if text.len() <= LONGEST_EXTERNAL_ID && is_line(text, LONGEST_EXTERNAL_ID) {
        return Ok(text.to_owned());
    }
    Err(NamingError::ExternalId(text.to_owned()))
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
    use super::{email, external_id, language, looks, shape, slug, slug_of};

    #[test]
    fn short_names_are_made_of_any_name() {
        for (name, made) in [
            ("Muster AG", "muster-ag"),
            ("  Größe & Söhne (Zürich) ", "grosse-sohne-zurich"),
            ("2024", "organisation-2024"),
            ("株式会社", "organisation"),
            ("—", "organisation"),
            (
                "0191abcd-0000-7000-8000-0000000000ef",
                "organisation-0191abcd-0000-7000-8000-0000000000ef",
            ),
        ] {
            assert_eq!(slug_of(name), made, "{name}");
            assert!(slug(made).is_ok(), "{made}");
        }
        let long = slug_of(&"Müller ".repeat(40));
        assert!(long.len() <= 40 && slug(&long).is_ok(), "{long}");
    }

    #[test]
    fn addresses_for_mail_are_told_from_what_is_none() {
        for right in [
            "anna@muster.example",
            "a+b@localhost",
            "ä.ö@müller.example",
            "a@[::1]",
        ] {
            assert_eq!(email(right).as_deref(), Ok(right));
        }
        let long = format!("{}@x.example", "a".repeat(300));
        for wrong in [
            "",
            "anna",
            "@x",
            "anna@",
            "anna @x.example",
            "Anna <a@x.example>",
            "a@x,b@y",
            "a@x\n",
            &long,
            "a@x\u{200b}.example",
            "a@x/y",
        ] {
            assert!(email(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn languages_are_told_by_their_form() {
        for right in ["de", "de-CH", "zh-Hant-TW", "gsw"] {
            assert_eq!(language(right).as_deref(), Ok(right));
        }
        for wrong in [
            "",
            "d",
            "de_CH",
            "de-",
            "-de",
            "123",
            "de-überlang",
            &"de-aaaa".repeat(9),
        ] {
            assert!(language(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn what_another_system_calls_a_record_can_be_seen() {
        let longest = "x".repeat(255);
        for right in ["42", "no. 1", "auth0|5f7c", "ünïcode", &longest] {
            assert_eq!(external_id(right).as_deref(), Ok(right));
        }
        for wrong in [
            "",
            " ",
            " 42",
            "42 ",
            "a\0b",
            "a\nb",
            "\u{200b}",
            &"x".repeat(256),
            &"é".repeat(128),
        ] {
            assert!(external_id(wrong).is_err(), "{wrong:?}");
        }
    }

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
