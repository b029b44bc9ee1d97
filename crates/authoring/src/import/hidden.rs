//! Calls that a literal path takes from the template beside it: with `DELETE /users/{id}` and
//! `GET /users/me`, the call `DELETE /users/me`.

use scope::Method;

use super::finding::{Findings, Kind};
use super::rule::{Rule, Rules};
use crate::paths::{Node, tree};

/// The most ways that are looked at for one path.
const MOST_WAYS: usize = 1_000;

/// Lists such calls; or, where `opens`, gives them the rules of the template.
pub(crate) fn find(rules: &mut Rules, opens: bool, findings: &mut Findings) {
    let mut missing: Vec<(usize, Method, Rule)> = Vec::new();
    let nodes = tree(rules.paths.values().map(|own| own.path.as_str()));
    for (place, own) in rules.paths.values().enumerate() {
        let mut ways = Vec::new();
        let segments: Vec<&str> = own.path.split('/').skip(1).collect();
        let mut left = MOST_WAYS;
        walk(&nodes, 0, &segments, false, &mut ways, &mut left);
        let mut known: Vec<Method> = own.rules.keys().copied().collect();
        for way in ways {
            let Some((_, beside)) = rules.paths.get_index(way) else {
                continue;
            };
            for (method, rule) in &beside.rules {
                if known.contains(method) {
                    continue;
                }
                known.push(*method);
                let name = format!("{method} {}", own.path);
                let what = format!(
                    "only {} has {method}, for {}",
                    beside.path,
                    rule.need.in_words()
                );
                findings.add(
                    if opens {
                        Kind::FallenThrough
                    } else {
                        Kind::Hidden
                    },
                    name,
                    what,
                );
                missing.push((place, *method, rule.clone()));
            }
        }
    }
    if opens {
        for (place, method, rule) in missing {
            if let Some((_, own)) = rules.paths.get_index_mut(place) {
                own.rules.insert(method, rule);
            }
        }
    }
}

/// The paths that take a call of this one when it has no rule: the most specific first.
fn walk(
    nodes: &[Node<'_>],
    at: usize,
    segments: &[&str],
    is_wider: bool,
    ways: &mut Vec<usize>,
    left: &mut usize,
) {
    *left = left.saturating_sub(1);
    let Some(node) = nodes.get(at).filter(|_| *left > 0) else {
        return;
    };
    let Some((segment, rest)) = segments.split_first() else {
        ways.extend(node.path.filter(|_| is_wider));
        return;
    };
    if let Some(next) = node.texts.get(segment) {
        walk(nodes, *next, rest, is_wider, ways, left);
    }
    if let Some(next) = node.template.filter(|_| !segment.is_empty()) {
        let is_wider = is_wider || !segment.contains('{');
        walk(nodes, next, rest, is_wider, ways, left);
    }
}
