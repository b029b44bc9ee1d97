//! Paths by their segments, to find those that take each other's calls.

use std::collections::HashMap;

/// A segment, and what may come behind it. Only whole templates stand for any text; what has text
/// beside a template is compared as it is written.
#[derive(Default)]
pub(crate) struct Node<'p> {
    pub(crate) texts: HashMap<&'p str, usize>,
    pub(crate) template: Option<usize>,
    /// The path that ends here, by its place among all.
    pub(crate) path: Option<usize>,
}

/// The first node is the root.
pub(crate) fn tree<'p>(paths: impl Iterator<Item = &'p str>) -> Vec<Node<'p>> {
    let mut nodes = vec![Node::default()];
    for (place, path) in paths.enumerate() {
        let mut at = 0;
        for segment in path.split('/').skip(1) {
            let next = nodes.len();
            let Some(node) = nodes.get_mut(at) else {
                break;
            };
            let child = match is_template(segment) {
                true => *node.template.get_or_insert(next),
                false => *node.texts.entry(segment).or_insert(next),
            };
            if child == next {
                nodes.push(Node::default());
            }
            at = child;
        }
        if let Some(node) = nodes.get_mut(at) {
            node.path = Some(place);
        }
    }
    nodes
}

pub(crate) fn is_template(segment: &str) -> bool {
    segment.starts_with('{')
        && segment.ends_with('}')
        && segment.matches('{').count() == 1
        && !segment.contains("...")
}
