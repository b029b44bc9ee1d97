//! `METHOD path`, one call a line; empty lines and those that begin with `#` are passed over.

use super::run::{Answer, Record, RecordedBody};

pub(super) fn is_blank(line: &str) -> bool {
    line.is_empty() || line.starts_with('#')
}

/// Nothing where a line has not two words.
pub(super) fn read(line: &str, number: usize) -> Option<Record> {
    let mut words = line.split_whitespace();
    let (method, target) = (words.next()?, words.next()?);
    words.next().is_none().then(|| Record {
        line: number,
        method: method.to_ascii_uppercase(),
        target: target.to_owned(),
        host: None,
        body: RecordedBody::Unseen,
        answer: Answer::Unknown,
        is_preflight: false,
    })
}
