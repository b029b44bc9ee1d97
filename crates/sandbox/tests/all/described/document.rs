//! A description read a second time, by other means, and answers held against what it says itself.

use serde_json::{Map, Value};

/// The document as it is written.
pub struct Document(Value);

/// How deep a schema is followed.
const MOST_DEEP: usize = 60;

impl Document {
    pub fn read(text: &str) -> Self {
        let json = serde_json::from_str(text);
        Self(json.unwrap_or_else(|_| serde_saphyr::from_str(text).unwrap()))
    }

    fn followed<'d>(&'d self, node: &'d Value) -> &'d Value {
        let mut here = node;
        for _ in 0..20 {
            let Some(reference) = here.get("$ref").and_then(Value::as_str) else {
                return here;
            };
            let pointer = reference.strip_prefix('#').unwrap();
            here = self.0.pointer(pointer).unwrap_or(&Value::Null);
        }
        here
    }

    /// Every operation: method, path as it is written, and the operation.
    pub fn operations(&self) -> Vec<(String, &str, &Value)> {
        let mut all = Vec::new();
        for (path, item) in self.0["paths"].as_object().unwrap() {
            for (method, operation) in self.followed(item).as_object().unwrap() {
                if ["get", "put", "post", "delete", "patch"].contains(&method.as_str()) {
                    all.push((method.to_uppercase(), path.as_str(), operation));
                }
            }
        }
        all
    }

    /// What an operation shows for a parameter of its path.
    pub fn shown(&self, path: &str, operation: &Value, name: &str) -> Option<String> {
        let item = self.followed(&self.0["paths"][path]);
        let lists = [operation, item].map(|own| own["parameters"].as_array());
        let mut parameters = lists.into_iter().flatten().flatten();
        let own = parameters
            .by_ref()
            .map(|own| self.followed(own))
            .find(|own| own["in"] == "path" && own["name"] == name)?;
        let schema = self.followed(&own["schema"]);
        let shown = own.get("example").or_else(|| schema.get("example"))?;
        Some(
            shown
                .as_str()
                .map_or_else(|| shown.to_string(), str::to_owned),
        )
    }

