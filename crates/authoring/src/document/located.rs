//! Where the values of a text stand, so that a few can be changed and all others stay as they are
//! written, comments too.

use granit_parser::{Event, Parser, Span, StructureStyle};

use super::yaml;

/// One value.
#[derive(Debug)]
pub(super) struct Located {
    /// In bytes; what stands between quotes or brackets with these.
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) shape: Shape,
}

#[derive(Debug)]
pub(super) enum Shape {
    /// A scalar, a list, or another name of something.
    Other,
    List(Vec<Located>),
    Map(Members),
}

/// The members of an object.
#[derive(Debug)]
pub(super) struct Members {
    pub(super) list: Vec<Member>,
    /// In braces, as in JSON?
    pub(super) is_flow: bool,
}

#[derive(Debug)]
pub(super) struct Member {
    pub(super) key: String,
    /// Where the key begins.
    pub(super) start: usize,
    pub(super) value: Located,
}

impl Located {
    pub(super) fn members(&self) -> Option<&Members> {
        match &self.shape {
            Shape::Map(members) => Some(members),
            _ => None,
        }
    }

    /// What stands below these keys.
    pub(super) fn find(&self, keys: &[String]) -> Option<&Self> {
        let mut at = self;
        for key in keys {
            at = match &at.shape {
                Shape::Map(members) => &members.find(key)?.value,
                Shape::List(list) => list.get(key.parse::<usize>().ok()?)?,
                Shape::Other => return None,
            };
        }
        Some(at)
    }
}

impl Members {
    /// Of two that are alike, the last counts.
    pub(super) fn find(&self, key: &str) -> Option<&Member> {
        self.list.iter().rev().find(|own| own.key == key)
    }
}

/// The line, from 1, of what these keys lead to; of what is nearest above it, where that is not there.
pub(crate) fn line(text: &str, keys: &[String]) -> Option<usize> {
    let whole = match text.trim_start().starts_with(['{', '[']) {
        true => in_json(text).or_else(|| in_yaml(text)),
        false => in_yaml(text),
    }?;
    let mut at = &whole;
    let mut start = whole.start;
    for key in keys {
        (at, start) = match &at.shape {
            Shape::Map(members) => match members.find(key) {
                Some(member) => (&member.value, member.start),
                None => break,
            },
            Shape::List(list) => match key.parse::<usize>().ok().and_then(|own| list.get(own)) {
                Some(value) => (value, value.start),
                None => break,
            },
            Shape::Other => break,
        };
    }
    line_at(text, start)
}

/// The lines of all members that these keys lead to: several, where the last one is given twice.
pub(crate) fn lines(text: &str, keys: &[String]) -> Vec<usize> {
    let whole = match text.trim_start().starts_with(['{', '[']) {
        true => in_json(text).or_else(|| in_yaml(text)),
        false => in_yaml(text),
    };
    let Some((last, above)) = keys.split_last() else {
        return Vec::new();
    };
    let members = whole.as_ref().and_then(|own| own.find(above)?.members());
    let all = members.map_or(&[][..], |own| &own.list);
    let named = all.iter().filter(|own| own.key == *last);
    named.filter_map(|own| line_at(text, own.start)).collect()
}

fn line_at(text: &str, start: usize) -> Option<usize> {
    let before = text.get(..start)?;
    Some(before.bytes().filter(|own| *own == b'\n').count() + 1)
}

/// Locates the values of a JSON text that can be read.
pub(super) fn in_json(text: &str) -> Option<Located> {
    let mut json = Json { text, at: 0 };
    json.value()
}

struct Json<'t> {
    text: &'t str,
    at: usize,
}

