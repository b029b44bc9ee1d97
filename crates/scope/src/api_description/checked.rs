//! What the type of a description cannot say: places of parameters, statuses, and where references lead.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::unseen::with_numbers;

use super::{ApiBody, ApiDescription, ApiOperation, Json};
use crate::by_name::ByName;

/// Where parameters are.
const PLACES: [&str; 4] = ["path", "query", "header", "cookie"];
/// Members of a schema that hold values, in which nothing is a reference.
const VALUES: [&str; 5] = ["default", "example", "examples", "enum", "const"];
/// Members of a schema that hold schemas by name.
const NAMED: [&str; 5] = [
    "properties",
    "patternProperties",
    "dependentSchemas",
    "$defs",
    "definitions",
];
/// What all references begin with.
const DEFINITIONS: &str = "#/definitions/";

impl ApiDescription {
    /// Can answers be kept by it: three digits, a class such as `2XX`, or `default`?
    #[must_use]
    pub fn is_status(status: &str) -> bool {
        match status.as_bytes() {
            [b'1'..=b'5', b'X', b'X'] => true,
            [b'1'..=b'5', rest @ ..] => rest.len() == 2 && rest.iter().all(u8::is_ascii_digit),
            _ => status == "default",
        }
    }

    /// The first thing in it that the format does not have.
    pub(super) fn odd(&self) -> Option<String> {
        let operations = self.operations.iter();
        let mut in_operations = operations.filter_map(|own| {
            let odd = self.odd_operation(own)?;
            Some(format!("{} {}: {odd}", own.method, quoted(&own.path)))
        });
        in_operations.next().or_else(|| {
            let mut definitions = self.definitions.iter();
            definitions.find_map(|(name, own)| {
                let odd = odd_schema(own, &self.definitions)?;
                Some(format!("definition {}: {odd}", quoted(name)))
            })
        })
    }

    fn odd_operation(&self, operation: &ApiOperation) -> Option<String> {
        if !operation.path.starts_with('/') {
            return Some("its path does not begin with a slash".to_owned());
        }
        for own in &operation.parameters {
            let name = quoted(&own.name);
            if !PLACES.contains(&own.place.as_str()) {
                let place = quoted(&own.place);
                return Some(format!(
                    "parameter {name} is in {place}; it can be in path, query, header or cookie"
                ));
            }
            let odd = own.schema.as_ref();
            if let Some(odd) = odd.and_then(|own| odd_schema(own, &self.definitions)) {
                return Some(format!("parameter {name}: {odd}"));
            }
        }
        if let Some(odd) = self.odd_bodies(&operation.request) {
            return Some(format!("request: {odd}"));
        }
        operation.responses.iter().find_map(|(status, own)| {
            let name = quoted(status);
            if !Self::is_status(status) {
                return Some(format!(
                    "response {name} is no status; write three digits, a class such as 2XX, or default"
                ));
            }
            let odd = self.odd_bodies(&own.content)?;
            Some(format!("response {name}: {odd}"))
        })
    }

    fn odd_bodies(&self, bodies: &ByName<ApiBody>) -> Option<String> {
        let mut schemas = bodies.iter().filter_map(|(_, own)| own.schema.as_ref());
        schemas.find_map(|own| odd_schema(own, &self.definitions))
    }
}

type Definitions = BTreeMap<String, Json>;

/// Most schemas are never asked for, so that only those are taken apart whose text tells nothing.
fn odd_schema(schema: &Json, definitions: &Definitions) -> Option<String> {
    let text = schema.text();
    if !matches!(text.bytes().next(), Some(b'{' | b't' | b'f')) {
        return Some("a schema is an object, true or false".to_owned());
    }
    if is_plain(text, definitions) {
        return None;
    }
    let reference = odd_reference(schema.value(), definitions)?;
    let reference = quoted(&reference);
    Some(format!(
        "a reference leads to {reference}; it can lead to {DEFINITIONS}NAME, with a name in `definitions`"
    ))
}

/// Are all references in a text right as far as the text tells? Some that are none may look odd.
fn is_plain(text: &str, definitions: &Definitions) -> bool {
    if text.contains("\\u") || text.contains("\"mapping\"") {
        return false;
    }
    let mut rest = text.split("\"$ref\"").skip(1);
    rest.all(|behind| {
        let value = behind.trim_start().strip_prefix(':').map(str::trim_start);
        let value = value.and_then(|own| own.strip_prefix('"'));
        let value = value.and_then(|own| own.split_once('"'));
        value.is_some_and(|(own, _)| is_known(own, definitions))
    })
}

fn is_known(reference: &str, definitions: &Definitions) -> bool {
    let name = reference.strip_prefix(DEFINITIONS);
    name.is_some_and(|name| definitions.contains_key(name))
}

/// The first reference in a schema that leads elsewhere. As deep as JSON is read.
fn odd_reference(schema: &Value, definitions: &Definitions) -> Option<String> {
    let below = |own: &Value| odd_reference(own, definitions);
    let is_odd = |own: &Value| match own.as_str() {
        Some(text) if is_known(text, definitions) => None,
        Some(text) => Some(text.to_owned()),
        None => Some(own.to_string()),
    };
    match schema {
        Value::Array(list) => list.iter().find_map(below),
        Value::Object(map) => map.iter().find_map(|(key, own)| match key.as_str() {
            "$ref" => is_odd(own),
            "discriminator" => own.get("mapping")?.as_object()?.values().find_map(is_odd),
            key if VALUES.contains(&key) => None,
            key if NAMED.contains(&key) => own.as_object()?.values().find_map(below),
            _ => below(own),
        }),
        _ => None,
    }
}

/// At most the beginning of it, as a terminal may print it.
fn quoted(text: &str) -> String {
    const MOST: usize = 80;
    let start: String = text.chars().take(MOST).collect();
    let more = if start.len() < text.len() { "…" } else { "" };
    format!("`{}{more}`", with_numbers(&start))
}
