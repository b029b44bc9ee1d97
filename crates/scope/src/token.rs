//! Scope tokens and ordered scopes (RFC 6749 section 3.3).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// One scope token: 1 to 256 bytes of `%x21 / %x23-5B / %x5D-7E` (RFC 6749 section 3.3).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ScopeToken(String);

impl ScopeToken {
    /// The longest accepted token, in bytes.
    pub const MAX_BYTES: usize = 256;

    /// Checks one token.
    ///
    /// # Errors
    /// Says which byte is not allowed, or that the token is empty or too long.
    pub fn parse(text: &str) -> Result<Self, ScopeSyntaxError> {
        check_token(text, 0)?;
        Ok(Self(text.to_owned()))
    }

    /// The token as it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ScopeToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for ScopeToken {
    type Err = ScopeSyntaxError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl AsRef<str> for ScopeToken {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl Serialize for ScopeToken {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for ScopeToken {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

/// Scope tokens in the order they were given, each once. Printed with one space between them.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Scope(Vec<ScopeToken>);

impl Scope {
    /// The longest accepted scope string, in bytes.
    pub const MAX_BYTES: usize = 65_536;
    /// The most tokens accepted in one scope string, counted before duplicates collapse.
    pub const MAX_TOKENS: usize = 1_000;

    /// Reads a space-separated scope string. The empty string is the empty scope; several
    /// spaces between tokens, and spaces around them, are tolerated.
    ///
    /// # Errors
    /// Says which byte at which place is not allowed, or which bound is exceeded.
    pub fn parse(text: &str) -> Result<Self, ScopeSyntaxError> {
        if text.len() > Self::MAX_BYTES {
            return Err(ScopeSyntaxError::TooLong { bytes: text.len() });
        }
        let mut seen = rustc_hash::FxHashSet::default();
        let mut tokens: Vec<ScopeToken> = Vec::new();
        // In a short text, looking through the tokens beats a set of them.
        let is_short = text.len() <= 512;
        let mut position = 0;
        let mut given = 0;
        for part in text.split(' ') {
            if !part.is_empty() {
                given += 1;
                if given > Self::MAX_TOKENS {
                    return Err(ScopeSyntaxError::TooManyTokens);
                }
                check_token(part, position)?;
                let is_new = if is_short {
                    !tokens.iter().any(|own| own.0 == part)
                } else {
                    seen.insert(part)
                };
                if is_new {
                    tokens.push(ScopeToken(part.to_owned()));
                }
            }
            position += part.len() + 1;
        }
        Ok(Self(tokens))
    }

    /// From tokens that are known to differ.
    pub(crate) fn of_distinct(tokens: impl Iterator<Item = ScopeToken>) -> Self {
        Self(tokens.collect())
    }

    pub(crate) const EMPTY: Self = Self(Vec::new());

    /// The scope without tokens.
    pub fn empty() -> Self {
        Self::default()
    }

    /// The tokens in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(ScopeToken::as_str)
    }

    /// The tokens in order, as checked tokens.
    pub fn tokens(&self) -> &[ScopeToken] {
        &self.0
    }

    /// Is this exact token in it?
    pub fn contains(&self, token: &str) -> bool {
        self.0.iter().any(|own| own.0 == token)
    }

    /// Has it no token?
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many tokens it has.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Adds a token at the end, unless it is there already.
    pub fn push(&mut self, token: ScopeToken) {
        if !self.contains(token.as_str()) {
            self.0.push(token);
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, token) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str(" ")?;
            }
            f.write_str(token.as_str())?;
        }
        Ok(())
    }
}

impl FromStr for Scope {
    type Err = ScopeSyntaxError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl FromIterator<ScopeToken> for Scope {
    fn from_iter<I: IntoIterator<Item = ScopeToken>>(tokens: I) -> Self {
        let mut seen = rustc_hash::FxHashSet::default();
        let mut kept = Vec::new();
        for token in tokens {
            if seen.insert(token.clone()) {
                kept.push(token);
            }
        }
        Self(kept)
    }
}

impl Serialize for Scope {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Scope {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

/// Why a text is not a scope (RFC 6749 section 3.3).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ScopeSyntaxError {
    /// A token without a byte.
    EmptyToken,
    /// A token over [`ScopeToken::MAX_BYTES`].
    TokenTooLong {
        /// Where it starts, in bytes from 0.
        position: usize,
        /// How long it is.
        bytes: usize,
    },
    /// A byte outside `%x21 / %x23-5B / %x5D-7E`.
    ForbiddenByte {
        /// Where it is, in bytes from 0.
        position: usize,
        /// Which one.
        byte: u8,
    },
    /// Over [`Scope::MAX_BYTES`].
    TooLong {
        /// How long it is.
        bytes: usize,
    },
    /// Over [`Scope::MAX_TOKENS`].
    TooManyTokens,
}

impl fmt::Display for ScopeSyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EmptyToken => f.write_str("a scope token has at least one character"),
            Self::TokenTooLong { position, bytes } => write!(
                f,
                "the scope token at byte {position} has {bytes} bytes, the most is {}",
                ScopeToken::MAX_BYTES
            ),
            // In figures: `error_description` can hold neither `"` nor `\` (RFC 6749 section 5.2).
            Self::ForbiddenByte { position, byte } => write!(
                f,
                "the byte 0x{byte:02X} at byte {position} is not allowed in a scope; \
                 tokens are printable ASCII without quotes and backslashes, separated by spaces"
            ),
            Self::TooLong { bytes } => write!(
                f,
                "the scope has {bytes} bytes, the most is {}",
                Scope::MAX_BYTES
            ),
            Self::TooManyTokens => {
                write!(f, "the scope has more than {} tokens", Scope::MAX_TOKENS)
            }
        }
    }
}

