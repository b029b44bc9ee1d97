//! Text of rules that a request could hide by encoding it.

/// Bytes of literal text that a request could percent-encode: those that need not be.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Marks(u128);

impl Marks {
    pub(crate) fn of(text: &str) -> Self {
        let mut marks = Self::default();
        marks.add(text);
        marks
    }

    pub(crate) fn add(&mut self, text: &str) {
        let reserved = |byte: &u8| !(byte.is_ascii_alphanumeric() || b"-._~".contains(byte));
        for byte in text.bytes().filter(|byte| byte.is_ascii()).filter(reserved) {
            self.0 |= 1 << byte;
        }
    }

    pub(crate) fn are_encoded_in(self, text: &str) -> bool {
        if self.0 == 0 {
            return false;
        }
        let digit = |byte: Option<&u8>| byte.and_then(|byte| char::from(*byte).to_digit(16));
        let bytes = text.as_bytes();
        let encodings = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'%');
        let mut encoded = encodings.filter_map(|(at, _)| {
            let (high, low) = (digit(bytes.get(at + 1))?, digit(bytes.get(at + 2))?);
            Some(high * 16 + low)
        });
        encoded.any(|byte| byte < 128 && self.0 >> byte & 1 == 1)
    }
}
