//! Rules that nobody can meet, parts of rules that make no difference, and values that no path has:
//! slips of the pen that would be found only when a call is denied, or is open to everybody.

use super::paths::Written;
use crate::Subject;
use crate::endpoint::Requirement;
use crate::mistake::{Mistakes, Span};
use crate::path::ambiguity;
use crate::segment::Segment;

/// Whom a part of a rule is for: both, or one of them.
pub(super) type For = Option<Subject>;

/// Can no token whatever meet it?
pub(super) fn is_never_met(requirement: &Requirement, whose: For) -> bool {
    subjects(whose).all(|subject| is_never_met_by(requirement, subject))
}

/// Does every token that counts meet it, whatever its scope?
pub(super) fn is_always_met(requirement: &Requirement, whose: For) -> bool {
    subjects(whose).all(|subject| is_always_met_by(requirement, subject))
}

fn subjects(whose: For) -> impl Iterator<Item = Subject> {
    let both = [Subject::Person, Subject::Client].into_iter();
    both.filter(move |subject| whose.is_none_or(|own| own == *subject))
}

fn is_never_met_by(requirement: &Requirement, subject: Subject) -> bool {
    let never = |part: &Requirement| is_never_met_by(part, subject);
    match requirement {
        Requirement::Scope(_) | Requirement::AnyToken | Requirement::Public => false,
        Requirement::All(parts) => parts.iter().any(never),
        Requirement::Any(parts) => parts.iter().all(never),
        Requirement::BySubject { .. } => own(requirement, subject).is_none_or(never),
        Requirement::ByPath { is, .. } => is.iter().all(|(_, part)| never(part)),
        Requirement::ByQuery { is, otherwise, .. } | Requirement::ByBody { is, otherwise, .. } => {
            let parts = is.iter().map(|(_, part)| part);
            parts.chain(otherwise.as_deref()).all(never)
        }
    }
}

fn is_always_met_by(requirement: &Requirement, subject: Subject) -> bool {
    let always = |part: &Requirement| is_always_met_by(part, subject);
    match requirement {
        Requirement::AnyToken | Requirement::Public => true,
        Requirement::All(parts) => parts.iter().all(always),
        Requirement::Any(parts) => parts.iter().any(always),
        Requirement::BySubject { .. } => own(requirement, subject).is_some_and(always),
        // Values that are not listed open nothing.
        Requirement::Scope(_)
        | Requirement::ByPath { .. }
        | Requirement::ByQuery { .. }
        | Requirement::ByBody { .. } => false,
    }
}

/// The part for those that the token speaks for.
fn own(requirement: &Requirement, subject: Subject) -> Option<&Requirement> {
    match (requirement, subject) {
        (Requirement::BySubject { person, .. }, Subject::Person) => person.as_deref(),
        (Requirement::BySubject { client, .. }, Subject::Client) => client.as_deref(),
        _ => None,
    }
}

/// Can a template of this path have the value, or one that begins so?
pub(super) fn check_value(
    path: &Written,
    parameter: &str,
    listed: &str,
    span: &Span,
    m: &mut Mistakes,
) {
    let start = listed.strip_suffix('*');
    let what = format!("no path has `{listed}` for `{{{parameter}}}`");
    if start.is_some_and(|start| start.contains('%')) {
        let help = "a beginning fits nothing that is percent-encoded: list the values";
        m.at(span, what, help);
        return;
    }
    // With something behind a beginning, which may be empty.
    let value = start.map_or_else(|| listed.to_owned(), |start| format!("{start}x"));
    let ambiguous = ambiguity(&format!("/{value}"));
    let ambiguous = ambiguous.or_else(|| value.is_empty().then_some("it is empty"));
    let ambiguous = ambiguous.or_else(|| value.contains(' ').then_some("it contains a blank"));
    if let Some(why) = ambiguous {
        let help = format!("{why}; write a value as it arrives in a path, or remove it");
        m.at(span, what, help);
        return;
    }
    let has_place = path.segments.iter().any(|segment| {
        let Some(hole) = segment.names().iter().position(|name| name == parameter) else {
            return false;
        };
        match segment {
            Segment::Template(_) => !value.contains('/'),
            Segment::Tail(_, end) => end.is_empty() || !value.ends_with(&**end),
            Segment::Literal(_) => false,
            Segment::Mixed(pattern, names) => {
                let texts: Vec<&str> = pattern.texts().collect();
                let filled = filled(&texts, names.len(), hole, &value);
                !value.contains('/') && pattern.value(&filled, hole) == Some(&value)
            }
        }
    });
    if !has_place {
        let help = "the text beside the template cuts it in another way; remove the value";
        m.at(span, what, help);
    }
}

/// A segment with the value in its place, and others in theirs that are no part of any text.
fn filled(texts: &[&str], templates: usize, hole: usize, value: &str) -> String {
    let taken = |letter: &char| texts.iter().any(|text| text.contains(*letter));
    let mut letters = ('0'..='9').chain('a'..='z');
    let other = letters.find(|letter| !taken(letter)).unwrap_or('0');
    let mut filled = String::new();
    for (place, text) in texts.iter().enumerate() {
        filled += text;
        if place == hole {
            filled += value;
        } else if place < templates {
            filled.push(other);
        }
    }
    filled
}
