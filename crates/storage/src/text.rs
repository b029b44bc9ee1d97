//! The text forms of values in the database.

use serde::Serialize;

use crate::error::StoreError;

/// Lower-case hexadecimal.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 0xf]);
    digits
        .filter_map(|digit| char::from_digit(digit.into(), 16))
        .collect()
}

/// A list or map as JSON.
pub(crate) fn json<T: Serialize>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(unwritable)
}

/// A word of a closed list, as serde spells it.
pub(crate) fn word<T: Serialize>(value: &T) -> Result<String, StoreError> {
    match serde_json::to_value(value).map_err(unwritable)? {
        serde_json::Value::String(word) => Ok(word),
        other => Err(StoreError::Refused(format!("{other} is not one word"))),
    }
}

/// How releases up to 22 November 2026 folded usernames. Until an upgrade is finished they stand
/// so in the database, and afterwards those that are no longer unique.
pub(crate) fn folded_before(username: &str) -> String {
    username.to_lowercase()
}

#[expect(clippy::needless_pass_by_value, reason = "the shape map_err wants")]
fn unwritable(error: serde_json::Error) -> StoreError {
    StoreError::Refused(format!("a record cannot be written as JSON: {error}"))
}

/// 32 bytes from 64 hexadecimal digits.
pub(crate) fn bytes32(text: &str) -> Option<[u8; 32]> {
    let digits = text.as_bytes();
    if digits.len() != 64 {
        return None;
    }
    let mut bytes = [0; 32];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        let pair = std::str::from_utf8(pair).ok()?;
        *byte = u8::from_str_radix(pair, 16).ok()?;
    }
    Some(bytes)
}
