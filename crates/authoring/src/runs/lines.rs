//! `METHOD path`, one call a line; empty lines and those that begin with `#` are passed over.

use super::run::{Answer, Record, RecordedBody};

pub(super) fn is_blank(line: &str) -> bool {
    line.is_empty() || line.starts_with('#')
}

/// Reads a line that is not blank.
pub(super) fn read(number: usize, line: &str) -> Result<Record, String> {
    let mut words = line.split_whitespace();
    match (words.next(), words.next(), words.next()) {
        (Some(method), Some(target), None) if target.starts_with('/') || target.contains("://") => {
            Ok(Record {
                line: number,
                method: method.to_ascii_uppercase(),
                target: target.to_owned(),
                host: None,
                body: RecordedBody::Unseen,
                answer: Answer::Unknown,
                is_preflight: false,
            })
        }
        _ => Err(format!(
            "{:?} is not \"METHOD path\", as in GET /2.0/contact",
            super::read::beginning(line)
        )),
    }
}
