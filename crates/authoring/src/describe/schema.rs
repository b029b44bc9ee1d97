//! Schemas of Swagger 2.0 and of OpenAPI 3.0 to 3.2 in one dialect: JSON Schema 2020-12, with
//! `discriminator`. What they refer to becomes a table of definitions, each written once, so that a
//! schema that refers to itself stays as small as it is.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use scope::Json;
use serde_json::{Map, Value, json};

use crate::document::node::{Map as NodeMap, Node};
use crate::document::reference::{Documents, Place, Placed};

use super::bounds::{self, Left};
use super::value;

/// The most references that follow one another.
const MOST_STEPS: usize = 32;

/// Keywords whose value is kept as it stands.
const PLAIN: [&str; 20] = [
    "type",
    "format",
    "enum",
    "const",
    "default",
    "multipleOf",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "minLength",
    "maxLength",
    "pattern",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minContains",
    "maxContains",
    "minProperties",
    "maxProperties",
];

/// Keywords that are `true` or not there.
const MARKS: [&str; 3] = ["readOnly", "writeOnly", "deprecated"];

/// Keywords whose value is a schema, or several in a list.
const SCHEMAS: [&str; 9] = [
    "items",
    "prefixItems",
    "contains",
    "additionalProperties",
    "allOf",
    "anyOf",
    "oneOf",
    "not",
    "propertyNames",
];

const TYPES: [&str; 7] = [
    "null", "boolean", "object", "array", "number", "string", "integer",
];

/// Writes schemas, and collects what they refer to.
pub(super) struct Schemas<'d, 'f> {
    pub(super) documents: &'d mut Documents<'f>,
    /// What is referred to has to be below it.
    pub(super) folder: PathBuf,
    pub(super) left: Left,
    /// References that lead nowhere, or where nothing is taken from.
    pub(super) lost: BTreeSet<String>,
    names: HashMap<Place, String>,
    taken: BTreeSet<String>,
    waiting: VecDeque<(String, Placed)>,
    definitions: BTreeMap<String, Json>,
}

impl<'d, 'f> Schemas<'d, 'f> {
    pub(super) fn new(documents: &'d mut Documents<'f>) -> Self {
        Self {
            documents,
            folder: PathBuf::new(),
            left: Left::default(),
            lost: BTreeSet::new(),
            names: HashMap::new(),
            taken: BTreeSet::new(),
            waiting: VecDeque::new(),
            definitions: BTreeMap::new(),
        }
    }

    /// What stands here, or where its `$ref` leads.
    pub(super) fn followed(&mut self, at: Placed) -> Option<Placed> {
        let mut at = at;
        for _ in 0..MOST_STEPS {
            let Some(reference) = at.node.text_of("$ref").map(str::to_owned) else {
                return Some(at);
            };
            at = self.target(&at.place, &reference)?;
        }
        None
    }

    fn target(&mut self, from: &Place, reference: &str) -> Option<Placed> {
        let found = self.documents.near(from, reference, &self.folder);
        if found.is_none() {
            self.lost.insert(reference.chars().take(200).collect());
        }
        found
    }

    /// A schema as it is kept; nothing where there is no place left for it.
    pub(super) fn kept(&mut self, at: &Placed) -> Option<Json> {
        let value = self.of(at, 0);
        self.json(&value)
    }

    /// A value as it is kept.
    pub(super) fn json(&mut self, value: &Value) -> Option<Json> {
        let json = Json::of(value);
        self.left.bytes(json.text().len()).then_some(json)
    }

    /// An example as it is kept.
    pub(super) fn example(&mut self, node: &Node) -> Option<Json> {
        let json = Json::of(&value::of(node, 0, &mut self.left));
        let fits = json.text().len() <= bounds::LONGEST_EXAMPLE;
        self.left.is_cut |= !fits;
        (fits && self.left.bytes(json.text().len())).then_some(json)
    }

    /// Everything that was referred to.
    pub(super) fn definitions(&mut self) -> BTreeMap<String, Json> {
        while let Some((name, at)) = self.waiting.pop_front() {
            let value = self.of(&at, 0);
            let json = self.json(&value);
            let json = json.unwrap_or_else(|| Json::of(&json!(true)));
            self.definitions.insert(name, json);
        }
        std::mem::take(&mut self.definitions)
    }

