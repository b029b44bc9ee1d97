//! What the description of an API says of one operation: with which status it is answered, and where
//! in bodies the records stand.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use scope::{ApiBody, ApiDescription, ApiOperation};
use serde_json::{Map, Value};

use super::invent::make::{Ask, Fill, make};
use super::invent::mix::mix;
use super::invent::schema::{Schemas, Shape};
use super::naming;
use super::paging::{self, Shown};
use super::written::plain;

/// What lists are called that hold whatever was asked for.
const LISTS: [&str; 14] = [
    "data", "items", "results", "result", "records", "value", "values", "entries", "elements",
    "content", "list", "rows", "objects", "nodes",
];

/// What objects are called that hold what was asked for.
const WRAPPERS: [&str; 9] = [
    "data", "result", "response", "payload", "item", "record", "object", "embedded", "paging",
];

/// Members that say which record it is.
const IDS: [&str; 5] = ["id", "uuid", "guid", "uid", "key"];

/// How deep records are looked for.
const MOST_DEEP: usize = 2;

/// One operation, and the definitions of its schemas.
pub(super) struct Described<'d> {
    pub(super) schemas: Schemas<'d>,
    pub(super) operation: &'d ApiOperation,
}

/// The answer to a call that went well.
pub(super) struct Success<'d> {
    pub(super) status: StatusCode,
    /// Its body, where that is JSON.
    pub(super) body: Option<&'d ApiBody>,
    /// The content type of that.
    pub(super) kind: &'d str,
    /// Its body, and the content type of that, where it is not JSON.
    pub(super) file: Option<(&'d str, &'d ApiBody)>,
}

/// Where records are in a body.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Where {
    /// The members that lead there.
    pub(super) path: Vec<String>,
    /// Are they in a list?
    pub(super) is_list: bool,
}

impl<'d> Described<'d> {
    pub(super) fn new(description: &'d ApiDescription, operation: &'d ApiOperation) -> Self {
        Self {
            schemas: Schemas::new(&description.definitions),
            operation,
        }
    }

