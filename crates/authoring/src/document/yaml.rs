//! YAML 1.2 into nodes: plain text stays text, an alias is the same node once more.

use std::rc::Rc;

use granit_parser::{ErrorKind, Event, Options, Parser, ScalarStyle, ScanError};

use super::node::{Map, Node, Scalar};

/// The most values that a text may come to when every alias is written out.
const MOST_VALUES: u64 = 20_000_000;
/// The longest key that is looked for on one line; real paths are longer than YAML's 1,024.
const LONGEST_KEY: usize = 16_384;

/// Why a text is not read.
pub(super) enum Wrong {
    NoYaml(String),
    /// It has several documents, and nobody knows which of them is meant.
    Several(String),
}

/// Reads a YAML text with one document.
pub(super) fn read(text: &str) -> Result<Rc<Node>, Wrong> {
    let mut building = Building::default();
    let mut read: Option<Rc<Node>> = None;
    let mut second: Option<usize> = None;
    for event in Parser::new_from_str_with_options(text, options()) {
        let (event, span) = event.map_err(|error| Wrong::NoYaml(in_words(&error)))?;
        let line = span.start.line();
        if read.is_some() {
            match (&event, second) {
                (Event::DocumentStart(..), _) => second = Some(line),
                // A mark at the end has nothing behind it.
                (Event::Scalar(text, ..), Some(_)) if matches!(&**text, "" | "~") => {}
                (Event::DocumentEnd | Event::StreamEnd, _) | (_, None) => {}
                (_, Some(line)) => {
                    return Err(Wrong::Several(format!(
                        "it has a second document, which begins at line {line}: keep the one with the description, or give each a file of its own"
                    )));
                }
            }
            continue;
        }
        read = building
            .take(event)
            .map_err(|wrong| Wrong::NoYaml(format!("{wrong}, at line {line}")))?;
    }
    read.ok_or_else(|| Wrong::NoYaml("there is nothing in it".to_owned()))
}

pub(super) fn options() -> Options {
    granit_parser::options! {
        simple_key_max_lookahead: LONGEST_KEY,
    }
}

fn in_words(error: &ScanError) -> String {
    match error.kind() {
        ErrorKind::RecursionLimitExceeded => {
            format!("it is nested too deeply, at line {}", error.marker().line())
        }
        _ => {
            let at = error.marker();
            format!(
                "{}, at line {}, column {}",
                error.info(),
                at.line(),
                at.col() + 1
            )
        }
    }
}

/// A node, and how many values it comes to with its aliases written out.
#[derive(Clone)]
struct Weighed {
    node: Rc<Node>,
    values: u64,
}

#[derive(Default)]
struct Building {
    /// What is not closed yet, the outermost first.
    open: Vec<Open>,
    /// By the number of their anchor.
    anchors: std::collections::HashMap<usize, Weighed>,
}

struct Open {
    anchor: usize,
    values: u64,
    kind: Kind,
}

enum Kind {
    List(Vec<Rc<Node>>),
    /// What was read, the values to merge, and a key that waits for its value.
    Map(Map, Vec<Rc<Node>>, Option<Key>),
}

/// A key as it is written.
struct Key {
    text: String,
    is_plain: bool,
}

impl Building {
    /// Takes one event; answers the document when it is complete.
    fn take(&mut self, event: Event<'_>) -> Result<Option<Rc<Node>>, String> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let is_string = tag.is_some_and(|tag| tag.core_suffix() == Some("str"));
                let scalar = Scalar {
                    text: text.into_owned(),
                    is_plain: style == ScalarStyle::Plain && !is_string,
                };
                self.place(anchor, Node::Scalar(scalar), 1)
            }
            Event::SequenceStart(_, anchor, _) => {
                self.open(anchor, Kind::List(Vec::new()));
                Ok(None)
            }
            Event::MappingStart(_, anchor, _) => {
                self.open(anchor, Kind::Map(Map::default(), Vec::new(), None));
                Ok(None)
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(),
            Event::Alias(anchor) => {
                let own = self.anchors.get(&anchor).cloned();
                let own = own.ok_or("an alias stands inside what it names")?;
                self.put(own)
            }
            Event::DocumentEnd if self.open.is_empty() => Ok(None),
            _ => Ok(None),
        }
    }

    fn open(&mut self, anchor: usize, kind: Kind) {
        let values = 1;
        self.open.push(Open {
            anchor,
            values,
            kind,
        });
    }

    fn close(&mut self) -> Result<Option<Rc<Node>>, String> {
        let Some(open) = self.open.pop() else {
            return Ok(None);
        };
        let node = match open.kind {
            Kind::List(list) => Node::List(list),
            Kind::Map(mut map, merged, _) => {
                for other in &merged {
                    merge(&mut map, other);
                }
                Node::Map(map)
            }
        };
        self.place(open.anchor, node, open.values)
    }

    fn place(
        &mut self,
        anchor: usize,
        node: Node,
        values: u64,
    ) -> Result<Option<Rc<Node>>, String> {
        let node = Rc::new(node);
        let own = Weighed { node, values };
        if anchor != 0 {
            self.anchors.insert(anchor, own.clone());
        }
        self.put(own)
    }

    fn put(&mut self, own: Weighed) -> Result<Option<Rc<Node>>, String> {
        let Some(open) = self.open.last_mut() else {
            return Ok(Some(own.node));
        };
        open.values = open.values.saturating_add(own.values);
        if open.values > MOST_VALUES {
            return Err(format!(
                "its aliases come to more than {MOST_VALUES} values when they are written out"
            ));
        }
        match &mut open.kind {
            Kind::List(list) => list.push(own.node),
            Kind::Map(map, merged, waiting) => match waiting.take() {
                None => *waiting = Some(key(&own.node)),
                Some(key) if key.is_plain && key.text == "<<" => merged.push(own.node),
                Some(key) => map.insert(key.text, own.node),
            },
        }
        Ok(None)
    }
}

/// A key that is no scalar names nothing that is looked for.
fn key(node: &Node) -> Key {
    match node {
        Node::Scalar(scalar) => Key {
            text: scalar.text.clone(),
            is_plain: scalar.is_plain,
        },
        _ => Key {
            text: "?".to_owned(),
            is_plain: false,
        },
    }
}

/// `<<: *other`, which YAML 1.2 no longer has and many files do.
fn merge(map: &mut Map, other: &Node) {
    match other {
        Node::Map(other) => map.complete(other),
        Node::List(others) => others
            .iter()
            .filter_map(|other| other.map())
            .for_each(|other| map.complete(other)),
        Node::Scalar(_) => {}
    }
}
