//! A catalog's path, segment by segment.

use crate::pattern::{MAX_HOLES, Pattern};

/// One segment of a catalog's path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Segment {
    /// Text; empty behind the last slash of a path that ends in one.
    Literal(String),
    /// `{name}`: one segment, whatever it is.
    Template(String),
    /// Templates with text around or between them.
    Mixed(Pattern, Vec<String>),
    /// `{name...}`: one or more segments, the last of which ends in this text.
    Tail(String, String),
}

/// What is wrong with a path, and what to do.
pub(crate) type Wrong = (String, &'static str);

impl Segment {
    /// The names of its templates, in order.
    pub(crate) fn names(&self) -> &[String] {
        match self {
            Self::Literal(_) => &[],
            Self::Template(name) | Self::Tail(name, _) => std::slice::from_ref(name),
            Self::Mixed(_, names) => names,
        }
    }

    /// Text of it that is compared.
    pub(crate) fn texts(&self) -> Vec<&str> {
        match self {
            Self::Literal(text) | Self::Tail(_, text) => vec![text],
            Self::Template(_) => Vec::new(),
            Self::Mixed(pattern, _) => pattern.texts().collect(),
        }
    }

    /// Is it the same, whatever its templates are called?
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Template(_), Self::Template(_)) => true,
            (Self::Mixed(own, _), Self::Mixed(other, _)) => own == other,
            (Self::Tail(_, own), Self::Tail(_, other)) => own == other,
            (Self::Literal(own), Self::Literal(other)) => own == other,
            _ => false,
        }
    }
}

/// The segments of a path in a catalog. Whoever compares without case gets literals in small
/// letters.
pub(crate) fn parse(path: &str, folds: bool) -> Result<Vec<Segment>, Vec<Wrong>> {
    let Some(rest) = path.strip_prefix('/') else {
        return Err(vec![(
            format!("the path `{path}` does not begin with `/`"),
            "write it from the root of the API",
        )]);
    };
    let texts: Vec<&str> = rest.split('/').collect();
    let mut wrong = Vec::new();
    let mut segments = Vec::new();
    for (place, text) in texts.iter().enumerate() {
        match segment(path, text, place + 1 == texts.len(), folds) {
            Ok(segment) => segments.push(segment),
            Err(what) => wrong.push(what),
        }
    }
    let is_tail = |segment: &&Segment| matches!(segment, Segment::Tail(..));
    if segments.iter().filter(is_tail).count() > 1 {
        wrong.push((
            format!("the path `{path}` has two templates that take several segments"),
            "one of them is all that can be told apart; write the others as `{name}`",
        ));
    }
    if wrong.is_empty() {
        Ok(segments)
    } else {
        Err(wrong)
    }
}

fn segment(path: &str, text: &str, is_last: bool, folds: bool) -> Result<Segment, Wrong> {
    if text.is_empty() && !is_last {
        return Err((
            format!("the path `{path}` has an empty segment"),
            "write one slash between segments",
        ));
    }
    if matches!(text, "." | "..") {
        return Err((
            format!("the path `{path}` has a `{text}` segment"),
            "write the path without it",
        ));
    }
    let (texts, names) = parts(text)?;
    for character in texts.iter().flat_map(|text| text.chars()) {
        if !is_literal(character) {
            let character = character.escape_default();
            return Err((
                format!("the segment `{text}` contains `{character}`"),
                "no request can match it; use letters, digits and any of -._~!$&'()*+,=:@",
            ));
        }
    }
    let mut texts: Vec<String> = texts.into_iter().map(str::to_owned).collect();
    if folds {
        texts
            .iter_mut()
            .for_each(|text| text.make_ascii_lowercase());
    }
    match names.as_slice() {
        [] => Ok(Segment::Literal(texts.concat())),
        [Name::Tail(name)] if texts.first().is_some_and(String::is_empty) => {
            let suffix = texts.pop().unwrap_or_default();
            Ok(Segment::Tail(name.to_string(), suffix))
        }
        [Name::One(name)] if texts.iter().all(String::is_empty) => {
            Ok(Segment::Template(name.to_string()))
        }
        _ => mixed(text, texts, &names, folds),
    }
}

fn mixed(
    text: &str,
    texts: Vec<String>,
    names: &[Name<'_>],
    folds: bool,
) -> Result<Segment, Wrong> {
    if names.iter().any(|name| matches!(name, Name::Tail(_))) {
        return Err((
            format!("the segment `{text}` has something before a template with `...`"),
            "what takes several segments begins its segment: `{path...}`",
        ));
    }
    let between = texts.get(1..texts.len() - 1).unwrap_or_default();
    if between.iter().any(String::is_empty) {
        return Err((
            format!("the segment `{text}` has two templates with nothing between them"),
            "nobody can tell where one ends; make them one template",
        ));
    }
    if names.len() > MAX_HOLES {
        return Err((
            format!("the segment `{text}` has more than {MAX_HOLES} templates"),
            "make some of them one template",
        ));
    }
    let names = names.iter().map(|name| name.as_str().to_owned());
    Ok(Segment::Mixed(Pattern::new(texts, folds), names.collect()))
}

/// The name of a template, and how much it takes.
enum Name<'t> {
    One(&'t str),
    Tail(&'t str),
}

impl<'t> Name<'t> {
    fn as_str(&self) -> &'t str {
        match self {
            Self::One(name) | Self::Tail(name) => name,
        }
    }
}

/// The texts around templates, one more than there are templates, and their names.
fn parts(text: &str) -> Result<(Vec<&str>, Vec<Name<'_>>), Wrong> {
    let mut texts = Vec::new();
    let mut names = Vec::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('{') {
        let Some((name, behind)) = behind.split_once('}') else {
            return Err(braces(text));
        };
        let name = match name.strip_suffix("...") {
            Some(name) => Name::Tail(name),
            None => Name::One(name),
        };
        let proper = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
        if name.as_str().is_empty() || !name.as_str().bytes().all(proper) {
            return Err((
                format!("the template `{{{}}}` has no proper name", name.as_str()),
                "use letters, digits, `_` and `-`",
            ));
        }
        texts.push(before);
        names.push(name);
        rest = behind;
    }
    texts.push(rest);
    if texts.iter().any(|text| text.contains('}')) {
        return Err(braces(text));
    }
    Ok((texts, names))
}

fn braces(text: &str) -> Wrong {
    (
        format!("the braces in the segment `{text}` do not pair"),
        "a template is a name in braces, such as `{id}`",
    )
}

/// RFC 3986 `pchar` without percent-encodings and without `;`.
fn is_literal(character: char) -> bool {
    character.is_ascii_alphanumeric() || "-._~!$&'()*+,=:@".contains(character)
}
