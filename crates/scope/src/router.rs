//! From a path to its endpoints, without allocation.
//!
//! Literal segments win over templates, segment by segment, and a path that fails further
//! down is tried again through the template. Looking up a literal is one hash, so the cost
//! does not depend on how many endpoints a catalog has.

use rustc_hash::FxHashMap;

use crate::endpoint::Method;
use crate::policy::OrganisationKey;

/// The most templates in one path.
pub(crate) const MAX_PARAMETERS: usize = 8;

/// The values of a path's templates, in order.
pub(crate) type Values<'r> = [&'r str; MAX_PARAMETERS];

/// Every path of a catalog.
#[derive(Debug, Clone)]
pub(crate) struct Router {
    nodes: Vec<Node>,
    paths: Vec<Path>,
}

#[derive(Debug, Clone, Default)]
struct Node {
    literals: FxHashMap<Box<str>, usize>,
    template: Option<usize>,
    path: Option<usize>,
}

/// One path and its endpoints.
#[derive(Debug, Clone, Default)]
pub(crate) struct Path {
    /// The names of its templates, in order.
    pub(crate) parameters: Vec<String>,
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
    pub(crate) fn insert(&mut self, template: &str, path: Path) -> Result<(), usize> {
        let mut at = 0;
        for segment in template.split('/').skip(1) {
            at = self.child(at, segment);
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

    /// The path's endpoints, with the values of its templates.
    pub(crate) fn find<'r>(&self, path: &'r str) -> Option<(&Path, Values<'r>)> {
        let mut values = [""; MAX_PARAMETERS];
        let rest = path.strip_prefix('/')?;
        let found = self.walk(0, Some(rest), 0, &mut values)?;
        Some((self.paths.get(found)?, values))
    }

    fn walk<'r>(
        &self,
        at: usize,
        rest: Option<&'r str>,
        filled: usize,
        values: &mut Values<'r>,
    ) -> Option<usize> {
        let node = self.nodes.get(at)?;
        let Some(rest) = rest else {
            return node.path;
        };
        let (segment, rest) = split_segment(rest);
        if let Some(found) = node
            .literals
            .get(segment)
            .and_then(|next| self.walk(*next, rest, filled, values))
        {
            return Some(found);
        }
        let next = node.template?;
        *values.get_mut(filled)? = segment;
        self.walk(next, rest, filled + 1, values)
    }

    fn child(&mut self, at: usize, segment: &str) -> usize {
        let next = self.nodes.len();
        let Some(node) = self.nodes.get_mut(at) else {
            return at;
        };
        let child = if segment.starts_with('{') {
            *node.template.get_or_insert(next)
        } else {
            *node.literals.entry(segment.into()).or_insert(next)
        };
        if child == next {
            self.nodes.push(Node::default());
        }
        child
    }
}

fn split_segment(rest: &str) -> (&str, Option<&str>) {
    match rest.split_once('/') {
        Some((segment, rest)) => (segment, Some(rest)),
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
        let (entry, values) = router.find(path)?;
        let values = values
            .into_iter()
            .filter(|value| !value.is_empty())
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
