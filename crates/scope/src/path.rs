//! Which request paths can be compared with a catalog at all.
//!
//! A path that an API might read differently from this crate is refused before any lookup,
//! so that no encoding trick reaches another rule than the one decided on.

/// Why a path could be read in several ways; `None` when it cannot.
#[must_use]
pub fn ambiguity(path: &str) -> Option<&'static str> {
    if is_plain(path.as_bytes()) {
        return None;
    }
    if !path.starts_with('/') {
        return Some("the path does not begin with a slash");
    }
    let bytes = path.as_bytes();
    let mut segment = 0;
    let mut index = 1;
    while let Some(&byte) = bytes.get(index) {
        match CLASS.get(usize::from(byte)) {
            Some(Class::Plain) => {}
            Some(Class::Slash) => {
                if let Some(why) = dubious_segment(bytes, segment, index) {
                    return Some(why);
                }
                segment = index;
            }
            Some(Class::Percent) => match dubious_encoding(bytes, index) {
                Ok(taken) => index += taken - 1,
                Err(why) => return Some(why),
            },
            Some(Class::Semicolon) => return Some("the path contains a semicolon"),
            Some(Class::Backslash) => return Some("the path contains a backslash"),
            Some(Class::Delimiter) => {
                return Some("the path contains a question mark or a number sign");
            }
            Some(Class::Control) => return Some("the path contains a control character"),
            _ => return Some("the path contains a byte outside ASCII"),
        }
        index += 1;
    }
    dubious_segment(bytes, segment, bytes.len())
}

/// Is it clear at first sight? Most paths are. So many bytes at a time are looked at without a
/// branch, and the last ones once more with what is before them. What this calls dubious is read
/// closely.
fn is_plain(path: &[u8]) -> bool {
    let [b'/', rest @ ..] = path else {
        return false;
    };
    let last = path.len().checked_sub(AT_ONCE + 1);
    let last = last.and_then(|at| path.get(at..)?.first_chunk());
    let (Some(befores), Some(bytes)) = (last, rest.last_chunk()) else {
        let mut pairs = path.iter().zip(rest);
        return !pairs.any(|(before, byte)| dubious(*before, *byte) != 0);
    };
    let mut found = [0; AT_ONCE];
    note_dubious(befores, bytes, &mut found);
    let befores = path.as_chunks().0;
    for (befores, bytes) in befores.iter().zip(rest.as_chunks().0) {
        note_dubious(befores, bytes, &mut found);
    }
    found == [0; AT_ONCE]
}

/// As many as a vector of every processor holds.
const AT_ONCE: usize = 16;

#[inline]
fn note_dubious(befores: &[u8; AT_ONCE], bytes: &[u8; AT_ONCE], found: &mut [u8; AT_ONCE]) {
    for ((before, byte), found) in befores.iter().zip(bytes).zip(found) {
        *found |= dubious(*before, *byte);
    }
}

/// Other than 0 for a byte that no path has plainly, and for one that begins a segment that is none.
#[inline]
fn dubious(before: u8, byte: u8) -> u8 {
    let encoding = (byte == b'%') | (byte == b';') | (byte == b'\\');
    let delimiter = (byte == b'?') | (byte == b'#');
    let outside = !(0x20..=0x7E).contains(&byte);
    let segment = (before == b'/') & ((byte == b'/') | (byte == b'.'));
    u8::from(encoding | delimiter | outside | segment)
}

/// `start` is the slash before the segment, `end` the index after it.
fn dubious_segment(bytes: &[u8], start: usize, end: usize) -> Option<&'static str> {
    if end - start > 3 {
        return None;
    }
    match bytes.get(start + 1..end) {
        // Only rules that end with a slash, too, are reached by it.
        Some([]) if end == bytes.len() => None,
        Some([]) => Some("the path contains an empty segment"),
        Some([b'.'] | [b'.', b'.']) => Some("the path contains a . or .. segment"),
        _ => None,
    }
}

/// How many bytes of the path encode the character that begins here, or why nobody can say which
/// one it is.
fn dubious_encoding(bytes: &[u8], start: usize) -> Result<usize, &'static str> {
    let byte = encoded(bytes, start).ok_or("the path contains an incomplete percent-encoding")?;
    if byte < 0x80 {
        return dubious_character(byte).map_or(Ok(3), Err);
    }
    // Old readers see a slash or a dot in overlong forms, and each its own thing in broken ones.
    let length = match byte {
        0xC2..=0xDF => 2,
        0xE0..=0xEF => 3,
        0xF0..=0xF4 => 4,
        _ => 0,
    };
    let mut character = [byte, 0, 0, 0];
    for (place, own) in character.iter_mut().enumerate().take(length).skip(1) {
        *own = encoded(bytes, start + 3 * place).unwrap_or_default();
    }
    let whole = character.get(..length).filter(|own| !own.is_empty());
    match whole.map(std::str::from_utf8) {
        Some(Ok(_)) => Ok(3 * length),
        _ => Err("the path percent-encodes bytes that are not UTF-8"),
    }
}

