//! Every rule over a catalog.

use scope::{Accepted, Catalog};

use super::finding::{Finding, Found};
use super::place::Places;
use super::rule::Rule;
use super::{opening, routes, scopes, texts};

/// What was found in a catalog.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Lint {
    /// Rule by rule in the order of [`Rule::ALL`], and in file order within one.
    pub findings: Vec<Finding>,
    /// How many findings the catalog accepts.
    pub accepted: usize,
}

/// Looks through a catalog. The work grows with its scopes times its endpoints, and no faster.
#[must_use]
pub fn lint(catalog: &Catalog) -> Lint {
    let places = Places::of(catalog.source());
    let mut found = Found {
        places: &places,
        findings: Vec::new(),
    };
    opening::look(catalog, &mut found);
    routes::look(catalog, &mut found);
    scopes::look(catalog, &mut found);
    texts::look(catalog, &mut found);
    let (accepted, mut findings): (Vec<_>, Vec<_>) = found
        .findings
        .into_iter()
        .partition(|finding| catalog.accepted().iter().any(|own| fits(own, finding)));
    for exception in catalog.accepted() {
        findings.extend(unused(exception, &accepted, &places));
    }
    findings.sort_by_key(|finding| Rule::ALL.iter().position(|rule| *rule == finding.rule));
    Lint {
        findings,
        accepted: accepted.len(),
    }
}

fn fits(exception: &Accepted, finding: &Finding) -> bool {
    let named = |own: &String| is_named(own, &finding.subject);
    exception.rule == finding.rule.id() && exception.subjects.iter().any(named)
}

/// By its whole name, or by one with a `*` for any text.
fn is_named(pattern: &str, subject: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == subject,
        Some((start, end)) => subject
            .strip_prefix(start)
            .is_some_and(|rest| rest.ends_with(end)),
    }
}

fn unused(exception: &Accepted, accepted: &[Finding], places: &Places) -> Vec<Finding> {
    let finding = |subject: &str, what: String| Finding {
        rule: Rule::UnusedException,
        subject: subject.to_owned(),
        what,
        line: places.line("accept"),
    };
    if Rule::find(&exception.rule).is_none() {
        let what = format!(
            "there is no rule {}; `scopegate catalog lint --rules` lists them",
            exception.rule
        );
        return vec![finding(&exception.rule, what)];
    }
    let rule = |own: &&Finding| own.rule.id() == exception.rule;
    let is_used = |subject: &&String| {
        let mut own = accepted.iter().filter(rule);
        own.any(|finding| is_named(subject, &finding.subject))
    };
    let unused = exception.subjects.iter().filter(|own| !is_used(own));
    unused
        .map(|own| finding(own, format!("{} does not find it", exception.rule)))
        .collect()
}
