//! Paths that take each other's calls.

use std::collections::BTreeMap;

use scope::{BoundTo, Catalog, Endpoint, Method};

use super::finding::Found;
use super::rule::Rule;
use crate::paths::{Node, is_template, tree};
use crate::tenant::Tenant;

/// The most ways that are looked at for one path.
const MOST_WAYS: usize = 2_000;

pub(super) fn look(catalog: &Catalog, found: &mut Found<'_>) {
    let mut paths: BTreeMap<&str, Vec<&Endpoint>> = BTreeMap::new();
    for endpoint in catalog.endpoints() {
        paths.entry(&endpoint.path).or_default().push(endpoint);
    }
    let paths: Vec<(&str, Vec<&Endpoint>)> = paths.into_iter().collect();
    organisation(catalog, paths.iter().map(|(path, _)| *path), found);
    let tree = Tree(tree(paths.iter().map(|(path, _)| *path)));
    for (place, (path, own)) in paths.iter().enumerate() {
        for (beside, how) in tree.beside(path) {
            let Some((other, theirs)) = paths.get(beside) else {
                continue;
            };
            match how {
                How::MoreSpecific => shadowed(path, own, other, theirs, found),
                // Each pair once.
                How::Crossing if place < beside => crossing(path, own, other, theirs, found),
                How::Crossing => {}
            }
        }
    }
}

/// Does the catalog say which part of a path names the organisation, where one seems to?
fn organisation<'p>(
    catalog: &Catalog,
    paths: impl Iterator<Item = &'p str>,
    found: &mut Found<'_>,
) {
    let is_said = !catalog.organisation_parameters().is_empty()
        || catalog.organisation_source().is_some()
        || catalog.grant_policy().bound_to == BoundTo::Client;
    if is_said {
        return;
    }
    if let Some(tenant) = Tenant::in_paths(paths) {
        let subject = format!("{{{}}}", tenant.parameter);
        let what = format!(
            "{}: if that names the organisation, the catalog has to say so",
            tenant.in_words()
        );
        found.add(Rule::OrganisationUnsaid, subject, "grant", what);
    }
}

fn shadowed(
    path: &str,
    own: &[&Endpoint],
    other: &str,
    theirs: &[&Endpoint],
    found: &mut Found<'_>,
) {
    let decides = |method: Method| {
        let fits = |own: &&Endpoint| own.method == method || own.method == Method::Any;
        own.iter().any(fits)
    };
    let missing = theirs.iter().map(|endpoint| endpoint.method);
    let missing: Vec<&str> = missing
        .filter(|method| !matches!(method, Method::Head | Method::Options) && !decides(*method))
        .map(Method::as_str)
        .collect();
    if missing.is_empty() {
        return;
    }
    let what = format!(
        "it has no rule for {}, so the call is denied; {other} has one",
        missing.join(" and ")
    );
    found.add(Rule::ShadowedRoute, path, path, what);
}

fn crossing(
    path: &str,
    own: &[&Endpoint],
    other: &str,
    theirs: &[&Endpoint],
    found: &mut Found<'_>,
) {
    for endpoint in own {
        let same = theirs.iter().find(|own| own.method == endpoint.method);
        let differs = same.filter(|own| own.requirement != endpoint.requirement);
        if let Some(differs) = differs {
            let what = format!(
                "{other} takes some of the same calls: one needs {}, the other {}",
                endpoint.requirement, differs.requirement
            );
            let subject = format!("{} {path}", endpoint.method);
            found.add(Rule::CrossingRoutes, subject, path, what);
        }
    }
}

/// How a path stands to another that can take the same call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum How {
    /// It has text wherever they differ.
    MoreSpecific,
    /// Each has text where the other has a template.
    Crossing,
}

struct Tree<'c>(Vec<Node<'c>>);

impl Tree<'_> {
    /// The other paths that can take a call of this one, as far as it has text where they differ,
    /// or each has.
    fn beside(&self, path: &str) -> Vec<(usize, How)> {
        let segments: Vec<&str> = path.split('/').skip(1).collect();
        let mut walk = Walk {
            tree: self,
            left: MOST_WAYS,
            found: Vec::new(),
        };
        walk.on(0, &segments, false, false);
        walk.found
    }
}

struct Walk<'t, 'c> {
    tree: &'t Tree<'c>,
    left: usize,
    found: Vec<(usize, How)>,
}

impl Walk<'_, '_> {
    /// `has_text`: this path has text where the other has a template; `lacks_text` the reverse.
    fn on(&mut self, at: usize, segments: &[&str], has_text: bool, lacks_text: bool) {
        self.left = self.left.saturating_sub(1);
        let Some(node) = self.tree.0.get(at).filter(|_| self.left > 0) else {
            return;
        };
        let Some((segment, rest)) = segments.split_first() else {
            let how = match (has_text, lacks_text) {
                (true, false) => How::MoreSpecific,
                (true, true) => How::Crossing,
                (false, _) => return,
            };
            self.found.extend(node.path.map(|path| (path, how)));
            return;
        };
        if is_template(segment) {
            if let Some(next) = node.template {
                self.on(next, rest, has_text, lacks_text);
            }
            for (text, next) in &node.texts {
                if !text.is_empty() && !text.contains('{') {
                    self.on(*next, rest, has_text, true);
                }
            }
            return;
        }
        if let Some(next) = node.texts.get(segment) {
            self.on(*next, rest, has_text, lacks_text);
        }
        if let Some(next) = node.template.filter(|_| !segment.is_empty()) {
            let is_text = !segment.contains('{');
            self.on(next, rest, has_text || is_text, lacks_text);
        }
    }
}
