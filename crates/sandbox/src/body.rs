//! Reading what a sandbox call brings: JSON of modest size, or a form.

use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use enforce::Problem;
use enforce::reading::{self, Unread};
use scope::ApiOperation;
use serde_json::{Map, Value};

use super::described::Where;
use super::invent::sent::Wrong;
use super::said::Said;
use super::{form, naming, refusal};

/// How large a body may be.
const MAX_BYTES: usize = 64 * 1024;

/// The body, or `None` when there is none. What the description takes besides JSON is read as far as
/// it is a form; of a file nothing is kept.
pub(super) async fn json(
    headers: &HeaderMap,
    body: Body,
    operation: Option<&ApiOperation>,
) -> Result<Option<Value>, Problem> {
    let read = reading::read(headers, body, MAX_BYTES).await;
    let bytes = read.map_err(|unread| match unread {
        Unread::TooLarge => refusal::body(
            StatusCode::PAYLOAD_TOO_LARGE,
            refusal::Kind::BodyTooLarge,
            "The sandbox takes bodies of up to 64 KiB. Send a smaller one.",
        ),
        Unread::TooSlow => refusal::body(
            StatusCode::REQUEST_TIMEOUT,
            refusal::Kind::SlowBody,
            "The body did not arrive in time. Send it again.",
        ),
        Unread::Incomplete => refusal::body(
            StatusCode::BAD_REQUEST,
            refusal::Kind::UnreadableBody,
            "The body ended early. Send it again.",
        ),
    })?;
    if bytes.is_empty() {
        return Ok(None);
    }
    let kind = media_type(headers);
    if !is_json(&kind) && operation.is_some_and(|own| takes(own, &kind)) {
        return Ok(Some(Value::Object(
            form::read(headers, &kind, bytes).await?,
        )));
    }
    if !is_json(&kind) {
        return Err(refusal::body(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            refusal::Kind::NotJson,
            &what_is_taken(operation),
        ));
    }
    serde_json::from_slice(&bytes).map(Some).map_err(|error| {
        let detail = format!("The body is not JSON: {error}.");
        refusal::body(
            StatusCode::BAD_REQUEST,
            refusal::Kind::MalformedJson,
            &detail,
        )
    })
}

/// The content type without parameters, in small letters.
fn media_type(headers: &HeaderMap) -> String {
    let kind = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    essence(kind.unwrap_or_default())
}

fn essence(kind: &str) -> String {
    let kind = kind.split(';').next().unwrap_or_default();
    kind.trim().to_ascii_lowercase()
}

pub(super) fn is_json(kind: &str) -> bool {
    kind == "application/json" || (kind.starts_with("application/") && kind.ends_with("+json"))
}

/// Does the description say that a call may have such a body?
fn takes(operation: &ApiOperation, kind: &str) -> bool {
    let mut kinds = operation.request.iter().map(|(own, _)| essence(own));
    !kind.is_empty()
        && kinds.any(|own| {
            let beginning = own.strip_suffix('*');
            own == kind || beginning.is_some_and(|own| own == "*/" || kind.starts_with(own))
        })
}

/// Which content types a call takes, for one that came with another.
fn what_is_taken(operation: Option<&ApiOperation>) -> String {
    let kinds = operation
        .into_iter()
        .flat_map(|own| own.request.iter())
        .map(|(own, _)| essence(own))
        .filter(|own| !is_json(own));
    let mut kinds: Vec<String> = std::iter::once("application/json".to_owned())
        .chain(kinds)
        .collect();
    match (kinds.pop(), kinds.is_empty()) {
        (Some(last), false) => format!(
            "This call takes {} or {last}. Send one of these, and say which in Content-Type.",
            kinds.join(", ")
        ),
        _ => "This call takes JSON only. Send it with Content-Type: application/json.".to_owned(),
    }
}

/// The members of the one record that a body must be. Some APIs wrap it in an object with
/// the record's name, such as `{"client": {…}}`: that is taken off.
pub(super) fn record(
    body: Option<Value>,
    collection: &str,
    said: Option<&Said>,
) -> Result<Map<String, Value>, Problem> {
    let Some(Value::Object(members)) = body else {
        return Err(refusal::body(
            StatusCode::BAD_REQUEST,
            refusal::Kind::NotAnObject,
            "This call needs a JSON object with the record's members as its body, such as {\"name\": \"Example\"}.",
        ));
    };
    Ok(match said {
        Some(said) => said.members(members),
        None => unwrapped(members, collection),
    })
}

/// The refusal of a body that has something else where its records should be.
pub(super) fn no_record_in(place: &Where) -> Problem {
    let name = place.path.join(".");
    let (kind, what) = match place.is_list {
        true => (
            refusal::Kind::NotAList,
            "a list of 1 to 100 objects, one for each record",
        ),
        false => (
            refusal::Kind::NotAnObject,
            "an object with the record's members",
        ),
    };
    let detail = format!("This call needs a JSON object as its body, in which {name} is {what}.");
    refusal::body(StatusCode::BAD_REQUEST, kind, &detail)
}

