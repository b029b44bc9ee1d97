//! Keys that are given twice. Of two that are alike the last one counts for what is kept, and for
//! nothing that opens a call.

use std::collections::HashSet;
use std::rc::Rc;

use crate::document::node::Node;

use super::finding::{Findings, Kind};
use super::text::short;

/// The most that are told of a description.
const MOST: usize = 1_000;

/// What is to be said of those keys of an object that matter.
pub(super) fn among(node: &Node, matters: impl Fn(&str) -> bool) -> Vec<String> {
    let twice = node.map().map_or(&[][..], |map| &map.twice);
    let keys: HashSet<&str> = twice.iter().map(String::as_str).collect();
    let mut keys: Vec<&str> = keys.into_iter().filter(|key| matters(key)).collect();
    keys.sort_unstable();
    let said = keys.into_iter();
    said.map(|key| format!("`{}` is given twice", short(key)))
        .collect()
}

/// Tells all of them.
pub(super) fn tell(root: &Rc<Node>, findings: &mut Findings) {
    let mut telling = Telling {
        seen: HashSet::new(),
        left: MOST,
        findings,
    };
    telling.node(root, &mut Vec::new());
}

struct Telling<'f> {
    /// Objects and lists, since an alias is the same one once more.
    seen: HashSet<*const Node>,
    left: usize,
    findings: &'f mut Findings,
}

impl Telling<'_> {
    fn node(&mut self, node: &Rc<Node>, above: &mut Vec<String>) {
        if matches!(**node, Node::Scalar(_)) || !self.seen.insert(Rc::as_ptr(node)) {
            return;
        }
        match &**node {
            Node::Scalar(_) => {}
            Node::List(list) => {
                for (place, own) in list.iter().enumerate() {
                    above.push(place.to_string());
                    self.node(own, above);
                    above.pop();
                }
            }
            Node::Map(map) => {
                for key in &map.twice {
                    if self.left == 0 {
                        return;
                    }
                    self.left -= 1;
                    let place = match above.is_empty() {
                        true => "at the top of the file".to_owned(),
                        false => format!("in {}", above.join(" ")),
                    };
                    self.findings.once(Kind::GivenTwice, &short(key), place);
                }
                for (key, own) in map.iter() {
                    above.push(short(key));
                    self.node(own, above);
                    above.pop();
                }
            }
        }
    }
}