    /// The schema of an operation's answer with this status; nothing where it has no body of JSON.
    fn schema<'d>(
        &'d self,
        operation: &'d Value,
        status: u16,
    ) -> Result<Option<&'d Value>, String> {
        let responses = &operation["responses"];
        let exact = responses.get(status.to_string());
        let class = responses.get(format!("{}XX", status / 100));
        let Some(response) = exact.or(class) else {
            return Err(format!("the document has no answer {status}"));
        };
        let response = self.followed(response);
        if let Some(content) = response.get("content").and_then(Value::as_object) {
            let json = content
                .iter()
                .find(|(kind, _)| kind.contains("json") || *kind == "*/*");
            return Ok(json.and_then(|(_, body)| self.followed(body).get("schema")));
        }
        Ok(response.get("schema"))
    }

    /// The content types that an operation's answer with this status can have; none where the document names
    /// none.
    pub fn kinds(&self, operation: &Value, status: u16) -> Vec<String> {
        let responses = &operation["responses"];
        let exact = responses.get(status.to_string());
        let class = responses.get(format!("{}XX", status / 100));
        let content = exact.or(class).map(|own| &self.followed(own)["content"]);
        let content = content.and_then(Value::as_object).into_iter().flatten();
        content.map(|(kind, _)| kind.to_lowercase()).collect()
    }

    /// Is an answer as the document says? In words where it is not.
    pub fn check(&self, operation: &Value, status: u16, body: &str) -> Result<(), String> {
        let Some(schema) = self.schema(operation, status)? else {
            return Ok(());
        };
        let body: Value =
            serde_json::from_str(body).map_err(|_| format!("no JSON: {:.80}", body))?;
        self.holds(schema, &body, "", 0)
    }

    fn holds(&self, schema: &Value, value: &Value, at: &str, depth: usize) -> Result<(), String> {
        if depth > MOST_DEEP {
            return Ok(());
        }
        let own = self.followed(schema);
        let Some(words) = own.as_object() else {
            return Ok(());
        };
        let no = |what: String| Err(format!("{at}: {what}"));
        let mark = |key: &str| {
            let there = [words.get(key), schema.get(key)];
            there
                .into_iter()
                .flatten()
                .any(|own| *own == Value::Bool(true))
        };
        if value.is_null() && (mark("nullable") || mark("x-nullable")) {
            return Ok(());
        }
        if let Some(types) = words.get("type") {
            let types = match types {
                Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
                one => vec![one.as_str().unwrap()],
            };
            if !types.iter().any(|own| is_of(value, own)) {
                return no(format!("{value:.60} is not {types:?}"));
            }
        }
        if let Some(values) = words.get("enum").and_then(Value::as_array)
            && !values.contains(value)
            && !values.iter().any(|own| text(own) == text(value))
        {
            return no(format!("{value:.60} is not listed"));
        }
        if let Some(only) = words.get("const")
            && only != value
        {
            return no(format!("{value:.60} is not {only}"));
        }
        bounds(words, value).or_else(no)?;
        for part in words
            .get("allOf")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            self.holds(part, value, at, depth + 1)?;
        }
        if let Some(parts) = words.get("anyOf").and_then(Value::as_array) {
            let held = parts
                .iter()
                .map(|own| self.holds(own, value, at, depth + 1));
            let wrong: Vec<String> = held.clone().filter_map(Result::err).collect();
            if wrong.len() == parts.len() {
                return no(format!("none of anyOf: {wrong:.300?}"));
            }
        }
        if let Some(parts) = words.get("oneOf").and_then(Value::as_array) {
            let held = parts
                .iter()
                .map(|own| self.holds(own, value, at, depth + 1));
            let wrong: Vec<String> = held.clone().filter_map(Result::err).collect();
            if wrong.len() + 1 != parts.len() {
                let right = parts.len() - wrong.len();
                return no(format!("{right} of oneOf: {value:.200} {wrong:.300?}"));
            }
        }
        match value {
            Value::Object(members) => self.members(words, members, at, depth),
            Value::Array(items) => {
                let schema = words.get("items").unwrap_or(&Value::Null);
                let mut each = items.iter().enumerate();
                each.try_for_each(|(number, own)| {
                    self.holds(schema, own, &format!("{at}/{number}"), depth + 1)
                })
            }
            _ => Ok(()),
        }
    }

    fn members(
        &self,
        words: &Map<String, Value>,
        members: &Map<String, Value>,
        at: &str,
        depth: usize,
    ) -> Result<(), String> {
        let nothing = Map::new();
        let properties = words
            .get("properties")
            .and_then(Value::as_object)
            .unwrap_or(&nothing);
        for name in words
            .get("required")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            // YAML 1.1 takes this letter for a truth.
            let name = if *name == true { "y" } else { &text(name) };
            let own = properties.get(name).map(|own| self.followed(own));
            let is_secret = own.is_some_and(|own| own["writeOnly"] == true);
            if !members.contains_key(name) && !is_secret {
                return Err(format!("{at}: {name} is missing"));
            }
        }
        for (name, value) in members {
            let at = format!("{at}/{name}");
            match (properties.get(name), words.get("additionalProperties")) {
                (Some(schema), _) => self.holds(schema, value, &at, depth + 1)?,
                (None, Some(Value::Bool(false))) => return Err(format!("{at}: is not known")),
                (None, Some(schema @ Value::Object(_))) => {
                    self.holds(schema, value, &at, depth + 1)?
                }
                _ => {}
            }
        }
        Ok(())
    }
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

fn is_of(value: &Value, kind: &str) -> bool {
    match kind {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "number" => value.is_number(),
        "integer" => value.as_f64().is_some_and(|own| own.fract() == 0.0),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        "file" => true,
        other => panic!("{other} is no type"),
    }
}

fn bounds(words: &Map<String, Value>, value: &Value) -> Result<(), String> {
    let number = |key: &str| words.get(key).and_then(Value::as_f64);
    let within = |own: f64, least: &str, most: &str| {
        let fits = number(least).is_none_or(|least| own >= least)
            && number(most).is_none_or(|most| own <= most);
        fits.then_some(())
            .ok_or_else(|| format!("{own} is not within {least} and {most}"))
    };
    match value {
        Value::Number(own) => within(own.as_f64().unwrap(), "minimum", "maximum"),
        Value::Array(items) => {
            let is_unique = words.get("uniqueItems") == Some(&Value::Bool(true));
            let twice = items
                .iter()
                .enumerate()
                .any(|(at, own)| items[..at].contains(own));
            if is_unique && twice {
                return Err("has an item twice".to_owned());
            }
            within(items.len() as f64, "minItems", "maxItems")
        }
        Value::String(text) => {
            within(text.chars().count() as f64, "minLength", "maxLength")?;
            let is_right = match words.get("format").and_then(Value::as_str) {
                Some("date-time") => text.parse::<jiff::Timestamp>().is_ok(),
                Some("date") => text.parse::<jiff::civil::Date>().is_ok(),
                Some("uuid") => text.len() == 36,
                Some("uri" | "url") => text.contains(':'),
                _ => true,
            };
            is_right
                .then_some(())
                .ok_or_else(|| format!("{text:.60} is not of its format"))
        }
        _ => Ok(()),
    }
}
