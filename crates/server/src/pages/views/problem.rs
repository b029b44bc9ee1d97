use askama::Template;

use super::frame::Frame;
#[cfg(test)]
use crate::language::Language;
use crate::pages::errors::Explained;

/// What a problem of the API means, in English as the problem itself is.
#[derive(Debug, Clone, Template)]
#[template(path = "problem.html")]
pub(crate) struct ProblemPage {
    /// What stands around it.
    pub frame: Frame,
    /// The problem.
    pub problem: Explained,
    /// Why a scope can be missing, where that is what happened.
    pub whys: Vec<WhyLine>,
}

/// One reason for which a scope is missing.
#[derive(Debug, Clone)]
pub(crate) struct WhyLine {
    /// Its name in the problem's body.
    pub why: &'static str,
    /// What it means.
    pub meaning: &'static str,
    /// What to do.
    pub now: &'static str,
}

/// Every problem.
#[derive(Debug, Clone, Template)]
#[template(path = "problems.html")]
pub(crate) struct ProblemIndexPage {
    /// What stands around it.
    pub frame: Frame,
    /// The problems.
    pub problems: Vec<ProblemLine>,
}

/// One problem among others.
#[derive(Debug, Clone)]
pub(crate) struct ProblemLine {
    /// Where its page is.
    pub href: String,
    /// In a few words.
    pub title: &'static str,
    /// Its name.
    pub reason: &'static str,
}

impl ProblemIndexPage {
    /// One.
    #[must_use]
    #[cfg(test)]
    pub(crate) fn samples(language: Language) -> Vec<Self> {
        vec![Self {
            frame: Frame::sample(language, None),
            problems: vec![ProblemLine {
                href: String::from("/bexio/errors/no-rule"),
                title: "No scope opens this path",
                reason: "no-rule",
            }],
        }]
    }
}
