//! What a caller sent, held against its schema: of which types it is, and not within which bounds.

use serde_json::{Map, Number, Value};

use super::schema::{Schemas, Shape};

/// How deep what was sent is looked at.
const MOST_DEEP: usize = 24;

/// A value that no schema for it takes.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Wrong {
    /// The members and places that lead to it.
    pub(crate) at: String,
    /// What it must be.
    pub(crate) must_be: String,
}

/// The value as its schemas have it, where text stands for JSON as in a form; or what is wrong with it.
pub(crate) fn read<'v>(
    from: &Schemas<'v>,
    schemas: &[&'v Value],
    value: Value,
    at: &str,
    depth: usize,
) -> Result<Value, Wrong> {
    let shape = from.shape(schemas, Some(&value));
    // Many documents do not say that a member may be null.
    if depth > MOST_DEEP || value.is_null() {
        return Ok(value);
    }
    let wrong = |must_be: String| {
        let at = at.to_owned();
        Err(Wrong { at, must_be })
    };
    let (is_object, is_array) = (shape.is_object(), shape.is_array());
    let value = match value {
        Value::String(text) if is_object || is_array => written(text, &shape),
        other => other,
    };
    if !is_taken(&shape, &value) {
        return wrong(types(&shape));
    }
    match value {
        Value::Object(members) => {
            let each = members.into_iter().map(|(name, value)| {
                let own = shape.properties.get(name.as_str());
                let is_ours = from.is_marked(&shape, &name, "readOnly");
                let Some(own) = own.filter(|_| !is_ours) else {
                    return Ok((name, value));
                };
                let at = match at {
                    "" => name.clone(),
                    at => format!("{at}.{name}"),
                };
                let value = read(from, own, value, &at, depth + 1)?;
                Ok((name, value))
            });
            Ok(Value::Object(each.collect::<Result<Map<_, _>, _>>()?))
        }
        Value::Array(items) => {
            let each = items.into_iter().enumerate().map(|(number, value)| {
                read(
                    from,
                    &shape.items,
                    value,
                    &format!("{at}[{number}]"),
                    depth + 1,
                )
            });
            Ok(Value::Array(each.collect::<Result<Vec<_>, _>>()?))
        }
        value if !is_listed(&shape, &value) => {
            let listed = shape.list("enum").iter().take(20).map(Value::to_string);
            wrong(format!("one of {}", listed.collect::<Vec<_>>().join(", ")))
        }
        value => Ok(value),
    }
}

/// JSON in a text, where it is that.
fn written(text: String, shape: &Shape<'_>) -> Value {
    let read = serde_json::from_str::<Value>(&text).ok();
    let read = read.filter(|own| (own.is_object() || own.is_array()) && shape.allows(own));
    read.unwrap_or(Value::String(text))
}

/// May it be of this type, or become so?
fn is_taken(shape: &Shape<'_>, value: &Value) -> bool {
    if shape.allows(value) {
        return true;
    }
    let types = shape.types.as_deref().unwrap_or_default();
    types.iter().any(|own| match (*own, value) {
        ("string", Value::Number(_) | Value::Bool(_)) => true,
        ("boolean", Value::String(text)) => text.parse::<bool>().is_ok(),
        ("number", Value::String(text)) => text.parse::<Number>().is_ok(),
        ("integer", Value::String(text)) => {
            let number = text.parse::<Number>().ok().and_then(|own| own.as_f64());
            number.is_some_and(|own| own.fract() == 0.0)
        }
        _ => false,
    })
}

fn is_listed(shape: &Shape<'_>, value: &Value) -> bool {
    let values = shape.list("enum");
    let plain = crate::written::plain;
    values.is_empty() || values.iter().any(|own| plain(own) == plain(value))
}

fn types(shape: &Shape<'_>) -> String {
    let words = shape.types.as_deref().unwrap_or_default().iter();
    let words: Vec<&str> = words
        .map(|own| match *own {
            "object" => "an object",
            "array" => "a list",
            "string" => "a text",
            "integer" => "a whole number",
            "number" => "a number",
            "boolean" => "true or false",
            other => other,
        })
        .collect();
    match words.is_empty() {
        true if shape.properties.is_empty() => "a list".to_owned(),
        true => "an object".to_owned(),
        false => words.join(" or "),
    }
}
