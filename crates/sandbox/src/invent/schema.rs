//! What schemas that hold together say of one value, without references and alternatives.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use scope::Json;
use serde_json::Value;

/// How many schemas are looked at for one answer, and how many values are made.
const MOST_STEPS: usize = 1_000_000;
const MOST_VALUES: usize = 60_000;

/// How deep references and alternatives are followed for one value.
const MOST_NESTED: usize = 24;

/// Schemas by name, and how many more of them may be looked at.
pub(crate) struct Schemas<'v> {
    definitions: &'v BTreeMap<String, Json>,
    left: Cell<usize>,
    values_left: Cell<usize>,
}

/// What is said of a value, by all schemas for it together.
#[derive(Default)]
pub(crate) struct Shape<'v> {
    /// The types it can have; none said is any.
    pub(crate) types: Option<Vec<&'v str>>,
    /// May it be null? `None` where nothing says so or otherwise.
    pub(crate) null: Option<bool>,
    /// Other keywords; the last one counts.
    pub(crate) words: BTreeMap<&'v str, &'v Value>,
    pub(crate) properties: BTreeMap<&'v str, Vec<&'v Value>>,
    pub(crate) required: BTreeSet<&'v str>,
    pub(crate) items: Vec<&'v Value>,
    /// The definition it comes from first.
    pub(crate) name: Option<&'v str>,
    /// Members that tell which alternative it is.
    pub(crate) told: Vec<(&'v str, String)>,
}

impl<'v> Schemas<'v> {
    pub(crate) fn new(definitions: &'v BTreeMap<String, Json>) -> Self {
        Self {
            definitions,
            left: Cell::new(MOST_STEPS),
            values_left: Cell::new(MOST_VALUES),
        }
    }

    fn step(&self) -> bool {
        taken(&self.left)
    }

    /// May one more value be made?
    pub(crate) fn value(&self) -> bool {
        taken(&self.values_left)
    }