/// The byte that is percent-encoded here.
fn encoded(bytes: &[u8], at: usize) -> Option<u8> {
    let digit = |at: usize| char::from(*bytes.get(at)?).to_digit(16);
    let [b'%', ..] = bytes.get(at..)? else {
        return None;
    };
    u8::try_from(digit(at + 1)? * 16 + digit(at + 2)?).ok()
}

fn dubious_character(byte: u8) -> Option<&'static str> {
    match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
            Some("the path percent-encodes a character that needs no encoding")
        }
        b'/' | b'\\' => Some("the path contains a percent-encoded slash or backslash"),
        b'%' => Some("the path contains a percent-encoded percent sign"),
        b';' => Some("the path contains a semicolon"),
        0..=0x1F | 0x7F => Some("the path contains a percent-encoded control character"),
        _ => None,
    }
}

#[derive(Clone, Copy)]
enum Class {
    Plain,
    Slash,
    Percent,
    Semicolon,
    Backslash,
    Delimiter,
    Control,
    NotAscii,
}

const CLASS: [Class; 256] = classes();

#[expect(
    clippy::indexing_slicing,
    reason = "evaluated at compile time, bounded by the loop"
)]
const fn classes() -> [Class; 256] {
    let mut classes = [Class::Plain; 256];
    let mut byte = 0;
    while byte < 256 {
        classes[byte] = match byte {
            0..=0x1F | 0x7F => Class::Control,
            0x2F => Class::Slash,
            0x25 => Class::Percent,
            0x3B => Class::Semicolon,
            0x5C => Class::Backslash,
            0x3F | 0x23 => Class::Delimiter,
            0x80.. => Class::NotAscii,
            _ => Class::Plain,
        };
        byte += 1;
    }
    classes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_paths_are_clear() {
        for path in [
            "/a",
            "/2.0/contact/1",
            "/a/..b",
            "/a/...",
            "/a/b%20c",
            "/a/%C3%A9",
            "/a/%e2%82%ac/%F0%9F%8D%8E%20",
            "/a/(x)'!@:",
            "/",
            "/a/",
        ] {
            assert_eq!(ambiguity(path), None, "{path}");
        }
    }

    #[test]
    fn every_documented_form_is_ambiguous() {
        let hostile = [
            "",
            "*",
            "a",
            "//",
            "/a//",
            "/a//b",
            "/./a",
            "/a/.",
            "/a/..",
            "/../a",
            "/a/./b",
            "/a\\b",
            "/a\u{1}",
            "/a\u{7f}",
            "/é",
            "/a%",
            "/a%2",
            "/a%zz",
            "/%61",
            "/a%2Fb",
            "/a%2fb",
            "/a%5c",
            "/a%25",
            "/a%00",
            "/a%7F",
            "/a;b",
            "/a%3B",
            "/a%3b",
            "/a%2e%2e",
            "/a?b",
            "/a#b",
            "/a%u002f",
            "/%C0%AF",
            "/a%FF",
            "/%C3",
            "/%C3a",
            "/%C3/%A9",
            "/%E0%80%80",
            "/%ED%A0%80",
            "/%F4%90%80%80",
            "/%A9",
            "/%C3%A9%A9",
        ];
        for path in hostile {
            assert!(ambiguity(path).is_some(), "{path}");
        }
    }

    #[test]
    fn no_byte_is_plain_at_first_sight_and_dubious_when_read_closely() {
        for byte in 0..=u8::MAX {
            let class = CLASS[usize::from(byte)];
            if matches!(class, Class::Plain | Class::Slash) {
                continue;
            }
            for path in with_each_place_of_each_length(&[byte]) {
                assert!(!is_plain(&path), "{path:?}");
            }
        }
    }

    #[test]
    fn a_segment_that_is_none_is_seen_wherever_it_begins() {
        for segment in ["//", "/.", "/./", "/..", "/../"] {
            for path in with_each_place_of_each_length(segment.as_bytes()) {
                assert!(!is_plain(&path), "{path:?}");
            }
        }
        for path in with_each_place_of_each_length(b"/") {
            let ends = matches!(path[..], [b'/', b'/', ..]);
            assert_eq!(is_plain(&path), !ends, "{path:?}");
        }
    }

    /// Paths of up to 40 bytes, with these at every place behind the first slash.
    fn with_each_place_of_each_length(bytes: &[u8]) -> impl Iterator<Item = Vec<u8>> {
        let lengths = 1 + bytes.len()..=40;
        lengths.flat_map(move |length| {
            (1..=length - bytes.len()).map(move |place| {
                let mut path = vec![b'a'; length];
                path[0] = b'/';
                path[place..place + bytes.len()].copy_from_slice(bytes);
                path
            })
        })
    }
}
