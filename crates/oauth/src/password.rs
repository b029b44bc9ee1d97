//! What people's passwords may be, and which spellings are one password: RFC 8265 section 4.2,
//! OpaqueString. A new one is long enough, and not one of those that are tried first (NIST SP 800-63B
//! section 3.1.1.2); which letters it is made of is nobody's business.

mod expected;

use unicode_normalization::UnicodeNormalization;

use crate::naming;

/// The fewest characters a new password may have.
pub const SHORTEST: usize = 12;
/// The most bytes a password may have, in its one spelling.
pub const LONGEST: usize = 4_000;

/// Why nobody can have a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// It is guessed too easily.
    #[error(
        "a password has at least {SHORTEST} characters; several words that do not belong together are good"
    )]
    Short,
    /// It is guessed too easily, as long as it is.
    #[error(
        "this password is tried first: it is hardly more than common words, one's own name or address, the \
         realm's name, years, or rows as 1234; take several words that do not belong together, or let a \
         password manager make one"
    )]
    Expected,
    /// It could not be used to sign in.
    #[error("a password has at most {LONGEST} bytes")]
    Long,
    /// Nobody sees that there is one.
    #[error("a password is more than blanks")]
    Blank,
    /// It could not be typed.
    #[error("a password is one line, without control characters")]
    Control,
}

/// The one spelling of a password that somebody gives: letters in one piece (NFC), and a space is a
/// space. `None` for one that is longer than any can be.
#[must_use]
pub fn spelled(text: &str) -> Option<String> {
    let plain = text.chars().map(|c| if is_space(c) { ' ' } else { c });
    let spelled: String = plain.nfc().collect();
    (spelled.len() <= LONGEST).then_some(spelled)
}

/// What whoever guesses a person's password knows of them, and tries first: names, addresses, where
/// it is for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OwnWords(Vec<String>);

impl OwnWords {
    /// Those in texts: each word of at least three characters.
    #[must_use]
    pub fn of<'t>(texts: impl IntoIterator<Item = &'t str>) -> Self {
        let words = texts.into_iter().flat_map(expected::words_in);
        Self(words.collect())
    }
}

/// The one spelling of a new password, which is to be hard to guess also for whoever knows `own`.
///
/// # Errors
/// [`PasswordError`] says what a password is.
pub fn new(text: &str, own: &OwnWords) -> Result<String, PasswordError> {
    let typed = typed(text)?;
    if typed.chars().nth(SHORTEST - 1).is_none() {
        return Err(PasswordError::Short);
    }
    match expected::is_expected(&typed, &own.0) {
        true => Err(PasswordError::Expected),
        false => Ok(typed),
    }
}

/// The one spelling of a password that can be typed, however easily it is guessed: for those that
/// protect nothing, and are shown.
///
/// # Errors
/// [`PasswordError`], but for [`PasswordError::Expected`].
pub fn typed(text: &str) -> Result<String, PasswordError> {
    let spelled = spelled(text).ok_or(PasswordError::Long)?;
    if spelled.is_empty() {
        return Err(PasswordError::Short);
    }
    if spelled.chars().any(char::is_control) {
        return Err(PasswordError::Control);
    }
    match spelled.chars().all(naming::is_blank) {
        true => Err(PasswordError::Blank),
        false => Ok(spelled),
    }
}

/// Spaces outside ASCII (category Zs).
fn is_space(c: char) -> bool {
    matches!(
        c,
        '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}'
    )
}
