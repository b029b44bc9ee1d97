//! From a file's bytes to its value.

use std::rc::Rc;

use super::node::Node;
use super::yaml::Wrong;
use super::{json, yaml};

/// The largest file that is read, in bytes.
pub(crate) const MOST_BYTES: usize = 64 << 20;

/// Reads JSON or YAML, whichever it is. The message says what is wrong, without the file's name.
pub(super) fn read(bytes: &[u8]) -> Result<Rc<Node>, String> {
    read_text(&text(bytes)?).map(|(node, _)| node)
}

/// What a text is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Json,
    Yaml,
}

/// Reads a text, and tells what it is written in.
pub(crate) fn read_text(text: &str) -> Result<(Rc<Node>, Format), String> {
    let begins = text.trim_start();
    if begins.is_empty() {
        return Err("it is empty".to_owned());
    }
    let in_yaml = |no_json: Option<String>| match yaml::read(text) {
        Ok(node) => Ok((node, Format::Yaml)),
        Err(Wrong::Several(why)) => Err(why),
        Err(Wrong::NoYaml(why)) => Err(match no_json {
            Some(why) => format!("it is no JSON: {why}"),
            None => format!("it is no YAML: {why}"),
        }),
    };
    if !begins.starts_with(['{', '[']) {
        return in_yaml(None);
    }
    // What begins like JSON may be YAML with a comment or a comma too many.
    match json::read(text) {
        Ok(node) => Ok((node, Format::Json)),
        Err(why) => in_yaml(Some(why)),
    }
}

/// UTF-8, or UTF-16 that says so by its first two bytes.
pub(crate) fn text(bytes: &[u8]) -> Result<String, String> {
    if bytes.len() > MOST_BYTES {
        return Err(format!("it is larger than {} MiB", MOST_BYTES >> 20));
    }
    let wide = |rest: &[u8], read: fn([u8; 2]) -> u16| {
        let (pairs, odd) = rest.as_chunks::<2>();
        let units: Vec<u16> = pairs.iter().map(|pair| read(*pair)).collect();
        let text = String::from_utf16(&units).ok().filter(|_| odd.is_empty());
        text.ok_or_else(|| "it says it is UTF-16, and is not; save it as UTF-8".to_owned())
    };
    match bytes {
        [0xFF, 0xFE, rest @ ..] => wide(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => wide(rest, u16::from_be_bytes),
        _ => {
            let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
            let text = std::str::from_utf8(bytes).map_err(|error| {
                let line = bytes.get(..error.valid_up_to()).unwrap_or_default();
                let line = line.iter().filter(|byte| **byte == b'\n').count() + 1;
                format!("it is not UTF-8: line {line} has a byte that no text can have; save it as UTF-8")
            })?;
            Ok(text.to_owned())
        }
    }
}
