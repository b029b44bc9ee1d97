//! What people and organisations may be called.

/// Why a name cannot be given, and what to write instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NamingError {
    /// A username with spaces, or nothing.
    #[error("a username is one word, without spaces")]
    Username,
    /// A short name that is none in URLs.
    #[error("{0:?} cannot be a short name; use lower-case letters, digits and hyphens")]
    Slug(String),
}

/// Can a person sign in by this name?
///
/// # Errors
/// Says what a username is.
pub fn username(text: &str) -> Result<(), NamingError> {
    if text.is_empty() || text.chars().any(char::is_whitespace) {
        return Err(NamingError::Username);
    }
    Ok(())
}

/// Can an organisation have this short name?
///
/// # Errors
/// Says what a short name is made of.
pub fn slug(text: &str) -> Result<(), NamingError> {
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if text.is_empty() || !text.chars().all(is_plain) {
        return Err(NamingError::Slug(text.to_owned()));
    }
    Ok(())
}
