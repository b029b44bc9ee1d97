//! JSON into nodes.

use std::fmt;
use std::rc::Rc;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

use scope::JsonMistake;

use super::node::{Map, Node, Scalar};

/// Reads one JSON text; nesting ends at the bound of `serde_json`, 128.
pub(super) fn read(text: &str) -> Result<Rc<Node>, String> {
    serde_json::from_str::<Read>(text)
        .map(|read| read.0)
        .map_err(|error| JsonMistake::of(&error).to_string())
}

struct Read(Rc<Node>);

impl<'de> Deserialize<'de> for Read {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader).map(Rc::new).map(Self)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(plain("null".to_owned()))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node, E> {
        Ok(plain(value.to_string()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Node, E> {
        Ok(plain(value.to_string()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Node, E> {
        Ok(plain(value.to_string()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Node, E> {
        // `2.0` stays `2.0`.
        Ok(plain(format!("{value:?}")))
    }

    fn visit_str<E>(self, text: &str) -> Result<Node, E> {
        Ok(Node::Scalar(Scalar {
            text: text.to_owned(),
            is_plain: false,
        }))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Node, A::Error> {
        let mut list = Vec::new();
        while let Some(Read(item)) = items.next_element()? {
            list.push(item);
        }
        Ok(Node::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Node, A::Error> {
        let mut map = Map::default();
        while let Some((key, Read(value))) = members.next_entry::<String, Read>()? {
            map.insert(key, value);
        }
        Ok(Node::Map(map))
    }
}

fn plain(text: String) -> Node {
    let is_plain = true;
    Node::Scalar(Scalar { text, is_plain })
}
