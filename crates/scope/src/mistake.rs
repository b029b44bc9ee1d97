//! Mistakes in a TOML file: where, what, and what to do.

use std::fmt;
use std::ops::Range;

use crate::unseen::with_numbers;

/// Every mistake found in one file, in file order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistakes {
    file: String,
    /// Where each line begins, in bytes.
    lines: Vec<usize>,
    found: Vec<Mistake>,
}

/// One mistake.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Mistake {
    /// The file's name as it was given.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong.
    pub what: String,
    /// What to do about it.
    pub help: String,
    start: usize,
}

/// A place in the file, in bytes.
pub(crate) type Span = Range<usize>;

impl Mistakes {
    /// None so far. `file` is only used in messages.
    pub fn new(file: &str, text: &str) -> Self {
        let breaks = text.match_indices('\n').map(|(at, _)| at + 1);
        Self {
            file: file.to_owned(),
            lines: std::iter::once(0).chain(breaks).collect(),
            found: Vec::new(),
        }
    }

    /// Adds one, at a place in the text; the same on the same line is told once.
    pub fn at(&mut self, place: &Range<usize>, what: impl Into<String>, help: impl Into<String>) {
        let (start, line) = (place.start, self.line(place));
        let (what, help) = (what.into(), help.into());
        let mut found = self.found.iter();
        if found.any(|known| known.line == line && known.what == what && known.help == help) {
            return;
        }
        let mistake = Mistake {
            file: self.file.clone(),
            line,
            what,
            help,
            start,
        };
        let behind = self.found.partition_point(|known| known.start <= start);
        self.found.insert(behind, mistake);
    }

    /// A key that is none of the table's, with the one that was meant or all there are.
    /// Answers that one: it is not missing besides.
    pub fn unknown_key<'k>(
        &mut self,
        place: &Range<usize>,
        table: &str,
        key: &str,
        known: &[&'k str],
    ) -> Option<&'k str> {
        // Keys are guessed more freely than values: those of one table are few.
        let meant = nearest(key, known, 3);
        let help = match meant {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => format!("remove it; the keys are {}", quoted_list(known)),
        };
        self.at(place, format!("{table} has an unknown key `{key}`"), help);
        meant
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
    pub fn line(&self, place: &Range<usize>) -> usize {
        self.lines.partition_point(|begin| *begin <= place.start)
    }

    /// Is there none?
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// The mistakes, in file order.
    pub fn mistakes(&self) -> &[Mistake] {
        &self.found
    }
}

impl fmt::Display for Mistakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, mistake) in self.found.iter().enumerate() {
            let end = if index > 0 { "\n" } else { "" };
            write!(f, "{end}{mistake}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Mistakes {}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            file,
            line,
            what,
            help,
            ..
        } = self;
        let told = format!("{file}:{line}: {what}\n  help: {help}");
        f.write_str(&with_numbers(&told))
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
    match (nearest(wrong, &known, 4), known.as_slice()) {
        (Some(nearest), _) => format!("did you mean `{nearest}`?"),
        (None, []) => otherwise.to_owned(),
        (None, [only]) => format!("use `{only}`"),
        (None, some) if some.len() > MOST_LISTED => otherwise.to_owned(),
        (None, some) => format!("use one of {}", quoted_list(some)),
    }
}

/// The known name that could have been meant, with one letter in `share` mistyped.
fn nearest<'a>(wrong: &str, known: &[&'a str], share: usize) -> Option<&'a str> {
    let distance = |name: &&str| strsim::damerau_levenshtein(wrong, name);
    let most = (wrong.len() / share).max(1);
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
