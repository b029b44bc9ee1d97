//! Titles and descriptions for people: the document's own, or plain ones made from the name.

use crate::unseen::without_unseen;

use scope::word::{self, Said, Verb, capital, said, sentence};

/// The longest title and description that are taken over, in characters.
const LONGEST_TITLE: usize = 60;
const LONGEST_TEXT: usize = 300;

/// The two texts of a scope, and where they come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Texts {
    pub(crate) title: String,
    pub(crate) description: String,
    /// Was the description made from the name?
    pub(crate) is_made: bool,
    /// Was the document's own cut?
    pub(crate) is_cut: bool,
}

/// Scopes that mean the same everywhere (OpenID Connect Core sections 5.4 and 11).
const STANDARD: [(&str, &str, &str); 6] = [
    (
        "openid",
        "Sign you in",
        "Lets the app know who you are when you sign in with your account.",
    ),
    (
        "profile",
        "See your name and picture",
        "Your name, your picture and what else your profile says.",
    ),
    (
        "email",
        "See your email address",
        "Your email address, and whether it was confirmed.",
    ),
    (
        "address",
        "See your postal address",
        "The postal address of your account.",
    ),
    (
        "phone",
        "See your phone number",
        "The phone number of your account, and whether it was confirmed.",
    ),
    (
        "offline_access",
        "Stay connected",
        "Lets the app work with your data while you are not using it.",
    ),
];

/// Is it a scope that other standards define?
pub(crate) fn is_standard(name: &str) -> bool {
    STANDARD.iter().any(|(own, _, _)| *own == name)
}

/// The texts of a scope. `shared` is what all names begin with, `has_narrower` tells that other
/// names are this one with a verb behind it.
pub(crate) fn of_scope(name: &str, own: &str, shared: &str, has_narrower: bool) -> Texts {
    let said = said(name, shared);
    let (plain, is_cut) = plain(own);
    let is_useful = !is_the_name(&plain, name) && plain.chars().any(char::is_alphabetic);
    let standard = STANDARD.iter().find(|(own, _, _)| *own == name);
    let (made_title, made_text) = match standard {
        Some((_, title, text)) => ((*title).to_owned(), (*text).to_owned()),
        None => (title(&said, has_narrower), made(&said, has_narrower)),
    };
    if !is_useful {
        return Texts {
            title: made_title,
            description: made_text,
            is_made: standard.is_none(),
            is_cut: false,
        };
    }
    let first = plain
        .split_once(". ")
        .map_or(plain.as_str(), |(first, _)| first);
    let short = first.trim_end_matches('.');
    let is_title = short.chars().count() <= LONGEST_TITLE;
    let is_title = is_title && standard.is_none();
    Texts {
        title: if is_title { action(short) } else { made_title },
        description: capital(&ended(&plain)),
        is_made: false,
        is_cut,
    }
}

/// A text that ends like a sentence.
fn ended(text: &str) -> String {
    let is_open = text.ends_with(|own: char| own.is_alphanumeric() || own == ')');
    format!("{text}{}", if is_open { "." } else { "" })
}

/// How texts begin that tell what a scope grants, and how one says it to the person who grants it.
const OPENINGS: [(&str, &str); 34] = [
    ("grant read-only access to", "See"),
    ("grants read-only access to", "See"),
    ("grant read access to", "See"),
    ("grants read access to", "See"),
    ("read-only access to", "See"),
    ("read only access to", "See"),
    ("readonly access to", "See"),
    ("read access to", "See"),
    ("read access for", "See"),
    ("view access to", "See"),
    ("grant read-write access to", "See and change"),
    ("grant read and write access to", "See and change"),
    ("grants read and write access to", "See and change"),
    ("read-write access to", "See and change"),
    ("read/write access to", "See and change"),
    ("read and write access to", "See and change"),
    ("read and write", "See and change"),
    ("grant write access to", "Change"),
    ("grants write access to", "Change"),
    ("write access to", "Change"),
    ("write access for", "Change"),
    ("full access to", "Manage"),
    ("grants full access to", "Manage"),
    ("allows the app to", ""),
    ("allows the application to", ""),
    ("allow the app to", ""),
    ("allow the application to", ""),
    ("allows you to", ""),
    ("allow you to", ""),
    ("allows to", ""),
    ("ability to", ""),
    ("permission to", ""),
    ("lets the app", ""),
    ("can", ""),
];

/// A title that tells what an app may do, from one that tells what is granted.
fn action(text: &str) -> String {
    let small = text.to_ascii_lowercase();
    let found = OPENINGS.iter().find_map(|(opening, verb)| {
        let rest = small.strip_prefix(opening)?;
        let rest = text.get(text.len() - rest.len()..)?;
        // "Read-only access to view contacts"
        let again = ["read", "view", "see"].iter().find_map(|word| {
            let rest = rest.strip_prefix(' ')?.strip_prefix(word)?;
            (*verb == "See" && rest.starts_with(' ')).then_some(rest)
        });
        let rest = again.unwrap_or(rest);
        rest.starts_with(' ').then(|| format!("{verb}{rest}"))
    });
    capital(found.as_deref().unwrap_or(text).trim())
}