    /// The first success with a body of JSON, or else the first one; nothing where there is none.
    pub(super) fn success(&self) -> Option<Success<'d>> {
        let mut first = None;
        for (status, response) in self.operation.responses.iter() {
            let Some(code) = success(status) else {
                continue;
            };
            let body = response.content.iter().find(|(kind, _)| is_json(kind));
            let own = Success {
                status: code,
                body: body.map(|(_, body)| body),
                kind: body.map_or("", |(kind, _)| kind),
                file: response.content.iter().next().filter(|_| body.is_none()),
            };
            let own = match has_no_body(code) {
                true => Success {
                    body: None,
                    kind: "",
                    file: None,
                    ..own
                },
                false => own,
            };
            if own.body.is_some() {
                return Some(own);
            }
            first = first.or(Some(own));
        }
        first
    }

    /// What the document shows for a parameter of the path.
    pub(super) fn path_example(&self, parameter: &str) -> Option<&'d Value> {
        let mut parameters = self.operation.parameters.iter();
        let own = parameters.find(|own| own.place == "path" && own.name == parameter)?;
        let schema = own.schema.as_ref().map(|own| own.value());
        let of_schema = || {
            let shape = self.schemas.shape(&Vec::from_iter(schema), None);
            shape.list("examples").first()
        };
        own.example
            .as_ref()
            .map(|own| own.value())
            .or_else(of_schema)
    }

    /// The schemas of a body as a list, for those who take several that hold together.
    pub(super) fn of_body(body: Option<&'d ApiBody>) -> Vec<&'d Value> {
        let schema = body.and_then(|own| own.schema.as_ref());
        schema.map(|own| own.value()).into_iter().collect()
    }

    /// The text of a body that is not JSON, where the document shows one or says which there are.
    pub(super) fn shown_text(&self, body: &'d ApiBody) -> Option<String> {
        if let Some(example) = body.example.as_ref() {
            return example.value().as_str().map(str::to_owned);
        }
        let schemas = Self::of_body(Some(body));
        let shape = self.schemas.shape(&schemas, None);
        let says = ["enum", "const", "examples", "pattern", "default"];
        let is_said = says.iter().any(|word| shape.words.contains_key(word));
        let ask = Ask::new("", 0, Fill::Required);
        let made = is_said.then(|| make(&self.schemas, &schemas, None, ask))?;
        match made {
            Value::Object(_) | Value::Array(_) | Value::Null => None,
            simple => Some(plain(&simple)),
        }
    }

    /// What a request may say, where it is JSON or a form.
    pub(super) fn request(&self) -> Option<&'d ApiBody> {
        let bodies = &self.operation.request;
        let json = bodies.iter().find(|(kind, _)| is_json(kind));
        json.or(bodies.iter().next()).map(|(_, body)| body)
    }

    /// The schemas of the records at a place in a body.
    pub(super) fn at(&self, root: &[&'d Value], place: &Where) -> Vec<&'d Value> {
        let mut here = root.to_vec();
        for name in &place.path {
            let shape = self.schemas.shape(&here, None);
            here = shape
                .properties
                .get(name.as_str())
                .cloned()
                .unwrap_or_default();
        }
        match place.is_list {
            true => self.schemas.shape(&here, None).items,
            false => here,
        }
    }

    /// Where in a body the records of a collection are. `is_many` tells that several are meant.
    pub(super) fn place(&self, root: &[&'d Value], collection: &str, is_many: bool) -> Where {
        let found = match is_many {
            true => self.list_in(root, collection, 0),
            false => self.one_in(root, collection, 0),
        };
        found.unwrap_or_default()
    }

    /// Is there a list of a collection's records in a body?
    pub(super) fn has_list(&self, body: &'d ApiBody, collection: &str) -> bool {
        let root = Self::of_body(Some(body));
        root.is_empty() || self.list_in(&root, collection, 0).is_some()
    }

    fn list_in(&self, root: &[&'d Value], collection: &str, depth: usize) -> Option<Where> {
        let shape = self.schemas.shape(root, None);
        if shape.is_array() {
            return Some(Where {
                path: Vec::new(),
                is_list: true,
            });
        }
        if !shape.is_object() || depth > MOST_DEEP {
            return None;
        }
        let lists = self.lists(&shape);
        let called = lists.iter().find(|name| is_called(name, collection));
        let usual = || lists.iter().find(|name| is_one_of(name, &LISTS));
        if let Some(name) = called.or_else(usual) {
            return Some(Where::list(name));
        }
        for (name, own) in &shape.properties {
            if is_one_of(name, &WRAPPERS) || is_called(name, collection) {
                let below = self.list_in(own, collection, depth + 1);
                if let Some(below) = below {
                    return Some(below.within(name));
                }
            }
        }
        match lists.as_slice() {
            [only] if !has_id(&shape) => Some(Where::list(only)),
            _ => None,
        }
    }

    /// The members that are lists of objects.
    fn lists<'s>(&self, shape: &'s Shape<'d>) -> Vec<&'d str> {
        let properties = shape.properties.iter();
        let is_list = |schemas: &Vec<&'d Value>| {
            let own = self.schemas.shape(schemas, None);
            own.is_array() && self.schemas.shape(&own.items, None).is_object()
        };
        properties
            .filter(|(_, schemas)| is_list(schemas))
            .map(|(name, _)| *name)
            .collect()
    }

    fn one_in(&self, root: &[&'d Value], collection: &str, depth: usize) -> Option<Where> {
        let shape = self.schemas.shape(root, None);
        if shape.is_array() {
            return Some(Where {
                path: Vec::new(),
                is_list: true,
            });
        }
        if !shape.is_object() || has_id(&shape) || depth > MOST_DEEP {
            return None;
        }
        let called = shape
            .properties
            .iter()
            .find(|(name, _)| is_called(name, collection));
        let usual = || {
            let mut all = shape.properties.iter();
            all.find(|(name, _)| is_one_of(name, &WRAPPERS))
        };
        let (name, schemas) = called.or_else(usual)?;
        let own = self.schemas.shape(schemas, None);
        let is_list = own.is_array() && self.schemas.shape(&own.items, None).is_object();
        if is_list {
            return Some(Where::list(name));
        }
        if !own.is_object() {
            return None;
        }
        let below = self.one_in(schemas, collection, depth + 1);
        Some(below.unwrap_or_default().within(name))
    }

    /// The member of a record that is its id. `parameter` names the record in the best path, `paths` do
    /// so in any.
    pub(super) fn id_member(
        &self,
        record: &Shape<'d>,
        collection: &str,
        parameter: Option<&str>,
        paths: &BTreeSet<String>,
    ) -> Option<&'d str> {
        let is_simple = |schemas: &Vec<&'d Value>| {
            let own = self.schemas.shape(schemas, None);
            !own.is_object() && !own.is_array()
        };
        let mut names = record.properties.iter();
        let names = names.by_ref().filter(|(_, schemas)| is_simple(schemas));
        let names: Vec<&'d str> = names.map(|(name, _)| *name).collect();
        let find = |wanted: &str| {
            let mut all = names.iter();
            all.find(|name| naming::same_words(name, wanted)).copied()
        };
        let singular = naming::singular(collection);
        let of_parameter = || parameter.and_then(find);
        let of_collection = || find(&format!("{singular}id"));
        let usual = || IDS.iter().find_map(|name| find(name));
        let stem = || find(naming::parameter_stem(parameter?)?);
        // Some paths have a number or a name of the caller's in its place.
        let of_paths = || {
            let own = of_collection()?;
            let mut paths = paths.iter();
            paths
                .any(|path| naming::same_words(path, own))
                .then_some(own)
        };
        find("id")
            .or_else(of_paths)
            .or_else(of_parameter)
            .or_else(of_collection)
            .or_else(usual)
            .or_else(stem)
    }

    /// A body with these records in their place; the rest as the document shows it, or invented. What
    /// apps sent stays as they did.
    pub(super) fn body(
        &self,
        body: &'d ApiBody,
        collection: &str,
        mut records: Vec<Value>,
        shown: Option<&Shown>,
        is_sent: bool,
    ) -> Value {
        let root = Self::of_body(Some(body));
        let example = body.example.as_ref().map(|own| own.value());
        let place = self.place(&root, collection, shown.is_some());
        let count = records.len();
        if root.is_empty() {
            let one = records.into_iter().next();
            return example.cloned().or(one).unwrap_or_default();
        }
        let seed = match records.first() {
            Some(first) => mix(0, &first.to_string()),
            None => mix(0, collection),
        };
        let ask = Ask::new(collection, seed, Fill::All);
        let ask = if is_sent { ask.keeping() } else { ask };
        let mut base = match (place.path.split_last(), place.is_list) {
            (None, true) => Some(Value::Array(records)),
            (None, false) if records.is_empty() => example.cloned(),
            (None, false) => {
                let record = records.swap_remove(0);
                let shape = self.schemas.shape(&root, Some(&record));
                let names = !self.schemas.property_names(&shape).is_empty();
                let is_known = !names || self.schemas.knows(&shape, &record);
                if is_known {
                    Some(record)
                } else {
                    example.cloned()
                }
            }
            (Some((last, above)), is_list) => {
                let inner = match is_list {
                    true => Some(Value::Array(records)),
                    false => records.into_iter().next(),
                };
                let frame = example.filter(|own| own.is_object()).cloned();
                let mut frame = frame.unwrap_or_else(|| Value::Object(Map::new()));
                if let (Some(inner), Some(members)) = (inner, reach(&mut frame, above)) {
                    members.insert(last.clone(), inner);
                }
                Some(frame)
            }
        };
        if let (Some(base), Some(shown)) = (&mut base, shown) {
            paging::say(&self.schemas, &root, base, shown, (count, &place.path), 0);
        }
        let leads = shown.is_some().then_some(place.path.as_slice());
        make(&self.schemas, &root, base.as_ref(), ask.leading(leads))
    }
}

impl Where {
    fn list(name: &str) -> Self {
        Self {
            path: vec![name.to_owned()],
            is_list: true,
        }
    }

    fn within(mut self, name: &str) -> Self {
        self.path.insert(0, name.to_owned());
        self
    }
}

/// The object at the end of these members, made where it is not there.
fn reach<'v>(from: &'v mut Value, path: &[String]) -> Option<&'v mut Map<String, Value>> {
    let mut here = from;
    for name in path {
        let inner = here
            .as_object_mut()?
            .entry(name.as_str())
            .or_insert(Value::Null);
        if !inner.is_object() {
            *inner = Value::Object(Map::new());
        }
        here = inner;
    }
    here.as_object_mut()
}

