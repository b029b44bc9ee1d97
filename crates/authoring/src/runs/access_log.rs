//! Access logs of web servers: the common log format, and the combined one, which has more
//! behind it (Apache `mod_log_config`, nginx `log_format combined`).

use super::run::{Answer, Record, RecordedBody};

/// What a line says.
pub(super) enum Logged {
    Call(Record),
    /// Something came that is no request by HTTP.
    NoCall,
}

/// `host ident user [time] "METHOD target HTTP/1.1" status …`; nothing where a line has not this
/// form.
pub(super) fn read(number: usize, line: &str) -> Option<Logged> {
    let (before, behind) = line.split_once("] \"")?;
    if !before.contains(" [") {
        return None;
    }
    let (request, rest) = quoted(behind)?;
    let status = rest.strip_prefix(' ')?.split(' ').next()?;
    let answer = match status {
        "-" => Answer::None,
        // nginx writes 000 where it sent no answer.
        "000" => Answer::None,
        _ if status.len() == 3 => Answer::Status(status.parse().ok()?),
        _ => return None,
    };
    Some(match request_line(&request) {
        Some((method, target)) => Logged::Call(Record {
            line: number,
            method: method.to_owned(),
            target: target.to_owned(),
            host: None,
            body: RecordedBody::Unseen,
            answer,
            is_preflight: false,
        }),
        None => Logged::NoCall,
    })
}

/// Method and target of a request line (RFC 9112 section 3).
pub(super) fn request_line(line: &str) -> Option<(&str, &str)> {
    let mut words = line.split(' ');
    let (method, target) = (words.next()?, words.next()?);
    let is_version = |word: &str| word.starts_with("HTTP/");
    let is_whole = words.next().is_none_or(is_version) && words.next().is_none();
    let is_method = !method.is_empty() && method.bytes().all(|byte| byte.is_ascii_uppercase());
    (is_whole && is_method).then_some((method, target))
}

/// The text up to the closing quotation mark, without escapes (`\"`, `\x22`), and what is behind.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut bytes = Vec::new();
    let mut rest = text;
    loop {
        let at = rest.find(['"', '\\'])?;
        let (plain, mark) = rest.split_at_checked(at)?;
        bytes.extend_from_slice(plain.as_bytes());
        if let Some(behind) = mark.strip_prefix('"') {
            // What is no text is no request either.
            let text = String::from_utf8(bytes).unwrap_or_default();
            return Some((text, behind));
        }
        let escape = mark.strip_prefix('\\')?;
        let hex = escape.strip_prefix('x').and_then(|hex| hex.get(..2));
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = escape.get(3..)?;
            }
            None => {
                let character = escape.chars().next()?;
                let mut buffer = [0; 4];
                bytes.extend_from_slice(character.encode_utf8(&mut buffer).as_bytes());
                rest = escape.get(character.len_utf8()..)?;
            }
        }
    }
}
