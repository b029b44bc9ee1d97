//! Criteria of a search: a list of `{"field", "value", "criteria"}`, all of which must hold.

use std::cmp::Ordering;

use axum::http::StatusCode;
use enforce::Problem;
use serde_json::{Map, Value};

use super::refusal;
use super::written::plain;

/// The most criteria of one search.
const MOST_CRITERIA: usize = 20;
/// The most text of records and criteria that one search compares, in bytes.
const MOST_COMPARED: usize = 64 * 1024 * 1024;

/// What is looked for.
pub(super) struct Criteria {
    all: Vec<Criterion>,
    /// How much text was compared.
    compared: usize,
}

struct Criterion {
    field: String,
    value: Value,
    /// The value as text, or the values of a list.
    texts: Vec<String>,
    compare: Compare,
}

#[derive(Clone, Copy)]
enum Compare {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Like,
    NotLike,
    Null,
    NotNull,
    In,
    NotIn,
}

impl Criteria {
    /// Nothing: every record meets it.
    pub(super) fn none() -> Self {
        Self {
            all: Vec::new(),
            compared: 0,
        }
    }

    /// Reads the body of a search; an object is a list of members that must be equal.
    pub(super) fn read(body: Option<Value>) -> Result<Self, Problem> {
        let all: Vec<Criterion> = match body {
            None => Vec::new(),
            Some(Value::Array(items)) => {
                let few = items.into_iter().take(MOST_CRITERIA + 1);
                few.map(criterion).collect::<Result<_, _>>()?
            }
            Some(Value::Object(members)) => members
                .into_iter()
                .map(|(field, value)| Criterion::new(field, value, Compare::Equal))
                .collect(),
            Some(_) => return Err(malformed()),
        };
        if all.len() > MOST_CRITERIA {
            return Err(refusal::search_too_wide());
        }
        Ok(Self { all, compared: 0 })
    }

