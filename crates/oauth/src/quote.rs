//! What was sent, repeated in errors.

use std::borrow::Cow;

/// So many bytes are repeated at most.
pub const MOST_BYTES: usize = 300;

/// A text, or its beginning.
#[must_use]
pub fn quote(text: &str) -> Cow<'_, str> {
    if text.len() <= MOST_BYTES {
        return Cow::Borrowed(text);
    }
    let end = text.floor_char_boundary(MOST_BYTES - '…'.len_utf8());
    let beginning = text.get(..end).unwrap_or_default();
    Cow::Owned(format!("{beginning}…"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_most_so_many_bytes_are_repeated() {
        for text in ["", "a b", &"x".repeat(MOST_BYTES)] {
            assert_eq!(quote(text), text);
        }
        for long in ["x".repeat(MOST_BYTES + 1), "é".repeat(9_000)] {
            let quoted = quote(&long);
            assert!(quoted.len() <= MOST_BYTES && quoted.ends_with('…'));
            assert!(long.starts_with(quoted.trim_end_matches('…')));
        }
    }
}
