//! Mistakes in a configuration file: where, what, and what to do.

use std::fmt;
use std::ops::Range;

/// One mistake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    line: usize,
    what: String,
    help: String,
}

/// Every mistake found in one file.
#[derive(Debug)]
pub struct Mistakes {
    file: String,
    /// Where each line begins, in bytes.
    lines: Vec<usize>,
    found: Vec<Mistake>,
}

impl Mistakes {
    /// None so far.
    pub fn new(file: &str, text: &str) -> Self {
        let breaks = text.match_indices('\n').map(|(at, _)| at + 1);
        Self {
            file: file.to_owned(),
            lines: std::iter::once(0).chain(breaks).collect(),
            found: Vec::new(),
        }
    }

    /// Adds one, at a place in the text.
    pub fn at(&mut self, place: &Range<usize>, what: impl Into<String>, help: impl Into<String>) {
        let mistake = Mistake {
            line: self.line(place),
            what: what.into(),
            help: help.into(),
        };
        if !self.found.contains(&mistake) {
            self.found.push(mistake);
        }
    }

    /// The line of a place, from 1.
    pub fn line(&self, place: &Range<usize>) -> usize {
        self.lines.partition_point(|begin| *begin <= place.start)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.found.len()
    }

    /// Is there none?
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }
}

/// In the order of the file.
impl fmt::Display for Mistakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut found: Vec<&Mistake> = self.found.iter().collect();
        found.sort_by_key(|mistake| mistake.line);
        for (index, Mistake { line, what, help }) in found.into_iter().enumerate() {
            let end = if index > 0 { "\n" } else { "" };
            write!(f, "{end}{}:{line}: {what}\n  help: {help}", self.file)?;
        }
        Ok(())
    }
}

/// The known name that a typing mistake away could have been meant.
pub fn nearest<'a>(wrong: &str, known: &[&'a str]) -> Option<&'a str> {
    let distance = |name: &&str| strsim::damerau_levenshtein(wrong, name);
    let most = (wrong.len() / 3).max(1);
    let close = known.iter().copied().filter(|name| distance(name) <= most);
    close.min_by_key(distance)
}
