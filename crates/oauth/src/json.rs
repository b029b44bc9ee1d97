//! Answers as JSON text.

use scope::Scope;
use serde::Serialize;

/// A JSON object being written.
///
/// A token is the longest part of its answer, and needs no escaping, which is most of what writing
/// JSON costs: a text is looked at as a whole first.
#[derive(Default)]
pub(crate) struct Object(Vec<u8>);

impl Object {
    /// A text.
    pub(crate) fn string(&mut self, name: &str, value: &str) {
        self.name(name);
        self.quoted(value);
    }

    /// A scope as it is sent. Its names hold nothing that would be escaped (RFC 6749 section 3.3).
    pub(crate) fn scope(&mut self, name: &str, scope: &Scope) {
        self.name(name);
        self.0.push(b'"');
        for (place, token) in scope.iter().enumerate() {
            if place > 0 {
                self.0.push(b' ');
            }
            self.0.extend_from_slice(token.as_bytes());
        }
        self.0.push(b'"');
    }

    /// Anything that has a form in JSON.
    pub(crate) fn value(&mut self, name: &str, value: &impl Serialize) {
        self.name(name);
        self.written(value);
    }

    fn name(&mut self, name: &str) {
        /// Most answers are smaller.
        const USUAL: usize = 512;
        if self.0.is_empty() {
            self.0.reserve(USUAL);
            self.0.push(b'{');
        } else {
            self.0.push(b',');
        }
        self.quoted(name);
        self.0.push(b':');
    }

    fn quoted(&mut self, text: &str) {
        let plain = |byte: u8| (byte >= 0x20) & (byte != b'"') & (byte != b'\\');
        if !text.bytes().fold(true, |all, byte| all & plain(byte)) {
            return self.written(&text);
        }
        self.0.push(b'"');
        self.0.extend_from_slice(text.as_bytes());
        self.0.push(b'"');
    }

    fn written(&mut self, value: &impl Serialize) {
        let start = self.0.len();
        if serde_json::to_writer(&mut self.0, value).is_err() {
            // Texts, numbers and maps by name can always be written.
            self.0.truncate(start);
            self.0.extend_from_slice(b"null");
        }
    }

    /// The whole.
    pub(crate) fn text(mut self) -> Vec<u8> {
        if self.0.is_empty() {
            self.0.push(b'{');
        }
        self.0.push(b'}');
        self.0
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn texts_come_back_as_they_were_written() {
        for text in [
            "",
            "plain",
            "a\"b",
            "a\\b",
            "a\u{1}b",
            "é",
            "\u{7f}",
            "</script>",
        ] {
            let mut object = Object::default();
            object.string("text", text);
            object.value("number", &7);
            object.string(text, text);
            object.scope("scope", &"a b:c".parse().unwrap());
            let read: Value = serde_json::from_slice(&object.text()).unwrap();
            assert_eq!(read["text"], text);
            assert_eq!(read["number"], 7);
            assert_eq!(read["scope"], "a b:c");
            assert_eq!(read[text], text);
        }
        assert_eq!(Object::default().text(), b"{}");
    }
}