/// The status that stands for a success, where this is one.
fn success(status: &str) -> Option<StatusCode> {
    match status {
        "2XX" => Some(StatusCode::OK),
        _ => {
            let code = status.parse::<u16>().ok()?;
            StatusCode::from_u16(code)
                .ok()
                .filter(StatusCode::is_success)
        }
    }
}

/// RFC 9110 sections 15.3.5 and 15.3.6: there is none, whatever a description says.
fn has_no_body(status: StatusCode) -> bool {
    matches!(status, StatusCode::NO_CONTENT | StatusCode::RESET_CONTENT)
}

/// Is it the type of a body of JSON?
pub(super) fn is_json(kind: &str) -> bool {
    let kind = kind.split(';').next().unwrap_or_default().trim();
    let kind = kind.to_ascii_lowercase();
    kind == "*/*" || kind.ends_with("/json") || kind.ends_with("+json") || kind == "application/*"
}

fn is_one_of(name: &str, names: &[&str]) -> bool {
    let bare = naming::bare(name);
    names.contains(&bare.as_str())
}

fn is_called(name: &str, collection: &str) -> bool {
    naming::same_words(name, collection)
        || naming::same_words(name, &naming::singular(collection))
        || naming::plurals(collection)
            .iter()
            .any(|own| naming::same_words(name, own))
}

fn has_id(shape: &Shape<'_>) -> bool {
    let mut names = shape.properties.keys();
    names.any(|name| is_one_of(name, &IDS))
}
