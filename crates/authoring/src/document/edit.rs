//! Changes to a few members of a description. All else stays as it is written; what could not be
//! changed so is written anew as a whole, and told.

use std::rc::Rc;

use indexmap::IndexMap;

use super::bytes::{Format, MOST_BYTES, read_text};
use super::located::{self, Located, Member, Members};
use super::node::{Map, Node};
use super::written;

/// A member that is to be set, or taken away.
#[derive(Debug, Clone)]
pub(crate) struct Edit {
    /// The keys that lead to its object, which is there.
    pub(crate) at: Vec<String>,
    pub(crate) key: String,
    /// Nothing takes it away.
    pub(crate) value: Option<Rc<Node>>,
    /// Where a new one belongs.
    pub(crate) place: Where,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Where {
    /// Before this member, or the first.
    Before(&'static str),
    Last,
}

/// A text with its changes.
pub(crate) struct Edited {
    pub(crate) text: String,
    /// Was it written anew as a whole, without comments?
    pub(crate) is_rewritten: bool,
}

/// Changes a text that can be read.
///
/// # Errors
/// Says why it cannot be written.
pub(crate) fn edit(text: &str, edits: &[Edit]) -> Result<Edited, String> {
    let (root, format) = read_text(text)?;
    if edits.is_empty() {
        let text = text.to_owned();
        let is_rewritten = false;
        return Ok(Edited { text, is_rewritten });
    }
    let all: Vec<Below<'_>> = edits.iter().map(|own| (own.at.as_slice(), own)).collect();
    let wanted = changed(&root, &all).ok_or("a place in it is no object of its own")?;
    let is_right = |text: &String| read_text(text).is_ok_and(|(own, _)| own.is_same(&wanted));
    if let Some(text) = in_place(text, format, edits).filter(is_right) {
        let is_rewritten = false;
        return Ok(Edited { text, is_rewritten });
    }
    if wanted.values(MOST_VALUES) > MOST_VALUES {
        return Err("it is too large to be written with its aliases written out".to_owned());
    }
    let text = written::document(&wanted, format);
    if text.len() > MOST_BYTES || !is_right(&text) {
        return Err("it has a form that cannot be written anew".to_owned());
    }
    let is_rewritten = true;
    Ok(Edited { text, is_rewritten })
}

/// The most values that are written anew.
const MOST_VALUES: usize = 2_000_000;

/// A change, and the keys that lead to it from here.
type Below<'e> = (&'e [String], &'e Edit);

/// The same value with the changes, where their places are there.
fn changed(node: &Rc<Node>, edits: &[Below<'_>]) -> Option<Rc<Node>> {
    let mut deeper: IndexMap<&str, Vec<Below<'_>>> = IndexMap::new();
    let mut here: Vec<&Edit> = Vec::new();
    for (keys, edit) in edits {
        match keys.split_first() {
            Some((first, rest)) => deeper.entry(first).or_default().push((rest, edit)),
            None => here.push(edit),
        }
    }
    match &**node {
        Node::Scalar(_) => None,
        Node::List(list) => {
            let mut list = list.clone();
            for (key, below) in deeper {
                let own = list.get_mut(key.parse::<usize>().ok()?)?;
                *own = changed(own, &below)?;
            }
            here.is_empty().then(|| Rc::new(Node::List(list)))
        }
        Node::Map(map) => {
            let mut entries: Vec<(String, Rc<Node>)> = Vec::with_capacity(map.len());
            for (key, own) in map.iter() {
                let own = match deeper.swap_remove(key) {
                    Some(below) => changed(own, &below)?,
                    None => Rc::clone(own),
                };
                entries.push((key.to_owned(), own));
            }
            here.iter().for_each(|edit| set(&mut entries, edit));
            let is_done = deeper.is_empty();
            is_done.then(|| Rc::new(Node::Map(entries.into_iter().collect::<Map>())))
        }
    }
}

/// Sets a member of an object, or takes it away.
fn set(entries: &mut Vec<(String, Rc<Node>)>, edit: &Edit) {
    let known = entries.iter().position(|(own, _)| *own == edit.key);
    match (known, &edit.value) {
        (Some(known), Some(value)) => {
            if let Some((_, own)) = entries.get_mut(known) {
                *own = Rc::clone(value);
            }
        }
        (Some(known), None) => drop(entries.remove(known)),
        (None, Some(value)) => {
            let place = match edit.place {
                Where::Last => None,
                Where::Before(before) => Some(
                    entries
                        .iter()
                        .position(|(own, _)| own == before)
                        .unwrap_or(0),
                ),
            };
            let place = place.unwrap_or(entries.len());
            entries.insert(place, (edit.key.clone(), Rc::clone(value)));
        }
        (None, None) => {}
    }
}

/// The text with the changes where they belong.
fn in_place(text: &str, format: Format, edits: &[Edit]) -> Option<String> {
    let root = match format {
        Format::Json => located::in_json(text),
        Format::Yaml => located::in_yaml(text),
    }?;
    let mut changes = Vec::new();
    for edit in edits {
        changes.extend(change(text, &root, edit)?);
    }
    changes.sort_by_key(|own| (own.start, own.end));
    let mut edited = String::with_capacity(text.len());
    let mut done = 0;
    for change in &changes {
        edited += text.get(done..change.start)?;
        edited += &change.text;
        done = change.end;
    }
    edited += text.get(done..)?;
    Some(edited)
}

struct Change {
    start: usize,
    end: usize,
    text: String,
}

/// Nothing where there is nothing to do; none where the place is not in the text.
fn change(text: &str, root: &Located, edit: &Edit) -> Option<Option<Change>> {
    let map = root.find(&edit.at)?;
    let members = map.members()?;
    // Of two that are alike one would be left.
    let times = members.list.iter().filter(|own| own.key == edit.key);
    if times.count() > 1 {
        return None;
    }
    let known = members.find(&edit.key);
    let Some(value) = &edit.value else {
        return match known {
            Some(known) => Some(Some(removal(members, known)?)),
            None => Some(None),
        };
    };
    let put = |start, end, text| Some(Some(Change { start, end, text }));
    if let Some(known) = known {
        let own = member(text, known.start, members.is_flow, &edit.key, value);
        return put(known.start, known.value.end, own);
    }
    let Some(first) = members.list.first() else {
        let own = written::json(value, None);
        let inner = format!("{{ {}: {own} }}", serde_json::json!(edit.key));
        return put(map.start, map.end, inner);
    };
    let before = match edit.place {
        Where::Before(before) => members.find(before).unwrap_or(first),
        Where::Last => {
            let last = members.list.last()?;
            let own = member(text, first.start, members.is_flow, &edit.key, value);
            let indent = column(text, first.start);
            return match members.is_flow {
                true => {
                    let between = between(text, first.start);
                    put(last.value.end, last.value.end, format!(",{between}{own}"))
                }
                // At the end of the text, behind what comments it has there.
                false if edit.at.is_empty() => {
                    let line = if text.ends_with('\n') { "" } else { "\n" };
                    let own = format!("{line}{}{own}\n", " ".repeat(indent));
                    put(text.len(), text.len(), own)
                }
                false => {
                    let own = format!("\n{}{own}", " ".repeat(indent));
                    put(last.value.end, last.value.end, own)
                }
            };
        }
    };
    let own = member(text, before.start, members.is_flow, &edit.key, value);
    let behind = match members.is_flow {
        true => format!(",{}", between(text, before.start)),
        false => format!("\n{}", " ".repeat(column(text, before.start))),
    };
    put(before.start, before.start, format!("{own}{behind}"))
}

/// Takes a member away with what stands between it and the next.
fn removal(members: &Members, known: &Member) -> Option<Change> {
    let place = members
        .list
        .iter()
        .position(|own| own.start == known.start)?;
    let before = place.checked_sub(1).and_then(|own| members.list.get(own));
    let (start, end) = match (members.list.get(place + 1), before) {
        (Some(next), _) => (known.start, next.start),
        (None, Some(before)) => (before.value.end, known.value.end),
        (None, None) => return None,
    };
    let text = String::new();
    Some(Change { start, end, text })
}

/// A member as it is written in a place.
fn member(text: &str, start: usize, is_flow: bool, key: &str, value: &Node) -> String {
    if !is_flow {
        return written::member(key, value, column(text, start));
    }
    let indent = begins_line(text, start).then(|| column(text, start));
    format!(
        "{}: {}",
        serde_json::json!(key),
        written::json(value, indent)
    )
}

/// How many characters stand before it on its line.
fn column(text: &str, at: usize) -> usize {
    before(text, at).chars().count()
}

fn before(text: &str, at: usize) -> &str {
    let whole = text.get(..at).unwrap_or_default();
    whole.rsplit('\n').next().unwrap_or_default()
}

fn begins_line(text: &str, at: usize) -> bool {
    let before = before(text, at);
    before.len() < at && before.bytes().all(|own| own == b' ' || own == b'\t')
}

/// What stands between two members in braces.
fn between(text: &str, start: usize) -> String {
    match begins_line(text, start) {
        true => format!("\n{}", before(text, start)),
        false => " ".to_owned(),
    }
}