    /// What schemas that all hold say. Of alternatives, that which a value fits.
    pub(crate) fn shape(&self, schemas: &[&'v Value], value: Option<&Value>) -> Shape<'v> {
        let mut shape = Shape::default();
        for schema in schemas {
            self.gather(schema, value, 0, &mut shape);
        }
        shape
    }

    fn definition(&self, schema: &'v Value) -> Option<(&'v str, &'v Value)> {
        let name = schema
            .get("$ref")?
            .as_str()?
            .strip_prefix("#/definitions/")?;
        let (name, json) = self.definitions.get_key_value(name)?;
        Some((name, json.value()))
    }

    /// The definitions that schemas for one value refer to at once.
    pub(crate) fn names(&self, schemas: &[&'v Value]) -> impl Iterator<Item = &'v str> {
        let mut names = Vec::new();
        for schema in schemas {
            let parts = schema.get("allOf").and_then(Value::as_array);
            for schema in std::iter::once(*schema).chain(parts.into_iter().flatten()) {
                names.extend(self.definition(schema).map(|(name, _)| name));
            }
        }
        names.into_iter()
    }

    fn gather(
        &self,
        schema: &'v Value,
        value: Option<&Value>,
        nested: usize,
        shape: &mut Shape<'v>,
    ) {
        let Some(map) = schema.as_object() else {
            return;
        };
        if nested > MOST_NESTED || !self.step() {
            return;
        }
        if let Some((name, definition)) = self.definition(schema) {
            shape.name.get_or_insert(name);
            self.gather(definition, value, nested + 1, shape);
        }
        for part in list(schema, "allOf") {
            self.gather(part, value, nested + 1, shape);
        }
        for alternatives in ["oneOf", "anyOf"] {
            let options = list(schema, alternatives);
            if !options.is_empty() {
                self.alternative(schema, options, value, nested, shape);
            }
        }
        for (key, own) in map {
            match key.as_str() {
                "type" => shape.limit(own),
                "properties" => {
                    for (name, own) in own.as_object().into_iter().flatten() {
                        let known = shape.properties.entry(name).or_default();
                        known.push(own);
                    }
                }
                "required" => {
                    let names = own.as_array().into_iter().flatten();
                    shape.required.extend(names.filter_map(Value::as_str));
                }
                "items" => shape.items.push(own),
                "$ref" | "allOf" | "oneOf" | "anyOf" | "not" | "discriminator" => {}
                _ => {
                    shape.words.insert(key, own);
                }
            }
        }
        let has_options = map.contains_key("oneOf") || map.contains_key("anyOf");
        if let (false, Some(name)) = (has_options, shape.name)
            && let Some(told) = told(schema, name)
        {
            shape.told.push(told);
        }
    }

    fn alternative(
        &self,
        schema: &'v Value,
        options: &'v [Value],
        value: Option<&Value>,
        nested: usize,
        shape: &mut Shape<'v>,
    ) {
        let has_null = options.iter().any(is_null);
        let before = shape.null.take();
        let named = value.and_then(|value| self.named(schema, options, value));
        let fitting = || {
            let value = value.filter(|own| !own.is_null())?;
            let mut others = options.iter().filter(|own| !is_null(own));
            others.find(|own| self.fits(own, value, nested + 1))
        };
        let chosen = named
            .or_else(fitting)
            .or_else(|| options.iter().find(|own| !is_null(own)));
        if let Some(chosen) = chosen {
            if let Some((name, _)) = self.definition(chosen) {
                shape.told.extend(told(schema, name));
            }
            self.gather(chosen, value, nested + 1, shape);
        }
        let own = (shape.null == Some(true)) || has_null;
        shape.null = match (before, own) {
            (Some(before), own) => Some(before && own),
            (None, true) => Some(true),
            (None, false) => shape.null,
        };
    }

    /// The alternative that a value says it is.
    fn named(&self, schema: &'v Value, options: &'v [Value], value: &Value) -> Option<&'v Value> {
        let discriminator = schema.get("discriminator")?;
        let property = discriminator.get("propertyName")?.as_str()?;
        let own = value.get(property)?.as_str()?;
        let mapped = discriminator
            .get("mapping")
            .and_then(|own_map| own_map.get(own));
        let mapped = mapped.and_then(Value::as_str);
        let mut options = options.iter();
        options.find(|option| {
            let reference = option.get("$ref").and_then(Value::as_str);
            reference.is_some_and(|reference| match mapped {
                Some(mapped) => mapped == reference,
                None => reference.strip_prefix("#/definitions/") == Some(own),
            })
        })
    }

    /// Could a value be of this schema, as far as its type and its members tell?
    pub(crate) fn fits(&self, schema: &'v Value, value: &Value, nested: usize) -> bool {
        let mut shape = Shape::default();
        self.gather(schema, Some(value), nested, &mut shape);
        if !shape.allows(value) {
            return false;
        }
        let Some(members) = value.as_object() else {
            return shape.is_listed(value);
        };
        let is_there =
            |name: &&str| members.contains_key(*name) || self.is_marked(&shape, name, "writeOnly");
        shape.required.iter().all(is_there)
            && members.iter().all(|(name, own)| {
                let Some(schemas) = shape.properties.get(name.as_str()) else {
                    return true;
                };
                let inner = self.shape(schemas, None);
                inner.is_listed(own) && (own.is_null() || inner.allows(own))
            })
    }

    /// How many of these options could a value be of?
    pub(crate) fn holding(&self, options: &'v [Value], value: &Value) -> usize {
        let options = options.iter();
        options.filter(|own| self.fits(own, value, 0)).count()
    }

    /// The options that exclude each other, where a schema says nothing beside them.
    pub(crate) fn options(&self, schemas: &[&'v Value]) -> &'v [Value] {
        const BESIDE: [&str; 4] = ["oneOf", "type", "examples", "default"];
        let is_said = |word: &String| !matches!(word.as_str(), "title" | "description");
        let [mut schema] = *schemas else {
            return &[];
        };
        for _ in 0..MOST_NESTED {
            // A part that says nothing beside a reference is how older documents describe it.
            let says = |own: &&Value| own.as_object().is_some_and(|own| own.keys().any(&is_said));
            let mut parts = list(schema, "allOf").iter().filter(says);
            schema = match (self.definition(schema), parts.next(), parts.next()) {
                (Some((_, definition)), None, _) => definition,
                (None, Some(only), None) => only,
                _ => break,
            };
        }
        let words = schema.as_object().into_iter().flat_map(|own| own.keys());
        match words
            .filter(|own| is_said(own))
            .all(|own| BESIDE.contains(&own.as_str()))
        {
            true => list(schema, "oneOf"),
            false => &[],
        }
    }

    /// The names that members of an object without a schema of their own can have; none where it
    /// can be any.
    pub(crate) fn property_names(&self, shape: &Shape<'v>) -> Vec<&'v str> {
        let schema = shape.words.get("propertyNames").copied();
        let names = self.shape(&Vec::from_iter(schema), None);
        let only = names.words.get("const").copied();
        let listed = names.list("enum").iter().chain(only);
        listed.filter_map(Value::as_str).collect()
    }

    /// Does an object have any member that is known here?
    pub(crate) fn knows(&self, shape: &Shape<'v>, value: &Value) -> bool {
        let Some(members) = value.as_object() else {
            return false;
        };
        let others = self.property_names(shape);
        let mut names = members.keys().map(String::as_str);
        shape.properties.is_empty() && others.is_empty()
            || names.any(|own| shape.properties.contains_key(own) || others.contains(&own))
    }

    /// Is a property marked as `readOnly`, `writeOnly` or `deprecated`?
    pub(crate) fn is_marked(&self, shape: &Shape<'v>, property: &str, mark: &str) -> bool {
        let schemas = shape.properties.get(property);
        schemas.is_some_and(|schemas| {
            let inner = self.shape(schemas, None);
            inner
                .words
                .get(mark)
                .is_some_and(|own| **own == Value::Bool(true))
        })
    }
}

impl<'v> Shape<'v> {
    fn limit(&mut self, types: &'v Value) {
        let own: Vec<&str> = match types {
            Value::String(one) => vec![one],
            Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
            _ => return,
        };
        let may_be_null = own.contains(&"null");
        self.null = Some(self.null.unwrap_or(true) && may_be_null);
        let own: Vec<&str> = own.into_iter().filter(|own| *own != "null").collect();
        self.types = Some(match self.types.take() {
            None => own,
            Some(before) => {
                let both = own.iter().filter(|own| {
                    before.contains(own) || (**own == "integer" && before.contains(&"number"))
                });
                let both: Vec<&str> = both.copied().collect();
                if both.is_empty() { before } else { both }
            }
        });
    }

    /// May it have the type of a value?
    pub(crate) fn allows(&self, value: &Value) -> bool {
        if value.is_null() {
            return self.null != Some(false);
        }
        let Some(types) = &self.types else {
            let is_object = !self.properties.is_empty() || !self.required.is_empty();
            return match (is_object, !self.items.is_empty()) {
                (true, _) => value.is_object(),
                (_, true) => value.is_array(),
                _ => true,
            };
        };
        types.iter().any(|own| match *own {
            "object" => value.is_object(),
            "array" => value.is_array(),
            "string" => value.is_string(),
            "boolean" => value.is_boolean(),
            "number" => value.is_number(),
            "integer" => value.as_f64().is_some_and(|own| own.fract() == 0.0),
            _ => false,
        })
    }

    /// Is it among the values that are listed, if any are?
    pub(crate) fn is_listed(&self, value: &Value) -> bool {
        let list = self.list("enum");
        let only = self.words.get("const");
        (list.is_empty() || list.contains(value)) && only.is_none_or(|only| **only == *value)
    }

    pub(crate) fn list(&self, word: &str) -> &'v [Value] {
        let list = self.words.get(word).and_then(|own| own.as_array());
        list.map(Vec::as_slice).unwrap_or_default()
    }

    pub(crate) fn text(&self, word: &str) -> Option<&'v str> {
        self.words.get(word).and_then(|own| own.as_str())
    }

    pub(crate) fn count(&self, word: &str) -> Option<usize> {
        let number = self.words.get(word)?.as_f64()?;
        let is_count = (0.0..1e9).contains(&number);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "it is a count, as just checked"
        )]
        is_count.then_some(number as usize)
    }

    pub(crate) fn number(&self, word: &str) -> Option<f64> {
        self.words.get(word)?.as_f64()
    }

    /// What the document shows of it.
    pub(crate) fn examples(&self) -> impl Iterator<Item = &'v Value> {
        let default = self.words.get("default").copied();
        self.list("examples").iter().chain(default)
    }

    pub(crate) fn is_object(&self) -> bool {
        match &self.types {
            Some(types) => types.contains(&"object"),
            None => !self.properties.is_empty(),
        }
    }

    pub(crate) fn is_array(&self) -> bool {
        match &self.types {
            Some(types) => types.contains(&"array"),
            None => !self.items.is_empty(),
        }
    }
}

/// Takes one; was there any left?
fn taken(from: &Cell<usize>) -> bool {
    let left = from.get();
    from.set(left.saturating_sub(1));
    left > 0
}

/// The member that tells which alternative it is, and what it says there.
fn told<'v>(schema: &'v Value, name: &str) -> Option<(&'v str, String)> {
    let discriminator = schema.get("discriminator")?;
    let property = discriminator.get("propertyName")?.as_str()?;
    let mapping = discriminator.get("mapping").and_then(Value::as_object);
    let target = format!("#/definitions/{name}");
    let key = mapping.and_then(|own| own.iter().find(|(_, own)| own.as_str() == Some(&target)));
    match (mapping, key) {
        (_, Some((key, _))) => Some((property, key.clone())),
        (None, None) => Some((property, name.to_owned())),
        (Some(_), None) => None,
    }
}

fn list<'v>(schema: &'v Value, key: &str) -> &'v [Value] {
    let list = schema.get(key).and_then(Value::as_array);
    list.map(Vec::as_slice).unwrap_or_default()
}

fn is_null(schema: &Value) -> bool {
    schema.get("type").and_then(Value::as_str) == Some("null")
        || schema
            .get("enum")
            .is_some_and(|own| *own == serde_json::json!([null]))
}
