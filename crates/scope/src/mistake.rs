//! Mistakes in a catalog file: where, what, and what to do.

use std::fmt;
use std::ops::Range;

/// Every mistake found in one catalog file, in file order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogErrors {
    pub(crate) mistakes: Vec<CatalogMistake>,
}

impl CatalogErrors {
    /// The mistakes, in file order; never empty.
    pub fn mistakes(&self) -> &[CatalogMistake] {
        &self.mistakes
    }
}

impl fmt::Display for CatalogErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, mistake) in self.mistakes.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{mistake}")?;
        }
        Ok(())
    }
}

impl std::error::Error for CatalogErrors {}

/// One mistake.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CatalogMistake {
    /// The file's name as it was given.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong.
    pub what: String,
    /// What to do about it.
    pub help: String,
}

impl fmt::Display for CatalogMistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            file,
            line,
            what,
            help,
        } = self;
        write!(f, "{file}:{line}: {what}\n  help: {help}")
    }
}

/// A place in the file, in bytes.
pub(crate) type Span = Range<usize>;

/// Collects mistakes while a file is read.
pub(crate) struct Mistakes<'t> {
    file: &'t str,
    text: &'t str,
    found: Vec<(usize, CatalogMistake)>,
}

impl<'t> Mistakes<'t> {
    pub(crate) fn new(file: &'t str, text: &'t str) -> Self {
        Self {
            file,
            text,
            found: Vec::new(),
        }
    }

    pub(crate) fn at(&mut self, span: &Span, what: impl Into<String>, help: impl Into<String>) {
        let mistake = CatalogMistake {
            file: self.file.to_owned(),
            line: self.line(span),
            what: what.into(),
            help: help.into(),
        };
        if !self.found.iter().any(|(_, known)| *known == mistake) {
            self.found.push((span.start, mistake));
        }
    }

    /// A name that is not among the known ones.
    pub(crate) fn unknown<'a>(
        &mut self,
        span: &Span,
        what: &str,
        name: &str,
        known: impl IntoIterator<Item = &'a str>,
    ) {
        let help = suggest(
            name,
            known,
            &format!("define the {what}, or use one that is defined"),
        );
        self.at(span, format!("there is no {what} `{name}`"), help);
    }

    /// The line of a place, from 1.
    pub(crate) fn line(&self, span: &Span) -> usize {
        let before = self
            .text
            .as_bytes()
            .get(..span.start)
            .unwrap_or(self.text.as_bytes());
        before.iter().filter(|byte| **byte == b'\n').count() + 1
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    pub(crate) fn into_errors(mut self) -> CatalogErrors {
        self.found.sort_by_key(|(start, _)| *start);
        CatalogErrors {
            mistakes: self.found.into_iter().map(|(_, mistake)| mistake).collect(),
        }
    }
}

/// "did you mean …?", or what there is to choose from, or `otherwise` when that is nothing
/// or too much.
pub(crate) fn suggest<'a>(
    wrong: &str,
    known: impl IntoIterator<Item = &'a str>,
    otherwise: &str,
) -> String {
    const MOST_LISTED: usize = 12;
    let known: Vec<&str> = known.into_iter().collect();
    match (nearest(wrong, &known), known.as_slice()) {
        (Some(nearest), _) => format!("did you mean `{nearest}`?"),
        (None, []) => otherwise.to_owned(),
        (None, [only]) => format!("use `{only}`"),
        (None, some) if some.len() > MOST_LISTED => otherwise.to_owned(),
        (None, some) => format!("use one of {}", quoted_list(some)),
    }
}

/// The known name that a typing mistake away could have been meant.
pub(crate) fn nearest<'a>(wrong: &str, known: &[&'a str]) -> Option<&'a str> {
    let distance = |name: &&str| strsim::damerau_levenshtein(wrong, name);
    let most = (wrong.len() / 4).max(1);
    let close = known.iter().copied().filter(|name| distance(name) <= most);
    close.min_by_key(distance)
}

/// `` `a`, `b` or `c` ``
pub(crate) fn quoted_list(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
        None => String::new(),
    }
}
