//! Why a text is no JSON, or not the JSON that it should be, for people who never heard of the
//! library that reads it.

use std::fmt;

use serde_json::error::Category;

/// A mistake in a text of JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct JsonMistake {
    /// What is wrong, without its place.
    pub what: String,
    /// The line where that was seen, from 1.
    pub line: usize,
    /// The column of it, in bytes.
    pub column: usize,
}

/// What the library says of a text that is no JSON, and what that means.
const WORDS: [(&str, &str); 15] = [
    ("expected `:`", "behind a name a colon is missing"),
    (
        "expected `,` or `]`",
        "in a list a comma or the closing bracket is missing",
    ),
    (
        "expected `,` or `}`",
        "in an object a comma or the closing brace is missing",
    ),
    (
        "expected ident",
        "a word is none of `true`, `false` and `null`",
    ),
    (
        "expected value",
        "what stands here is no value; texts stand between double quotes",
    ),
    (
        "key must be a string",
        "a name does not stand between double quotes",
    ),
    (
        "trailing comma",
        "a comma stands before a closing bracket or brace",
    ),
    ("trailing characters", "something stands behind its end"),
    (
        "control character",
        "a text has a line break or another control character in it; such are written as in `\\n`",
    ),
    (
        "invalid escape",
        "a text has a backslash before what cannot be behind one; a backslash itself is written `\\\\`",
    ),
    (
        "invalid number",
        "a number is not written as JSON writes numbers",
    ),
    ("number out of range", "a number is too large"),
    (
        "invalid unicode code point",
        "a text has bytes that are not UTF-8",
    ),
    ("hex escape", "a text has half a character, as `\\ud800`"),
    ("recursion limit exceeded", "it is nested too deeply"),
];

/// What the library calls kinds of values, and what they are called here.
const KINDS: [(&str, &str); 9] = [
    ("map", "an object"),
    ("a map", "an object"),
    ("sequence", "a list"),
    ("a sequence", "a list"),
    ("unit value", "null"),
    ("a string", "a text"),
    ("a boolean", "`true` or `false`"),
    ("u64", "a whole number"),
    ("i64", "a whole number"),
];

impl JsonMistake {
    /// Of what the library says.
    pub fn of(error: &serde_json::Error) -> Self {
        let (line, column) = (error.line(), error.column());
        let said = error.to_string();
        let place = format!(" at line {line} column {column}");
        let said = said.strip_suffix(&place).unwrap_or(&said);
        let what = match error.classify() {
            Category::Eof => "it ends in the middle, as if it was cut off".to_owned(),
            Category::Data => misfit(said),
            Category::Syntax | Category::Io => no_json(said),
        };
        Self { what, line, column }
    }
}

impl fmt::Display for JsonMistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, line, column } = self;
        match line {
            0 => f.write_str(what),
            _ => write!(f, "{what}, at line {line}, column {column}"),
        }
    }
}

fn no_json(said: &str) -> String {
    let known = WORDS.iter().find(|(own, _)| said.contains(own));
    known.map_or_else(|| said.to_owned(), |(_, words)| (*words).to_owned())
}

/// JSON that is not what is wanted there.
fn misfit(said: &str) -> String {
    if let Some((given, wanted)) = wanted(said) {
        return format!("there is {given} where {wanted} is expected");
    }
    if let Some(name) = said.strip_prefix("missing field ") {
        return format!("a member {name} is missing");
    }
    if let Some(name) = said.strip_prefix("duplicate field ") {
        return format!("the member {name} is given twice");
    }
    if let Some(rest) = said.strip_prefix("unknown field ") {
        let (name, others) = rest.split_once(", expected ").unwrap_or((rest, ""));
        let others = others.strip_prefix("one of ").unwrap_or(others);
        return match others.starts_with('`') {
            true => format!("{name} is no member that it can have; those are {others}"),
            false => format!("{name} is no member that it can have"),
        };
    }
    said.to_owned()
}

/// What there is, and what should be there.
fn wanted(said: &str) -> Option<(String, String)> {
    // A list is taken for the members of an object in their order, until one is missing.
    if said.starts_with("invalid length ") {
        let (_, wanted) = said.split_once(", expected ")?;
        return wanted
            .starts_with("struct ")
            .then(|| ("a list".to_owned(), "an object".to_owned()));
    }
    let rest = said
        .strip_prefix("invalid type: ")
        .or_else(|| said.strip_prefix("invalid value: "))?;
    // What is given may be a text with these words in it.
    let (given, wanted) = rest.rsplit_once(", expected ")?;
    Some((kind(given), kind(wanted)))
}

fn kind(said: &str) -> String {
    if said.starts_with("struct ") {
        return "an object".to_owned();
    }
    let known = KINDS.iter().find(|(own, _)| *own == said);
    if let Some((_, words)) = known {
        return (*words).to_owned();
    }
    for (begins, words) in [
        ("integer ", "the number "),
        ("floating point ", "the number "),
        ("boolean ", ""),
        ("string ", "the text "),
    ] {
        if let Some(value) = said.strip_prefix(begins) {
            return format!("{words}{}", short(value));
        }
    }
    said.to_owned()
}

/// The most that is shown of a value.
const SHOWN: usize = 60;

fn short(value: &str) -> String {
    match value.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", value.get(..end).unwrap_or_default()),
        None => value.to_owned(),
    }
}