impl Json<'_> {
    fn value(&mut self) -> Option<Located> {
        self.blanks();
        let start = self.at;
        let shape = match self.byte()? {
            b'{' => self.map()?,
            b'[' => self.list()?,
            b'"' => {
                self.string()?;
                Shape::Other
            }
            _ => {
                let rest = self.text.get(self.at..)?;
                let is_end = |own: char| own.is_ascii_whitespace() || ",]}".contains(own);
                self.at += rest.find(is_end).unwrap_or(rest.len());
                Shape::Other
            }
        };
        let end = self.at;
        Some(Located { start, end, shape })
    }

    fn map(&mut self) -> Option<Shape> {
        self.at += 1;
        let mut list = Vec::new();
        loop {
            self.blanks();
            match self.byte()? {
                b'}' => break,
                b',' => self.at += 1,
                _ => {
                    let start = self.at;
                    let key = serde_json::from_str(self.string()?).ok()?;
                    self.blanks();
                    if self.byte()? != b':' {
                        return None;
                    }
                    self.at += 1;
                    let value = self.value()?;
                    list.push(Member { key, start, value });
                }
            }
        }
        self.at += 1;
        let is_flow = true;
        Some(Shape::Map(Members { list, is_flow }))
    }

    fn list(&mut self) -> Option<Shape> {
        self.at += 1;
        let mut list = Vec::new();
        loop {
            self.blanks();
            match self.byte()? {
                b']' => break,
                b',' => self.at += 1,
                _ => list.push(self.value()?),
            }
        }
        self.at += 1;
        Some(Shape::List(list))
    }

    /// A string with its quotes.
    fn string(&mut self) -> Option<&str> {
        let start = self.at;
        self.at += 1;
        loop {
            match self.byte()? {
                b'"' => break,
                b'\\' => self.at += 2,
                _ => self.at += 1,
            }
        }
        self.at += 1;
        self.text.get(start..self.at)
    }

    fn blanks(&mut self) {
        while self.byte().is_some_and(|own| own.is_ascii_whitespace()) {
            self.at += 1;
        }
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }
}

/// Locates the values of a YAML text that can be read.
pub(super) fn in_yaml(text: &str) -> Option<Located> {
    let mut open: Vec<Open> = Vec::new();
    for event in Parser::new_from_str_with_options(text, yaml::options()) {
        let (event, span) = event.ok()?;
        let done = match event {
            Event::Scalar(own, ..) => {
                let key = own.into_owned();
                Some((leaf(text, &span)?, key))
            }
            Event::Alias(_) => Some((leaf(text, &span)?, String::new())),
            Event::SequenceStart(style, ..) => {
                open.push(Open::of(&span, style, true)?);
                None
            }
            Event::MappingStart(style, ..) => {
                open.push(Open::of(&span, style, false)?);
                None
            }
            Event::SequenceEnd | Event::MappingEnd => {
                let closed = open.pop()?;
                Some((closed.located(&span)?, String::new()))
            }
            _ => None,
        };
        let Some((located, text)) = done else {
            continue;
        };
        match open.last_mut() {
            None => return Some(located),
            Some(parent) => parent.take(located, text),
        }
    }
    None
}

/// A scalar or an alias. What a block has behind its last line is no part of it.
fn leaf(text: &str, span: &Span) -> Option<Located> {
    let range = span.byte_range()?;
    let own = text.get(range.clone())?;
    Some(Located {
        start: range.start,
        end: range.start + own.trim_end().len(),
        shape: Shape::Other,
    })
}

/// A list or an object that is not closed yet.
struct Open {
    start: usize,
    is_flow: bool,
    is_list: bool,
    list: Vec<Located>,
    members: Vec<Member>,
    key: Option<(usize, String)>,
}

impl Open {
    fn of(span: &Span, style: StructureStyle, is_list: bool) -> Option<Self> {
        Some(Self {
            start: span.byte_range()?.start,
            is_flow: style == StructureStyle::Flow,
            is_list,
            list: Vec::new(),
            members: Vec::new(),
            key: None,
        })
    }

    fn take(&mut self, value: Located, text: String) {
        if self.is_list {
            self.list.push(value);
        } else if let Some((start, key)) = self.key.take() {
            self.members.push(Member { key, start, value });
        } else {
            self.key = Some((value.start, text));
        }
    }

    /// A block ends where its last value does, whatever stands behind that.
    fn located(self, end: &Span) -> Option<Located> {
        let last = match self.is_list {
            true => self.list.last(),
            false => self.members.last().map(|own| &own.value),
        };
        let end = match last {
            Some(last) if !self.is_flow => last.end,
            _ => end.byte_range()?.end,
        };
        let shape = match self.is_list {
            true => Shape::List(self.list),
            false => Shape::Map(Members {
                list: self.members,
                is_flow: self.is_flow,
            }),
        };
        let start = self.start;
        Some(Located { start, end, shape })
    }
}
