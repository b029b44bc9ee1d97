//! What calls without a rule may have in front of the paths that a catalog has.

use std::collections::HashMap;
use std::fmt;

use scope::Catalog;
use serde::Serialize;

use super::no_rules::NoRule;

/// The most segments in front.
const MOST: usize = 3;

/// The first part of paths that no path of the catalog has, and behind which there are rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct MissingBase {
    /// As `--base` takes it.
    pub base: String,
    /// How many calls without a rule begin with it.
    pub calls: usize,
    /// How many of them have a rule behind it.
    pub with_rule: usize,
}

impl fmt::Display for MissingBase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            base,
            calls,
            with_rule,
        } = self;
        write!(
            f,
            "No path of the catalog begins with {base}, as {calls} {} without a rule {}; with --base {base}, \
             {with_rule} of them {} a rule.",
            if *calls == 1 { "call" } else { "calls" },
            if *calls == 1 { "does" } else { "do" },
            if *with_rule == 1 { "has" } else { "have" },
        )
    }
}

/// That with the most rules behind it; nothing where there is none.
pub(super) fn missing_base(catalog: &Catalog, calls: &[NoRule]) -> Option<MissingBase> {
    let mut found: HashMap<&str, (usize, usize)> = HashMap::new();
    for call in calls {
        let ends = call.path.match_indices('/').map(|(at, _)| at);
        for end in ends.skip(1).take(MOST) {
            let Some((base, rest)) = call.path.split_at_checked(end) else {
                continue;
            };
            let (all, with_rule) = found.entry(base).or_default();
            *all += 1;
            *with_rule += usize::from(catalog.route(&call.method, rest).is_ok());
        }
    }
    let is_free = |base: &str| {
        let mut paths = catalog.endpoints().iter();
        !paths.any(|own| {
            own.path
                .strip_prefix(base)
                .is_some_and(|rest| rest.starts_with('/'))
        })
    };
    let mut all: Vec<(&str, (usize, usize))> = found
        .into_iter()
        .filter(|(_, (_, with_rule))| *with_rule > 0)
        .collect();
    // Of several that are as good, the shortest, so that the answer is always the same.
    all.sort_unstable_by_key(|(base, (_, with_rule))| (usize::MAX - with_rule, base.len(), *base));
    let (base, (calls, with_rule)) = all.into_iter().take(MOST).find(|(base, _)| is_free(base))?;
    Some(MissingBase {
        base: base.to_owned(),
        calls,
        with_rule,
    })
}