fn title(said: &Said, has_narrower: bool) -> String {
    let object = if said.object.is_empty() {
        "everything".to_owned()
    } else {
        said.object.join(" ")
    };
    match said.verb {
        Some(Verb { title, .. }) => format!("{title} {object}"),
        None if has_narrower => format!("See and change {object}"),
        None => format!("Work with {object}"),
    }
}

fn made(said: &Said, has_narrower: bool) -> String {
    let title = title(said, has_narrower);
    let mut characters = title.chars();
    let first = characters
        .next()
        .map(|own| own.to_lowercase().to_string())
        .unwrap_or_default();
    format!("Lets the app {first}{}.", characters.as_str())
}

/// Does a text say nothing but the name?
fn is_the_name(text: &str, name: &str) -> bool {
    let key = name.contains([':', '.', '_', '/']);
    if text.is_empty() || text.eq_ignore_ascii_case(name) || key && text.contains(name) {
        return true;
    }
    word::words(text).concat() == word::words(name).concat() && !text.contains(' ')
}

/// The title of an action: what a button of the page of consent says.
pub(crate) fn of_action(action: &str) -> String {
    match word::verb(action) {
        Some(verb) => verb.title.to_owned(),
        None => or(sentence(&word::words(action)), "Use"),
    }
}

/// The title of a resource.
pub(crate) fn of_resource(key: &str, shared: &str) -> String {
    let own = key.strip_prefix(shared).unwrap_or(key);
    or(sentence(&word::words(own)), "Everything")
}

/// A text, or another one where it is empty.
fn or(text: String, other: &str) -> String {
    if text.is_empty() {
        other.to_owned()
    } else {
        text
    }
}

/// A text of a document as one short paragraph, without markup; and whether it was cut.
pub(crate) fn plain(text: &str) -> (String, bool) {
    // More than is kept is not looked at either.
    const MOST_READ: usize = 4_000;
    let end = text
        .char_indices()
        .nth(MOST_READ)
        .map_or(text.len(), |(at, _)| at);
    let read = text.get(..end).unwrap_or_default();
    let words: Vec<String> = without_markup(read)
        .split_whitespace()
        .map(str::to_owned)
        .collect();
    let plain = words.join(" ");
    if plain.chars().count() <= LONGEST_TEXT && end == text.len() {
        return (plain, false);
    }
    (shortened(&plain), true)
}

/// The sentences that fit, or the words.
fn shortened(text: &str) -> String {
    let end = text
        .char_indices()
        .nth(LONGEST_TEXT)
        .map_or(text.len(), |(at, _)| at);
    let kept = text.get(..end).unwrap_or_default();
    if let Some(at) = kept
        .rfind(". ")
        .or_else(|| kept.strip_suffix('.').map(str::len))
    {
        return kept.get(..=at).unwrap_or_default().to_owned();
    }
    let at = kept.rfind(' ').unwrap_or(kept.len());
    format!("{}…", kept.get(..at).unwrap_or_default())
}

/// Without HTML tags, without what nobody sees, and with the text of links only.
pub(crate) fn without_markup(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['<', '[', ']', '`', '*', '&']) {
        let (before, here) = rest.split_at(at);
        plain += before;
        let (replaced, taken) = mark(here);
        plain += replaced;
        rest = here.get(taken..).unwrap_or_default();
    }
    plain += rest;
    without_unseen(&plain)
}

/// What stands for the mark that a text begins with, and how many bytes that takes.
fn mark(text: &str) -> (&'static str, usize) {
    const ENTITIES: [(&str, &str); 6] = [
        ("&amp;", "&"),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&apos;", "'"),
        ("&nbsp;", " "),
    ];
    if let Some((entity, plain)) = ENTITIES.iter().find(|(entity, _)| text.starts_with(entity)) {
        return (plain, entity.len());
    }
    let tag = text
        .strip_prefix('<')
        .filter(|rest| rest.starts_with(|own: char| own.is_alphabetic() || own == '/'));
    if let Some(end) = tag.and_then(|rest| rest.find('>')) {
        return (" ", end + 2);
    }
    let link = text.strip_prefix("](").and_then(|rest| rest.find(')'));
    match (link, text.chars().next()) {
        (Some(end), _) => ("", end + 3),
        (None, Some('&')) => ("&", 1),
        (None, Some('<')) => ("<", 1),
        _ => ("", 1),
    }
}

/// At most the beginning of what was read.
pub(crate) fn short(text: &str) -> String {
    const MOST: usize = 80;
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