    fn of(&mut self, at: &Placed, depth: usize) -> Value {
        if !self.left.node(depth) {
            return json!(true);
        }
        let Some(map) = at.node.map() else {
            return json!(at.node.truth().unwrap_or(true));
        };
        let mut schema = Map::new();
        self.plain(map, &mut schema);
        for keyword in SCHEMAS {
            if let Some(node) = map.find(keyword) {
                let own = placed(node, &at.place, keyword);
                schema.insert(keyword.to_owned(), self.one_or_several(&own, depth + 1));
            }
        }
        if let Some(properties) = map.find("properties").and_then(|own| own.map()) {
            let place = at.place.member("properties");
            let mut own = Map::new();
            for (name, node) in properties.iter() {
                let at = placed(node, &place, name);
                own.insert(name.to_owned(), self.of(&at, depth + 1));
            }
            schema.insert("properties".to_owned(), Value::Object(own));
        }
        if let Some(discriminator) = map.find("discriminator") {
            schema.extend(self.discriminator(discriminator, &at.place));
        }
        // `true` beside a property is of draft 3.
        let required = map.find("required").and_then(|own| own.list());
        let required: Vec<&str> = required
            .into_iter()
            .flatten()
            .filter_map(|own| own.text())
            .collect();
        if !required.is_empty() {
            schema.insert("required".to_owned(), json!(required));
        }
        if let Some(reference) = at.node.text_of("$ref")
            && let Some(name) = self.reference(&at.place, reference)
        {
            schema.insert("$ref".to_owned(), json!(format!("#/definitions/{name}")));
        }
        nullable(map, &mut schema);
        Value::Object(schema)
    }

    fn one_or_several(&mut self, at: &Placed, depth: usize) -> Value {
        match at.node.list() {
            Some(list) => {
                let each = list.iter().enumerate();
                let each = each.map(|(index, node)| {
                    let own = placed(node, &at.place, &index.to_string());
                    self.of(&own, depth)
                });
                each.collect()
            }
            None => self.of(at, depth),
        }
    }

    fn plain(&mut self, map: &NodeMap, schema: &mut Map<String, Value>) {
        for keyword in PLAIN {
            if let Some(node) = map.find(keyword) {
                schema.insert(keyword.to_owned(), value::of(node, 0, &mut self.left));
            }
        }
        for keyword in MARKS {
            if map.find(keyword).is_some_and(|own| own.is_true()) {
                schema.insert(keyword.to_owned(), json!(true));
            }
        }
        for keyword in ["title", "description"] {
            let text = map.find(keyword).and_then(|own| own.text());
            if let Some(text) = text.and_then(bounds::text) {
                schema.insert(keyword.to_owned(), json!(text));
            }
        }
        let example = ["example", "x-example"]
            .iter()
            .find_map(|key| map.find(key));
        let first = map.find("examples").and_then(|own| own.list()?.first());
        if let Some(node) = example.or(first) {
            let example = self.example(node);
            schema.extend(example.map(|own| ("examples".to_owned(), json!([own.value()]))));
        }
        types(schema);
        exclusive(schema);
    }

    /// OpenAPI's, or Swagger's, which only names the property.
    fn discriminator(&mut self, node: &Node, place: &Place) -> Option<(String, Value)> {
        let name = node.text().or_else(|| node.text_of("propertyName"))?;
        let mut own = json!({ "propertyName": name });
        let mut mapping = Map::new();
        for (value, node) in node
            .member("mapping")
            .and_then(|own| own.map())
            .into_iter()
            .flat_map(NodeMap::iter)
        {
            let Some(target) = node.text() else { continue };
            let is_name = !target.contains(['/', '#', '.']);
            let reference = match is_name {
                true => format!("#/components/schemas/{target}"),
                false => target.to_owned(),
            };
            if let Some(name) = self.reference(place, &reference) {
                mapping.insert(value.to_owned(), json!(format!("#/definitions/{name}")));
            }
        }
        if !mapping.is_empty()
            && let Some(own) = own.as_object_mut()
        {
            own.insert("mapping".to_owned(), Value::Object(mapping));
        }
        Some(("discriminator".to_owned(), own))
    }

