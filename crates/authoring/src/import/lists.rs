//! What lists of several scopes seem to mean: all of them, as OpenAPI has it, or any.

use std::collections::HashSet;

use super::access::{Access, in_words};
use super::finding::{Findings, Kind};
use super::implication::by_lists;
use super::opened::Opened;
use super::told::Told;

/// Says what speaks for either reading, where lists of several scopes were found.
pub(crate) fn tell(told: &[Told], opened: &Opened<'_>, findings: &mut Findings) {
    if !findings.has(Kind::SeveralScopes) {
        return;
    }
    let pairs: HashSet<(&str, &str)> = by_lists(opened).into_iter().collect();
    let (mut for_any, mut for_all) = (Vec::new(), Vec::new());
    for own in told {
        let Access::Scopes(lists) = own.access() else {
            continue;
        };
        let several: Vec<Vec<String>> = lists
            .iter()
            .filter(|list| list.len() > 1)
            .cloned()
            .collect();
        if several.is_empty() {
            continue;
        }
        let has_pair = several.iter().any(|list| {
            let wide = list.iter();
            wide.flat_map(|wide| {
                list.iter()
                    .map(move |narrow| (wide.as_str(), narrow.as_str()))
            })
            .any(|pair| pairs.contains(&pair))
        });
        let side = if has_pair { &mut for_any } else { &mut for_all };
        side.push(in_words(&several));
    }
    if let Some(example) = for_any.first() {
        let count = for_any.len();
        findings.note(
            Kind::SeveralScopes,
            format!("{count} speak for any of them: reads list both, writes only the wider one ({example})"),
        );
    }
    if let Some(example) = for_all.first() {
        let count = for_all.len();
        findings.note(
            Kind::SeveralScopes,
            format!("{count} give no sign of that ({example})"),
        );
    }
}
