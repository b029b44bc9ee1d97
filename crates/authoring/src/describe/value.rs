//! Values of a document as JSON: what YAML calls a number is one here, where JSON has such numbers.

use serde_json::{Map, Number, Value};

use crate::document::node::Node;

use super::bounds::Left;

/// The value; null where there is no place left for it.
pub(super) fn of(node: &Node, depth: usize, left: &mut Left) -> Value {
    if !left.node(depth) {
        return Value::Null;
    }
    match node {
        Node::Map(map) => {
            let members = map.iter();
            let members = members.map(|(key, own)| (key.to_owned(), of(own, depth + 1, left)));
            Value::Object(members.collect::<Map<_, _>>())
        }
        Node::List(list) => list.iter().map(|own| of(own, depth + 1, left)).collect(),
        Node::Scalar(_) if node.is_null() => Value::Null,
        Node::Scalar(own) => {
            let truth = node.truth().map(Value::Bool);
            let number = || {
                let is_number = node.is_number();
                is_number
                    .then(|| number(&own.text))
                    .flatten()
                    .map(Value::Number)
            };
            truth
                .or_else(number)
                .unwrap_or_else(|| Value::String(own.text.clone()))
        }
    }
}

/// A number as YAML 1.2 writes it.
pub(super) fn number(text: &str) -> Option<Number> {
    let plain = text.strip_prefix('+').unwrap_or(text);
    if let Some(digits) = plain.strip_prefix("0x") {
        return u64::from_str_radix(digits, 16).ok().map(Number::from);
    }
    if let Some(digits) = plain.strip_prefix("0o") {
        return u64::from_str_radix(digits, 8).ok().map(Number::from);
    }
    let whole = plain.parse::<u64>().map(Number::from);
    let whole = whole.or_else(|_| plain.parse::<i64>().map(Number::from));
    whole
        .ok()
        .or_else(|| Number::from_f64(plain.parse::<f64>().ok()?))
}
