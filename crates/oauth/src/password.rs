//! What people's passwords may be, and which spellings are one password: RFC 8265 section 4.2,
//! OpaqueString.

use unicode_normalization::UnicodeNormalization;

use crate::naming;

/// The fewest characters a new password may have.
pub const SHORTEST: usize = 8;
/// The most bytes a password may have, in its one spelling.
pub const LONGEST: usize = 4_000;

/// Why nobody can have a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// It is guessed too easily.
    #[error("a password has at least {SHORTEST} characters")]
    Short,
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

/// The one spelling of a new password.
///
/// # Errors
/// [`PasswordError`] says what a password is.
pub fn new(text: &str) -> Result<String, PasswordError> {
    let spelled = spelled(text).ok_or(PasswordError::Long)?;
    if spelled.chars().any(char::is_control) {
        return Err(PasswordError::Control);
    }
    if spelled.chars().all(naming::is_blank) && !spelled.is_empty() {
        return Err(PasswordError::Blank);
    }
    match spelled.chars().nth(SHORTEST - 1) {
        Some(_) => Ok(spelled),
        None => Err(PasswordError::Short),
    }
}

/// Spaces outside ASCII (category Zs).
fn is_space(c: char) -> bool {
    matches!(
        c,
        '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}'
    )
}
