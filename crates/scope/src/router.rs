//! From a path to its endpoints, without allocation.
//!
//! Literal segments win over templates, segment by segment, and a path that fails further
//! down is tried again through the template. Looking up a literal is one hash, or one
//! comparison where there is no choice, so the cost does not depend on how many endpoints a
//! catalog has.

use rustc_hash::FxHashMap;

use crate::endpoint::Method;
use crate::policy::OrganisationKey;

/// The most templates in one path.
pub(crate) const MAX_PARAMETERS: usize = 8;

/// Every path of a catalog.
#[derive(Debug, Clone)]
pub(crate) struct Router {
    nodes: Vec<Node>,
    paths: Vec<Path>,
}

#[derive(Debug, Clone, Default)]
struct Node {
    literals: Literals,
    template: Option<usize>,
    path: Option<usize>,
}

/// The literal segments after a node, and the nodes they lead to.
#[derive(Debug, Clone, Default)]
enum Literals {
    #[default]
    None,
    One(Box<str>, usize),
    Many(FxHashMap<Box<str>, usize>),
}

impl Literals {
    fn get(&self, segment: &str) -> Option<usize> {
        match self {
            Self::None => None,
            Self::One(own, next) => (**own == *segment).then_some(*next),
            Self::Many(all) => all.get(segment).copied(),
        }
    }

    fn insert(&mut self, segment: &str, next: usize) {
        *self = match std::mem::take(self) {
            Self::None => Self::One(segment.into(), next),
            Self::One(first, its) => {
                Self::Many([(first, its), (segment.into(), next)].into_iter().collect())
            }
            Self::Many(mut all) => {
                all.insert(segment.into(), next);
                Self::Many(all)
            }
        };
    }
}

/// One path and its endpoints.
#[derive(Debug, Clone, Default)]
pub(crate) struct Path {
    /// The names of its templates, in order.
    pub(crate) parameters: Vec<String>,
    /// Which segments they are, in the same order.
    pub(crate) segments: Vec<usize>,
    /// Indices of endpoints, by method.
    pub(crate) methods: [Option<usize>; Method::ALL.len()],
    /// Which of its templates names the organisation.
    pub(crate) organisation: Option<(OrganisationKey, usize)>,
}

impl Path {
    pub(crate) fn endpoint(&self, method: Method) -> Option<usize> {
        self.methods.get(method as usize).copied().flatten()
    }

    pub(crate) fn set_endpoint(&mut self, method: Method, endpoint: usize) {
        if let Some(slot) = self.methods.get_mut(method as usize) {
            *slot = Some(endpoint);
        }
    }

    /// What a request's path has for the template at this place.
    pub(crate) fn value<'r>(&self, place: usize, path: &'r str) -> Option<&'r str> {
        path.split('/').nth(*self.segments.get(place)?)
    }
}

impl Router {
    pub(crate) fn new() -> Self {
        Self {
            nodes: vec![Node::default()],
            paths: Vec::new(),
        }
    }

    /// Adds a path like `/a/{b}`. An equal path, whatever its templates' names, is refused
    /// with the index of the first one.
    pub(crate) fn insert(&mut self, template: &str, mut path: Path) -> Result<(), usize> {
        let mut at = 0;
        for (index, segment) in template.split('/').enumerate().skip(1) {
            at = self.child(at, segment);
            if is_template(segment) {
                path.segments.push(index);
            }
        }
        let next = self.paths.len();
        match self.nodes.get_mut(at) {
            Some(Node {
                path: Some(first), ..
            }) => Err(*first),
            Some(node) => {
                node.path = Some(next);
                self.paths.push(path);
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// The path's endpoints.
    pub(crate) fn find(&self, path: &str) -> Option<&Path> {
        let rest = path.strip_prefix('/')?;
        self.paths.get(self.walk(0, Some(rest))?)
    }

    fn walk(&self, at: usize, rest: Option<&str>) -> Option<usize> {
        let node = self.nodes.get(at)?;
        let Some(rest) = rest else {
            return node.path;
        };
        let (segment, rest) = split_segment(rest);
        if let Some(next) = node.literals.get(segment) {
            match node.template {
                // Nothing to come back for.
                None => return self.walk(next, rest),
                Some(_) => {
                    if let Some(found) = self.walk(next, rest) {
                        return Some(found);
                    }
                }
            }
        }
        self.walk(node.template?, rest)
    }

    fn child(&mut self, at: usize, segment: &str) -> usize {
        let next = self.nodes.len();
        let Some(node) = self.nodes.get_mut(at) else {
            return at;
        };
        let child = if is_template(segment) {
            *node.template.get_or_insert(next)
        } else {
            node.literals.get(segment).unwrap_or_else(|| {
                node.literals.insert(segment, next);
                next
            })
        };
        if child == next {
            self.nodes.push(Node::default());
        }
        child
    }
}

fn is_template(segment: &str) -> bool {
    segment.starts_with('{')
}

/// The first segment, and what comes after its slash.
fn split_segment(rest: &str) -> (&str, Option<&str>) {
    // Segments are short: counting bytes beats a search that sets itself up first.
    match rest.bytes().position(|byte| byte == b'/') {
        Some(at) => (rest.get(..at).unwrap_or_default(), rest.get(at + 1..)),
        None => (rest, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn router(paths: &[&str]) -> Router {
        let mut router = Router::new();
        for (index, path) in paths.iter().enumerate() {
            let mut entry = Path::default();
            entry.set_endpoint(Method::Get, index);
            router.insert(path, entry).unwrap();
        }
        router
    }

    fn found<'r>(router: &Router, path: &'r str) -> Option<(usize, Vec<&'r str>)> {
        let entry = router.find(path)?;
        let values = (0..MAX_PARAMETERS)
            .map_while(|place| entry.value(place, path))
            .collect();
        Some((entry.endpoint(Method::Get)?, values))
    }

    #[test]
    fn literals_win_over_templates() {
        let router = router(&["/deals/{deal}", "/deals/stages"]);
        assert_eq!(found(&router, "/deals/stages"), Some((1, vec![])));
        assert_eq!(found(&router, "/deals/stage"), Some((0, vec!["stage"])));
        assert_eq!(found(&router, "/deals"), None);
    }

    #[test]
    fn a_literal_that_leads_nowhere_is_tried_as_a_template() {
        let router = router(&["/offer/{id}", "/{kind}/{id}/comment", "/offer/new/x"]);
        assert_eq!(
            found(&router, "/offer/1/comment"),
            Some((1, vec!["offer", "1"]))
        );
        assert_eq!(found(&router, "/offer/new"), Some((0, vec!["new"])));
        assert_eq!(
            found(&router, "/offer/new/comment"),
            Some((1, vec!["offer", "new"]))
        );
    }

    #[test]
    fn a_path_with_other_template_names_is_the_same_path() {
        let mut router = router(&["/a/{b}/c"]);
        assert_eq!(router.insert("/a/{other}/c", Path::default()), Err(0));
    }
}