impl std::error::Error for ScopeSyntaxError {}

fn check_token(token: &str, position: usize) -> Result<(), ScopeSyntaxError> {
    if token.is_empty() {
        return Err(ScopeSyntaxError::EmptyToken);
    }
    let forbidden = token
        .bytes()
        .position(|byte| !matches!(byte, 0x21 | 0x23..=0x5B | 0x5D..=0x7E));
    if let Some(offset) = forbidden {
        let byte = token.as_bytes().get(offset).copied().unwrap_or_default();
        return Err(ScopeSyntaxError::ForbiddenByte {
            position: position + offset,
            byte,
        });
    }
    if token.len() > ScopeToken::MAX_BYTES {
        return Err(ScopeSyntaxError::TokenTooLong {
            position,
            bytes: token.len(),
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spaces_around_and_between_tokens_are_tolerated() {
        let scope = Scope::parse("  a:read   b  a:read ").unwrap();
        assert_eq!(scope.to_string(), "a:read b");
        assert_eq!(Scope::parse("").unwrap(), Scope::empty());
        assert_eq!(Scope::parse("   ").unwrap(), Scope::empty());
    }

    #[test]
    fn the_error_says_which_byte_and_where() {
        let byte = |text| Scope::parse(text).unwrap_err();
        assert_eq!(
            byte("ab c\"d"),
            ScopeSyntaxError::ForbiddenByte {
                position: 4,
                byte: b'"'
            }
        );
        assert_eq!(
            byte("a\\"),
            ScopeSyntaxError::ForbiddenByte {
                position: 1,
                byte: b'\\'
            }
        );
        assert_eq!(
            byte("a\tb"),
            ScopeSyntaxError::ForbiddenByte {
                position: 1,
                byte: b'\t'
            }
        );
        assert_eq!(
            byte("é"),
            ScopeSyntaxError::ForbiddenByte {
                position: 0,
                byte: 0xC3
            }
        );
        assert_eq!(
            byte("a\\").to_string(),
            "the byte 0x5C at byte 1 is not allowed in a scope; tokens are printable ASCII without quotes and backslashes, separated by spaces"
        );
    }

    #[test]
    fn bounds_are_inclusive() {
        let longest = "x".repeat(ScopeToken::MAX_BYTES);
        assert!(ScopeToken::parse(&longest).is_ok());
        assert!(ScopeToken::parse(&format!("{longest}x")).is_err());
        let many = vec!["a"; Scope::MAX_TOKENS].join(" ");
        assert!(Scope::parse(&many).is_ok());
        assert_eq!(
            Scope::parse(&format!("{many} a")),
            Err(ScopeSyntaxError::TooManyTokens)
        );
        assert!(Scope::parse(&" ".repeat(Scope::MAX_BYTES)).is_ok());
        assert!(Scope::parse(&" ".repeat(Scope::MAX_BYTES + 1)).is_err());
    }
}
