//! Calls of a list that no scope opens.

use std::fmt;

use scope::{Catalog, Reason};
use serde::Serialize;

use super::base::{MissingBase, missing_base};

/// A call that no scope opens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct NoRule {
    /// The method.
    pub method: String,
    /// The path, without its query.
    pub path: String,
    /// Why.
    pub reason: Reason,
    /// Where a rule goes by what a call says: the member or parameter, its value, and what to do.
    pub why: Option<String>,
    /// Where it stands first.
    pub line: usize,
    /// How often it was made, with whatever query.
    pub times: usize,
}

/// Calls of a list that no scope opens, and what they seem to have in front.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct NoRules {
    /// In order of their first appearance.
    pub calls: Vec<NoRule>,
    /// What they seem to have in front of the catalog's paths.
    pub missing_base: Option<MissingBase>,
}

impl NoRules {
    pub(super) fn new(catalog: &Catalog, calls: Vec<NoRule>) -> Self {
        Self {
            missing_base: missing_base(catalog, &calls),
            calls,
        }
    }
}

impl fmt::Display for NoRules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no scope opens these calls; correct or remove them:")?;
        // The cause of most comes before all of them.
        if let Some(base) = &self.missing_base {
            write!(f, "\n{base}")?;
        }
        for call in &self.calls {
            write!(f, "\n  {call}")?;
        }
        Ok(())
    }
}

impl std::error::Error for NoRules {}

impl fmt::Display for NoRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (method, path, why, line) = (&self.method, &self.path, self.reason.as_str(), self.line);
        write!(f, "{method} {path} ({why}, line {line}")?;
        match self.times {
            1 => f.write_str(")")?,
            times => write!(f, ", {times} times)")?,
        }
        match &self.why {
            Some(why) => write!(f, ": {why}"),
            None => Ok(()),
        }
    }
}
