//! What an import needs to make the same catalog, in the extension.

use scope::{Catalog, Endpoint};
use toml_edit::{DocumentMut, Item, Value};

use crate::document::node::{Map, Node};
use crate::extension::plain::Plain;
use crate::extension::{FORMAT, form, key};

use super::matched::Matched;

/// At the top: the catalog but for its endpoints, and which scheme has its scopes.
pub(super) fn catalog(catalog: &Catalog, scheme: &str) -> Option<Node> {
    let file: DocumentMut = catalog.source().parse().ok()?;
    let mut head = Map::default();
    for (name, item) in file.iter().filter(|(name, _)| *name != "endpoints") {
        head = head.with(name, of_item(item)?);
    }
    let names = catalog.scopes().iter();
    let map = Map::default()
        .with(key::FORMAT, Node::plain(FORMAT))
        .with(key::SCHEME, Node::of_text(scheme))
        .with(
            key::SCOPES,
            Node::of_list(names.map(|own| Node::of_text(&own.name))),
        )
        .with(key::CATALOG, Node::Map(head));
    Some(Node::Map(map))
}

fn of_item(item: &Item) -> Option<Node> {
    match item {
        Item::None => None,
        Item::Value(value) => of_value(value),
        Item::Table(table) => {
            let mut map = Map::default();
            for (name, own) in table {
                map = map.with(name, of_item(own)?);
            }
            Some(Node::Map(map))
        }
        Item::ArrayOfTables(tables) => {
            let tables = tables.iter().map(|own| of_item(&Item::Table(own.clone())));
            Some(Node::of_list(tables.collect::<Option<Vec<_>>>()?))
        }
    }
}

fn of_value(value: &Value) -> Option<Node> {
    Some(match value {
        Value::String(own) => Node::of_text(own.value()),
        Value::Integer(own) => Node::plain(own.value().to_string()),
        Value::Float(own) => Node::plain(format!("{:?}", own.value())),
        Value::Boolean(own) => Node::plain(own.value().to_string()),
        // No member of a catalog is one.
        Value::Datetime(_) => return None,
        Value::Array(list) => Node::of_list(list.iter().map(of_value).collect::<Option<Vec<_>>>()?),
        Value::InlineTable(table) => {
            let mut map = Map::default();
            for (name, own) in table {
                map = map.with(name, of_value(own)?);
            }
            Node::Map(map)
        }
    })
}

/// In an operation: what `security` does not say of its rule; nothing where that is all.
pub(super) fn rule(matched: &Matched<'_>, default_source: Option<&str>) -> Option<Node> {
    let mut map = Map::default();
    if Plain::of(&matched.requirement).requirement() != matched.requirement {
        map = map.with(key::REQUIRE, form::write(&matched.requirement));
    }
    if let Some(method) = matched.method {
        let name = method.as_str().to_ascii_lowercase();
        map = map.with(key::METHOD, Node::of_text(name));
    }
    match matched.paths.as_slice() {
        [] => {}
        [only] => map = map.with(key::PATH, Node::of_text(only)),
        several => map = map.with(key::PATH, Node::of_list(several.iter().map(Node::of_text))),
    }
    let map = words(map, matched.endpoint, default_source);
    (!map.is_empty()).then_some(Node::Map(map))
}

fn words(mut map: Map, endpoint: &Endpoint, default_source: Option<&str>) -> Map {
    let source = endpoint.source.as_deref();
    let source = source.filter(|own| Some(*own) != default_source);
    let texts = [
        (key::SOURCE, source),
        (key::NOTE, endpoint.note.as_deref()),
        (key::OPERATION, endpoint.operation.as_deref()),
    ];
    for (name, own) in texts {
        if let Some(own) = own {
            map = map.with(name, Node::of_text(own));
        }
    }
    if endpoint.inferred {
        map = map.with(key::INFERRED, Node::plain("true"));
    }
    if let Some(title) = &endpoint.title {
        let texts = title.iter().fold(Map::default(), |map, (language, own)| {
            map.with(language, Node::of_text(own))
        });
        map = map.with(key::TITLE, Node::Map(texts));
    }
    map
}

/// In an operation that the catalog does not know.
pub(super) fn denied() -> Node {
    Node::Map(Map::default().with(key::DENIED, Node::plain("true")))
}
