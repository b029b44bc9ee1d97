//! A text that a regular expression accepts.

use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Class, Hir, HirKind};

/// The longest text that is made.
const LONGEST: usize = 500;

/// A text for a pattern; nothing where it looks around itself, as those of JavaScript may.
pub(crate) fn text(pattern: &str, seed: u64) -> Option<String> {
    written(&parsed(pattern)?, seed, 0)
}

/// A text for a pattern with at least so many characters, where something in it may be repeated.
pub(super) fn text_of(pattern: &str, seed: u64, least: usize) -> Option<String> {
    let length = |own: &str| own.chars().count();
    let hir = parsed(pattern)?;
    let short = written(&hir, seed, 0)?;
    let missing = least.saturating_sub(length(&short));
    if missing == 0 {
        return Some(short);
    }
    let once_more = written(&hir, seed, 1)?;
    let each = length(&once_more).saturating_sub(length(&short)).max(1);
    let long = written(&hir, seed, u32::try_from(missing.div_ceil(each)).ok()?);
    long.or(Some(short))
}

fn parsed(pattern: &str) -> Option<Hir> {
    ParserBuilder::new()
        .nest_limit(50)
        .build()
        .parse(pattern)
        .ok()
}

fn written(hir: &Hir, seed: u64, more: u32) -> Option<String> {
    let text = String::new();
    let mut written = Written { text, seed, more };
    written.add(hir).then_some(written.text)
}

struct Written {
    text: String,
    seed: u64,
    /// How often the first part that may be is repeated once more.
    more: u32,
}

impl Written {
    /// Adds a text for this part; is there one?
    fn add(&mut self, hir: &Hir) -> bool {
        if self.text.len() > LONGEST {
            return false;
        }
        match hir.kind() {
            HirKind::Empty | HirKind::Look(_) => true,
            HirKind::Literal(literal) => match std::str::from_utf8(&literal.0) {
                Ok(text) => {
                    self.text += text;
                    true
                }
                Err(_) => false,
            },
            HirKind::Class(class) => {
                let character = self.character(class);
                self.text.extend(character);
                character.is_some()
            }
            HirKind::Repetition(own) => {
                let most = own.max.unwrap_or(u32::MAX);
                let mut count = own.min.max(1).min(most);
                if most > count {
                    let more = std::mem::take(&mut self.more);
                    count = count.saturating_add(more).min(most);
                }
                (0..count).all(|_| self.add(&own.sub))
            }
            HirKind::Capture(own) => self.add(&own.sub),
            HirKind::Concat(parts) => parts.iter().all(|part| self.add(part)),
            HirKind::Alternation(parts) => parts.first().is_some_and(|part| self.add(part)),
        }
    }

    /// A letter or a digit where one is allowed.
    fn character(&mut self, class: &Class) -> Option<char> {
        let ranges: Vec<(char, char)> = match class {
            Class::Unicode(class) => class.iter().map(|own| (own.start(), own.end())).collect(),
            Class::Bytes(class) => {
                let ranges = class.iter();
                ranges
                    .map(|own| (char::from(own.start()), char::from(own.end())))
                    .collect()
            }
        };
        let allowed = |own: &char| {
            ranges
                .iter()
                .any(|(start, end)| (start..=end).contains(&own))
        };
        let usual: Vec<char> = ('a'..='z')
            .chain('0'..='9')
            .chain('A'..='Z')
            .filter(allowed)
            .collect();
        let place = self.seed ^ u64::try_from(self.text.len()).unwrap_or(0).wrapping_mul(7);
        let count = u64::try_from(usual.len()).ok().filter(|count| *count > 0);
        match count {
            Some(count) => usual.get(usize::try_from(place % count).ok()?).copied(),
            None => ('!'..='~')
                .chain(' '..=' ')
                .find(allowed)
                .or(ranges.first().map(|own| own.0)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_as_patterns_ask() {
        for (pattern, expected) in [
            ("^[0-9]{4}-[0-9]{2}$", "9999-99"),
            ("^(cus|con)_[a-z]+$", "aaa_a"),
            (r"^\d+(\.\d+)?$", "9.9"),
            ("^#[A-F]{6}$", "#AAAAAA"),
        ] {
            let made = text(pattern, 5).unwrap();
            let shape: String = made
                .chars()
                .map(|own| match own {
                    '0'..='9' => '9',
                    'a'..='z' => 'a',
                    'A'..='Z' => 'A',
                    other => other,
                })
                .collect();
            assert_eq!(shape, expected, "{pattern}");
        }
        assert_eq!(text_of("^(a+)+$", 1, 5).unwrap(), "aaaaa");
        assert_eq!(text_of("^x{2}(ab)+c?$", 1, 9).unwrap(), "xxabababc");
        assert_eq!(text_of("^a$", 1, 5).unwrap(), "a");
        assert_eq!(text("^(?!a)b$", 1), None);
        assert_eq!(text("^[a-z]{100000}$", 1), None);
    }
}
