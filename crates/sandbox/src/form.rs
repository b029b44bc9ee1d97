//! Forms, as pages of browsers and `curl -F` send them.

use axum::body::{Body, Bytes};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use enforce::Problem;
use multer::{Field, Multipart};
use serde_json::{Map, Value};

use super::body::is_json;
use super::refusal;

/// The fields of a form; several of one name are a list. Of a file nothing is kept, and a body of
/// another type is one.
pub(super) async fn read(
    headers: &HeaderMap,
    kind: &str,
    bytes: Bytes,
) -> Result<Map<String, Value>, Problem> {
    let mut members = Map::new();
    match kind {
        "application/x-www-form-urlencoded" => {
            for (name, value) in url::form_urlencoded::parse(&bytes) {
                add(&mut members, &name, Value::from(value.into_owned()));
            }
        }
        "multipart/form-data" => {
            let kind = headers.get(CONTENT_TYPE);
            let kind = kind.and_then(|own| own.to_str().ok()).unwrap_or_default();
            let boundary = multer::parse_boundary(kind).map_err(|error| malformed(&error))?;
            let body = Body::from(bytes).into_data_stream();
            let mut parts = Multipart::new(body, boundary);
            while let Some(part) = parts
                .next_field()
                .await
                .map_err(|error| malformed(&error))?
            {
                if let Some((name, value)) = field(part).await? {
                    add(&mut members, &name, value);
                }
            }
        }
        _ => {}
    }
    Ok(members)
}

/// Name and value of a part; nothing where it is a file.
async fn field(part: Field<'_>) -> Result<Option<(String, Value)>, Problem> {
    let name = part.name().map(str::to_owned);
    let name = name.ok_or_else(|| malformed(&"a part has no name"))?;
    let is_file = part.file_name().is_some();
    let kind = part.content_type().map(|own| own.essence_str().to_owned());
    // Read in any case: it may break off within a file.
    let bytes = part.bytes().await.map_err(|error| malformed(&error))?;
    if is_file {
        return Ok(None);
    }
    let value = if kind.is_some_and(|own| is_json(&own)) {
        let value = serde_json::from_slice(&bytes);
        value.map_err(|error| malformed(&format!("{name:.100} is not JSON: {error}")))?
    } else {
        let text = std::str::from_utf8(&bytes);
        Value::from(text.map_err(|_| malformed(&format!("{name:.100} is not UTF-8")))?)
    };
    Ok(Some((name, value)))
}

fn add(members: &mut Map<String, Value>, name: &str, value: Value) {
    let (name, is_list) = match name.strip_suffix("[]") {
        Some(name) => (name, true),
        None => (name, false),
    };
    match members.get_mut(name) {
        Some(Value::Array(known)) => known.push(value),
        Some(known) => *known = Value::Array(vec![known.take(), value]),
        None if is_list => {
            members.insert(name.to_owned(), Value::Array(vec![value]));
        }
        None => {
            members.insert(name.to_owned(), value);
        }
    }
}

fn malformed(why: &dyn std::fmt::Display) -> Problem {
    let detail = format!(
        "The body is no multipart/form-data that can be read: {why}. Send each field as a part with a name, and the boundary in Content-Type, as curl -F name=value does."
    );
    refusal::body(
        StatusCode::BAD_REQUEST,
        refusal::Kind::MalformedForm,
        &detail,
    )
}
