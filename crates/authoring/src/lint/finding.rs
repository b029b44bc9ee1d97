//! What rules find.

use super::place::Places;
use super::rule::Rule;

/// One thing that a rule found.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// The rule.
    pub rule: Rule,
    /// What it was found at: a call, a scope, a key of the file. An exception names it so.
    pub subject: String,
    /// What is the matter, one sentence.
    pub what: String,
    /// The line in the file, from 1, where one can be told.
    pub line: Option<usize>,
}

/// Findings while the rules look.
pub(super) struct Found<'p> {
    pub(super) places: &'p Places,
    pub(super) findings: Vec<Finding>,
}

impl Found<'_> {
    pub(super) fn add(
        &mut self,
        rule: Rule,
        subject: impl Into<String>,
        key: &str,
        what: impl Into<String>,
    ) {
        self.findings.push(Finding {
            rule,
            subject: subject.into(),
            what: what.into(),
            line: self.places.line(key),
        });
    }
}