    /// Does a record meet all of them?
    pub(super) fn hold(&mut self, record: &Value) -> Result<bool, Problem> {
        for criterion in &self.all {
            let found = record.get(&criterion.field).unwrap_or(&Value::Null);
            let text = plain(found);
            let wanted = criterion.texts.iter().map(|text| 1 + text.len());
            self.compared += text.len() + wanted.sum::<usize>();
            if self.compared > MOST_COMPARED {
                return Err(refusal::search_too_wide());
            }
            if !criterion.holds(found, &text) {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

fn criterion(item: Value) -> Result<Criterion, Problem> {
    let Value::Object(mut members) = item else {
        return Err(malformed());
    };
    let Some(Value::String(field)) = members.remove("field") else {
        return Err(malformed());
    };
    let compare = compare(&members)?;
    let value = members.remove("value").unwrap_or(Value::Null);
    Ok(Criterion::new(field, value, compare))
}

fn compare(members: &Map<String, Value>) -> Result<Compare, Problem> {
    let Some(criteria) = members.get("criteria") else {
        return Ok(Compare::Like);
    };
    Ok(match criteria.as_str().unwrap_or("") {
        "=" | "equal" => Compare::Equal,
        "!=" | "not_equal" => Compare::NotEqual,
        "<" | "less_than" => Compare::Less,
        "<=" | "less_equal" => Compare::LessOrEqual,
        ">" | "greater_than" => Compare::Greater,
        ">=" | "greater_equal" => Compare::GreaterOrEqual,
        "like" => Compare::Like,
        "not_like" => Compare::NotLike,
        "is_null" => Compare::Null,
        "not_null" => Compare::NotNull,
        "in" => Compare::In,
        "not_in" => Compare::NotIn,
        _ => {
            return Err(refusal::body(
                StatusCode::BAD_REQUEST,
                refusal::Kind::UnknownCriterion,
                "The member criteria must be one of =, !=, <, <=, >, >=, like, not_like, is_null, not_null, in, not_in.",
            ));
        }
    })
}

fn malformed() -> Problem {
    refusal::body(
        StatusCode::BAD_REQUEST,
        refusal::Kind::MalformedCriteria,
        "A search needs a JSON array as its body, such as [{\"field\": \"name_1\", \"value\": \"AG\", \"criteria\": \"like\"}].",
    )
}

impl Criterion {
    fn new(field: String, value: Value, compare: Compare) -> Self {
        let texts = match (compare, &value) {
            (Compare::In | Compare::NotIn, Value::Array(values)) => {
                values.iter().map(plain).collect()
            }
            (Compare::In | Compare::NotIn, _) => Vec::new(),
            (Compare::Like | Compare::NotLike, value) => {
                vec![plain(value).trim_matches('%').to_lowercase()]
            }
            (_, value) => vec![plain(value)],
        };
        Self {
            field,
            value,
            texts,
            compare,
        }
    }

    /// `text` is what was found, as text.
    fn holds(&self, found: &Value, text: &str) -> bool {
        let is_named = || self.texts.iter().any(|own| own == text);
        match self.compare {
            Compare::Equal | Compare::In => is_named(),
            Compare::NotEqual | Compare::NotIn => !is_named(),
            Compare::Less => self.order(found, text) == Some(Ordering::Less),
            Compare::LessOrEqual => self.order(found, text).is_some_and(Ordering::is_le),
            Compare::Greater => self.order(found, text) == Some(Ordering::Greater),
            Compare::GreaterOrEqual => self.order(found, text).is_some_and(Ordering::is_ge),
            Compare::Like => self.is_like(found, text),
            Compare::NotLike => !self.is_like(found, text),
            Compare::Null => found.is_null(),
            Compare::NotNull => !found.is_null(),
        }
    }

    /// Numbers as numbers, everything else as text; dates are written so that this is right.
    fn order(&self, found: &Value, text: &str) -> Option<Ordering> {
        let numbers = (number(found), number(&self.value));
        match numbers {
            (Some(found), Some(wanted)) => found.partial_cmp(&wanted),
            _ if found.is_null() => None,
            _ => Some(text.cmp(self.texts.first()?)),
        }
    }

    fn is_like(&self, found: &Value, text: &str) -> bool {
        let text = text.to_lowercase();
        !found.is_null() && self.texts.iter().any(|wanted| text.contains(wanted))
    }
}

fn number(value: &Value) -> Option<f64> {
    value.as_f64().or_else(|| value.as_str()?.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn found(criteria: Value) -> bool {
        let record = json!({"id": 7, "name": "Muster AG", "total": "12.50", "closed": null});
        Criteria::read(Some(criteria))
            .and_then(|mut criteria| criteria.hold(&record))
            .unwrap_or_else(|problem| panic!("{problem:?}"))
    }

    #[test]
    fn every_comparison_can_hold_and_fail() {
        for (criteria, value, other) in [
            ("=", json!(7), json!("8")),
            ("!=", json!(8), json!("7")),
            ("<", json!(8), json!(7)),
            ("<=", json!(7), json!(6)),
            (">", json!("6"), json!(7)),
            (">=", json!(7), json!(8)),
            ("like", json!("%7%"), json!("70")),
            ("not_like", json!("70"), json!("7")),
            ("in", json!([6, 7]), json!([6])),
            ("not_in", json!([6]), json!(["7"])),
        ] {
            assert!(
                found(json!([{"field": "id", "value": value, "criteria": criteria}])),
                "{criteria}"
            );
            assert!(
                !found(json!([{"field": "id", "value": other, "criteria": criteria}])),
                "{criteria}"
            );
        }
        assert!(found(json!([{"field": "closed", "criteria": "is_null"}])));
        assert!(found(json!([{"field": "name", "criteria": "not_null"}])));
        assert!(found(
            json!([{"field": "total", "value": 9, "criteria": ">"}])
        ));
    }

    #[test]
    fn all_criteria_must_hold_and_none_is_no_limit() {
        assert!(found(json!([])));
        assert!(found(
            json!([{"field": "name", "value": "muster"}, {"field": "id", "value": 7}])
        ));
        assert!(!found(
            json!([{"field": "name", "value": "muster"}, {"field": "id", "value": 8}])
        ));
        assert!(found(json!({"id": 7})));
        assert!(!found(json!({"id": 7, "name": "muster"})));
    }

    #[test]
    fn criteria_and_text_are_bounded() {
        let one = json!({"field": "name", "value": "x"});
        let many = |count: usize| Criteria::read(Some(Value::Array(vec![one.clone(); count])));
        assert!(many(MOST_CRITERIA).is_ok());
        assert!(many(MOST_CRITERIA + 1).is_err());

        let long = "a".repeat(60 * 1024);
        let mut criteria = Criteria::read(Some(json!([{"field": "name", "value": long}]))).unwrap();
        let record = json!({"name": "b".repeat(60 * 1024)});
        let mut held = (0..1_000).map(|_| criteria.hold(&record));
        assert!(held.any(|held| held.is_err()));

        let names: Vec<String> = (0..5_000).map(|number| format!("name {number}")).collect();
        let within = json!([{"field": "name", "value": names, "criteria": "not_in"}]);
        let mut criteria = Criteria::read(Some(within)).unwrap();
        let mut held = (0..2_000).map(|_| criteria.hold(&record));
        assert!(held.any(|held| held.is_err()));
    }

    #[test]
    fn malformed_criteria_are_refused() {
        for body in [
            json!("a"),
            json!([1]),
            json!([{"value": 1}]),
            json!([{"field": "id", "criteria": "~"}]),
            json!([{"field": "id", "criteria": 1}]),
        ] {
            assert!(Criteria::read(Some(body.clone())).is_err(), "{body}");
        }
    }
}
