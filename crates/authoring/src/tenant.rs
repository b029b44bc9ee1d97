//! Does an API say in its paths whose data a call is about? Where a catalog does not say which part of
//! the path that is, a token of one organisation opens the calls of every other.

use std::collections::{BTreeMap, BTreeSet};

/// What most paths have in common: a beginning that ends in a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tenant {
    /// The template's name.
    pub(crate) parameter: String,
    /// The beginning, such as `/companies/{company}`.
    pub(crate) beginning: String,
    /// How many paths go on behind it.
    pub(crate) paths: usize,
    /// How many there are.
    pub(crate) of: usize,
}

/// Fewer say nothing.
const FEW: usize = 2;

impl Tenant {
    /// The one that half of these paths at least begin with, and go on behind.
    pub(crate) fn in_paths<'p>(paths: impl Iterator<Item = &'p str>) -> Option<Self> {
        let paths: BTreeSet<&str> = paths.collect();
        let mut times: BTreeMap<&str, usize> = BTreeMap::new();
        for beginning in paths.iter().filter_map(|path| beginning(path)) {
            *times.entry(beginning).or_default() += 1;
        }
        // Of two alike the first one, so that each run says the same.
        let most = times.into_iter().rev().max_by_key(|(_, times)| *times);
        let (beginning, times) = most?;
        let (_, parameter) = beginning.rsplit_once('/')?;
        let parameter = parameter.trim_start_matches('{').trim_end_matches('}');
        (times >= FEW && times * 2 >= paths.len()).then(|| Self {
            parameter: parameter.to_owned(),
            beginning: beginning.to_owned(),
            paths: times,
            of: paths.len(),
        })
    }

    /// One sentence.
    pub(crate) fn in_words(&self) -> String {
        format!(
            "{} of {} paths begin with {}",
            self.paths, self.of, self.beginning
        )
    }
}

/// A path up to its first template, if that fills a segment and something comes behind it.
fn beginning(path: &str) -> Option<&str> {
    let mut at = 0;
    for segment in path.split('/') {
        let end = at + segment.len();
        let is_template = segment.starts_with('{') && segment.ends_with('}');
        if is_template && !segment.contains("...") && segment.matches('{').count() == 1 {
            let behind = path.get(end..)?;
            return (behind.len() > 1).then(|| path.get(..end)).flatten();
        }
        if segment.contains('{') {
            return None;
        }
        at = end + 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(paths: &[&str]) -> Option<String> {
        Tenant::in_paths(paths.iter().copied()).map(|found| found.in_words())
    }

    #[test]
    fn what_most_paths_begin_with_is_told() {
        let paths = [
            "/v1/companies/{id}/orders",
            "/v1/companies/{id}/orders/{order}",
            "/v1/companies/{id}",
            "/v1/status",
        ];
        let told = "2 of 4 paths begin with /v1/companies/{id}";
        assert_eq!(of(&paths).as_deref(), Some(told));
        for none in [
            &["/contacts", "/contacts/{id}", "/invoices/{id}/pdf"][..],
            &["/contacts/{id}", "/invoices/{id}"],
            &["/{path...}", "/a/{path...}"],
            &["/files/{name}.json/x", "/files/{name}.json/y"],
            &["/{a}:{b}/x", "/{a}:{b}/y"],
            &["/one/{a}/x"],
            &[],
        ] {
            assert_eq!(of(none), None, "{none:?}");
        }
    }
}