    /// The name of what is referred to.
    fn reference(&mut self, from: &Place, reference: &str) -> Option<String> {
        let at = self.target(from, reference)?;
        if let Some(name) = self.names.get(&at.place) {
            return Some(name.clone());
        }
        let name = self.name(&at.place);
        self.names.insert(at.place.clone(), name.clone());
        self.waiting.push_back((name.clone(), at));
        Some(name)
    }

    /// The end of the pointer, or the file's name; with a number where another one has it.
    fn name(&mut self, place: &Place) -> String {
        let last = place.pointer.rsplit('/').next().unwrap_or_default();
        let last = match last {
            "" => file_stem(&place.file),
            last => last.replace("~1", "/").replace("~0", "~"),
        };
        let plain = last.chars().take(100).map(|own| match own {
            own if own.is_ascii_alphanumeric() || "-_.".contains(own) => own,
            _ => '_',
        });
        let plain: String = plain.collect();
        let mut name = plain.clone();
        let mut number = 1_usize;
        while !self.taken.insert(name.clone()) {
            number += 1;
            name = format!("{plain}_{number}");
        }
        name
    }
}

/// A member of something that stands at a place.
pub(super) fn placed(node: &Rc<Node>, place: &Place, key: &str) -> Placed {
    Placed {
        node: Rc::clone(node),
        place: place.member(key),
    }
}

fn file_stem(file: &Path) -> String {
    let stem = file
        .file_stem()
        .map(|own| own.to_string_lossy().into_owned());
    stem.unwrap_or_default()
}

/// Types that there are; a file is a text of bytes.
fn types(schema: &mut Map<String, Value>) {
    let is_known = |own: &Value| own.as_str().is_some_and(|own| TYPES.contains(&own));
    match schema.get_mut("type") {
        Some(Value::String(own)) if own == "file" => {
            schema.insert("type".to_owned(), json!("string"));
            schema.insert("format".to_owned(), json!("binary"));
        }
        Some(Value::Array(list)) => list.retain(is_known),
        Some(own) if !is_known(own) => {
            schema.remove("type");
        }
        _ => {}
    }
    if schema
        .get("type")
        .and_then(Value::as_array)
        .is_some_and(Vec::is_empty)
    {
        schema.remove("type");
    }
}

/// `exclusiveMinimum: true` beside `minimum` is a number since OpenAPI 3.1.
fn exclusive(schema: &mut Map<String, Value>) {
    for (bound, exclusive) in [
        ("minimum", "exclusiveMinimum"),
        ("maximum", "exclusiveMaximum"),
    ] {
        let is_exclusive = match schema.get(exclusive) {
            Some(Value::Bool(own)) => *own,
            _ => continue,
        };
        schema.remove(exclusive);
        if is_exclusive && let Some(number) = schema.remove(bound) {
            schema.insert(exclusive.to_owned(), number);
        }
    }
}

/// `nullable` is a type since OpenAPI 3.1.
fn nullable(map: &NodeMap, schema: &mut Map<String, Value>) {
    let is_nullable = |key: &str| map.find(key).is_some_and(|own| own.is_true());
    if !is_nullable("nullable") && !is_nullable("x-nullable") {
        return;
    }
    if let Some(Value::Array(values)) = schema.get_mut("enum")
        && !values.contains(&Value::Null)
    {
        values.push(Value::Null);
    }
    match schema.get_mut("type") {
        Some(Value::String(own)) => {
            let types = json!([own.as_str(), "null"]);
            schema.insert("type".to_owned(), types);
        }
        Some(Value::Array(list)) => {
            if !list.contains(&json!("null")) {
                list.push(json!("null"));
            }
        }
        _ => {
            let own = Value::Object(std::mem::take(schema));
            schema.insert("anyOf".to_owned(), json!([own, { "type": "null" }]));
        }
    }
}
