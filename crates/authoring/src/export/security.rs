//! What an operation needs, as `security` says it.

use std::rc::Rc;

use crate::document::node::{Map, Node};
use crate::extension::plain::Plain;
use crate::import::walk::Operation;

/// The list of alternatives. What every one of the operation's own needs besides a token is needed
/// with each of these, too: gates know nothing of it, the API does.
pub(super) fn of(plain: &Plain, scheme: &str, operation: &Operation) -> Node {
    let lists: &[Vec<String>] = match plain {
        Plain::Public => return Node::List(Vec::new()),
        Plain::AnyToken => &[Vec::new()],
        Plain::Scopes(lists) => lists,
    };
    let beside = beside(operation);
    let alternatives = lists.iter().map(|names| {
        let names = Node::of_list(names.iter().map(Node::of_text));
        let mut map = Map::default().with(scheme, names);
        for (key, own) in &beside {
            map.insert(key.clone(), Rc::clone(own));
        }
        Node::Map(map)
    });
    Node::of_list(alternatives)
}

/// What all alternatives with a token need besides.
fn beside(operation: &Operation) -> Vec<(String, Rc<Node>)> {
    let list = operation.security.as_ref().and_then(|own| own.list());
    let schemes = &operation.schemes;
    let mut common: Option<Vec<(String, Rc<Node>)>> = None;
    for map in list.unwrap_or_default().iter().filter_map(|own| own.map()) {
        let mut others = map.iter().filter(|(key, _)| schemes.is_other(key));
        if map.iter().all(|(key, _)| schemes.is_other(key)) {
            continue;
        }
        match &mut common {
            None => {
                let others = others.map(|(key, own)| (key.to_owned(), Rc::clone(own)));
                common = Some(others.collect());
            }
            Some(common) => {
                let others: Vec<&str> = others.by_ref().map(|(key, _)| key).collect();
                common.retain(|(key, _)| others.contains(&key.as_str()));
            }
        }
    }
    common.unwrap_or_default()
}
