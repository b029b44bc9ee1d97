//! Criteria of a search: a list of `{"field", "value", "criteria"}`, all of which must hold.

use std::cmp::Ordering;

use axum::http::StatusCode;
use enforce::Problem;
use serde_json::{Map, Value};

use super::refusal;
use super::seed::plain;

/// What is looked for.
pub(super) struct Criteria(Vec<Criterion>);

struct Criterion {
    field: String,
    value: Value,
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
    /// Reads the body of a search; an object is a list of members that must be equal.
    pub(super) fn read(body: Option<Value>) -> Result<Self, Problem> {
        match body {
            None => Ok(Self(Vec::new())),
            Some(Value::Array(items)) => items
                .into_iter()
                .map(criterion)
                .collect::<Result<_, _>>()
                .map(Self),
            Some(Value::Object(members)) => Ok(Self(members.into_iter().map(equal).collect())),
            Some(_) => Err(malformed()),
        }
    }

    pub(super) fn hold(&self, record: &Value) -> bool {
        self.0.iter().all(|criterion| criterion.holds(record))
    }
}

fn equal((field, value): (String, Value)) -> Criterion {
    Criterion {
        field,
        value,
        compare: Compare::Equal,
    }
}

fn criterion(item: Value) -> Result<Criterion, Problem> {
    let Value::Object(mut members) = item else {
        return Err(malformed());
    };
    let Some(Value::String(field)) = members.remove("field") else {
        return Err(malformed());
    };
    Ok(Criterion {
        field,
        compare: compare(&members)?,
        value: members.remove("value").unwrap_or(Value::Null),
    })
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
                "unknown-criterion",
                "The member criteria must be one of =, !=, <, <=, >, >=, like, not_like, is_null, not_null, in, not_in.",
            ));
        }
    })
}

fn malformed() -> Problem {
    refusal::body(
        StatusCode::BAD_REQUEST,
        "malformed-criteria",
        "A search needs a JSON array as its body, such as [{\"field\": \"name_1\", \"value\": \"AG\", \"criteria\": \"like\"}].",
    )
}

impl Criterion {
    fn holds(&self, record: &Value) -> bool {
        let found = record.get(&self.field).unwrap_or(&Value::Null);
        match self.compare {
            Compare::Equal => plain(found) == plain(&self.value),
            Compare::NotEqual => plain(found) != plain(&self.value),
            Compare::Less => self.order(found) == Some(Ordering::Less),
            Compare::LessOrEqual => self.order(found).is_some_and(Ordering::is_le),
            Compare::Greater => self.order(found) == Some(Ordering::Greater),
            Compare::GreaterOrEqual => self.order(found).is_some_and(Ordering::is_ge),
            Compare::Like => self.is_like(found),
            Compare::NotLike => !self.is_like(found),
            Compare::Null => found.is_null(),
            Compare::NotNull => !found.is_null(),
            Compare::In => self.names(found),
            Compare::NotIn => !self.names(found),
        }
    }

    /// Numbers as numbers, everything else as text; dates are written so that this is right.
    fn order(&self, found: &Value) -> Option<Ordering> {
        let numbers = (number(found), number(&self.value));
        match numbers {
            (Some(found), Some(wanted)) => found.partial_cmp(&wanted),
            _ if found.is_null() => None,
            _ => Some(plain(found).cmp(&plain(&self.value))),
        }
    }

    fn is_like(&self, found: &Value) -> bool {
        let wanted = plain(&self.value).trim_matches('%').to_lowercase();
        !found.is_null() && plain(found).to_lowercase().contains(&wanted)
    }

    fn names(&self, found: &Value) -> bool {
        let values = self.value.as_array();
        values
            .into_iter()
            .flatten()
            .any(|value| plain(value) == plain(found))
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
            .unwrap_or_else(|_| panic!("readable"))
            .hold(&record)
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