/// The refusal of a body of which a member is of another type than the description has.
pub(super) fn wrong_type(wrong: &Wrong) -> Problem {
    let what = match wrong.at.as_str() {
        "" => "The record",
        at => at,
    };
    let detail = format!(
        "{what:.200} must be {:.200}, as the API describes it.",
        wrong.must_be
    );
    refusal::body(StatusCode::BAD_REQUEST, refusal::Kind::WrongType, &detail)
}

/// The members of a record, or nothing when there is no body.
pub(super) fn optional_record(
    body: Option<Value>,
    collection: &str,
    said: Option<&Said>,
) -> Result<Map<String, Value>, Problem> {
    match body {
        None => Ok(Map::new()),
        body => record(body, collection, said),
    }
}

fn unwrapped(mut members: Map<String, Value>, collection: &str) -> Map<String, Value> {
    let name = naming::singular(collection);
    let wrapper = members
        .iter()
        .find(|(key, value)| value.is_object() && naming::same_words(key, &name))
        .map(|(key, _)| key.clone());
    match wrapper {
        Some(key) if members.len() == 1 => match members.remove(&key) {
            Some(Value::Object(inner)) => inner,
            _ => members,
        },
        _ => members,
    }
}

/// The records of a body that holds several: a list, or an object with a list in it.
pub(super) fn records(
    body: Option<Value>,
    collection: &str,
    said: Option<&Said>,
) -> Result<Vec<Map<String, Value>>, Problem> {
    const MOST: usize = 100;
    let items = match body {
        Some(Value::Array(items)) => items,
        Some(Value::Object(members)) => {
            let single = Value::Object(members.clone());
            let list = members.into_iter().find_map(|(_, value)| match value {
                Value::Array(items) if items.iter().all(Value::is_object) => Some(items),
                _ => None,
            });
            list.unwrap_or_else(|| vec![single])
        }
        _ => Vec::new(),
    };
    if items.is_empty() || items.len() > MOST {
        return Err(refusal::body(
            StatusCode::BAD_REQUEST,
            refusal::Kind::NotAList,
            "This call needs a JSON array of 1 to 100 objects as its body, one for each record.",
        ));
    }
    items
        .into_iter()
        .map(|item| record(Some(item), collection, said))
        .collect()
}

/// Every string and number in the lists of a body: the ids a call with many records names.
pub(super) fn named_ids(body: Option<&Value>) -> Vec<String> {
    let lists: Vec<&Value> = match body {
        Some(list @ Value::Array(_)) => vec![list],
        Some(Value::Object(members)) => members.values().filter(|value| value.is_array()).collect(),
        _ => Vec::new(),
    };
    lists
        .into_iter()
        .filter_map(Value::as_array)
        .flatten()
        .filter(|value| value.is_string() || value.is_number())
        .map(super::written::plain)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_wrapped_record_is_unwrapped() {
        let plain = record(Some(json!({"name": "A"})), "clients", None).unwrap();
        let wrapped = record(Some(json!({"client": {"name": "A"}})), "clients", None).unwrap();
        assert_eq!(plain, wrapped);
        let other = record(Some(json!({"address": {"city": "A"}})), "clients", None).unwrap();
        assert!(other.contains_key("address"));
    }

    #[test]
    fn what_is_not_an_object_is_refused() {
        for body in [
            None,
            Some(json!([])),
            Some(json!("a")),
            Some(json!(null)),
            Some(json!(1)),
        ] {
            assert!(record(body.clone(), "x", None).is_err(), "{body:?}");
        }
        assert!(optional_record(None, "x", None).unwrap().is_empty());
        assert!(optional_record(Some(json!([])), "x", None).is_err());
    }

    #[test]
    fn several_records_come_as_a_list() {
        assert_eq!(records(Some(json!([{}, {}])), "x", None).unwrap().len(), 2);
        assert_eq!(
            records(Some(json!({"payments": [{}, {}]})), "x", None)
                .unwrap()
                .len(),
            2
        );
        assert_eq!(
            records(Some(json!({"name": "A"})), "x", None)
                .unwrap()
                .len(),
            1
        );
        assert!(records(Some(json!([])), "x", None).is_err());
        assert!(records(Some(json!([1])), "x", None).is_err());
        assert!(records(Some(Value::Array(vec![json!({}); 101])), "x", None).is_err());
    }

    #[test]
    fn ids_are_found_in_lists() {
        assert_eq!(
            named_ids(Some(&json!({"units": ["unit_1", 2], "note": "x"}))),
            ["unit_1", "2"]
        );
        assert_eq!(named_ids(Some(&json!(["unit_1"]))), ["unit_1"]);
        assert!(named_ids(None).is_empty());
    }
}
