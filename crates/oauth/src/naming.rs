//! What people, organisations, roles and apps may be called.

/// The most characters of a name that people read.
const LONGEST_NAME: usize = 200;
/// The most characters of what people sign in with.
const LONGEST_USERNAME: usize = 200;
/// The most characters of a short name, and of a role's.
const LONGEST_SHORT_NAME: usize = 100;

/// Why a name cannot be given, and what to write instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NamingError {
    /// A username with spaces, or nothing, or too long.
    #[error("a username is one word of at most {LONGEST_USERNAME} characters, without spaces")]
    Username,
    /// A short name that is none in URLs.
    #[error(
        "{} cannot be a short name; use lower-case letters, digits and hyphens, at most \
         {LONGEST_SHORT_NAME}", shown(.0)
    )]
    Slug(String),
    /// A name that nobody could read.
    #[error(
        "{} cannot be a name; write one line of at most {LONGEST_NAME} characters that can be \
         seen", shown(.0)
    )]
    Name(String),
    /// A role that could not be named in one word of a command or record.
    #[error(
        "{} cannot be a role; write one line of at most {LONGEST_SHORT_NAME} characters that can \
         be seen, without `/`", shown(.0)
    )]
    Role(String),
}

/// So much of it as an error may quote.
pub(crate) fn shown(text: &str) -> String {
    let start: String = text.chars().take(60).collect();
    let more = if start.len() < text.len() { "…" } else { "" };
    format!("{start:?}{more}")
}

/// Can a person sign in by this name?
///
/// # Errors
/// Says what a username is.
pub fn username(text: &str) -> Result<(), NamingError> {
    if is_line(text, LONGEST_USERNAME) && !text.chars().any(char::is_whitespace) {
        return Ok(());
    }
    Err(NamingError::Username)
}

/// Can an organisation have this short name?
///
/// # Errors
/// Says what a short name is made of.
pub fn slug(text: &str) -> Result<(), NamingError> {
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if is_line(text, LONGEST_SHORT_NAME) && text.chars().all(is_plain) {
        return Ok(());
    }
    Err(NamingError::Slug(text.to_owned()))
}

/// Can a person, an organisation, an app or its maker be called so?
///
/// # Errors
/// Says what a name is.
pub fn name(text: &str) -> Result<(), NamingError> {
    if is_line(text, LONGEST_NAME) {
        return Ok(());
    }
    Err(NamingError::Name(text.to_owned()))
}

/// Can a role be called so?
///
/// # Errors
/// Says what a role's name is.
pub fn role(text: &str) -> Result<(), NamingError> {
    if is_line(text, LONGEST_SHORT_NAME) && !text.contains('/') {
        return Ok(());
    }
    Err(NamingError::Role(text.to_owned()))
}

/// Something to see, on one line, that does not change how what stands around it is read.
fn is_line(text: &str, longest: usize) -> bool {
    text.chars().nth(longest).is_none()
        && !text.trim().is_empty()
        && !text.chars().any(|c| c.is_control() || is_hidden(c))
}

/// Marks without a shape of their own: spaces of no width, and those that turn the direction of
/// writing around. The joiners U+200C and U+200D are letters to some languages.
fn is_hidden(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}
