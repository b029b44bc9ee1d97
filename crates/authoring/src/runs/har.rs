//! HTTP Archive 1.2, as browsers and test tools save it. What is not looked at is not kept, such as
//! the bodies of answers.

use std::borrow::Cow;

use scope::JsonMistake;
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::run::{Answer, Record, RecordedBody};

#[derive(Deserialize)]
struct Archive<'t> {
    #[serde(borrow)]
    log: Log<'t>,
}

#[derive(Deserialize)]
struct Log<'t> {
    /// Each is read by itself: one that is odd says nothing about the others.
    #[serde(borrow)]
    entries: Vec<&'t RawValue>,
}

#[derive(Deserialize)]
struct Entry<'t> {
    #[serde(borrow)]
    request: Option<Request<'t>>,
    response: Option<Response>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Request<'t> {
    #[serde(borrow)]
    method: Option<Cow<'t, str>>,
    #[serde(borrow)]
    url: Option<Cow<'t, str>>,
    #[serde(borrow, default)]
    headers: Vec<Header<'t>>,
    #[serde(borrow)]
    post_data: Option<PostData<'t>>,
    body_size: Option<i64>,
}

#[derive(Deserialize)]
struct Header<'t> {
    #[serde(borrow)]
    name: Option<Cow<'t, str>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PostData<'t> {
    #[serde(borrow)]
    mime_type: Option<Cow<'t, str>>,
    #[serde(borrow)]
    text: Option<Cow<'t, str>>,
    #[serde(borrow)]
    encoding: Option<Cow<'t, str>>,
}

#[derive(Deserialize)]
struct Response {
    status: Option<i64>,
}

/// Is it an archive, as far as its beginning tells? One that was cut off right there is, too.
pub(super) fn is_archive(text: &str) -> bool {
    let key = text.trim_start().strip_prefix('{').map(str::trim_start);
    let value = key
        .and_then(|key| key.strip_prefix("\"log\""))
        .map(str::trim_start);
    let value = value
        .and_then(|rest| rest.strip_prefix(':'))
        .map(str::trim_start);
    value.is_some_and(|value| value.is_empty() || value.starts_with('{'))
}

/// Each entry, by its number from 1; or what is wrong with it.
pub(super) fn read(
    text: &str,
) -> Result<impl Iterator<Item = (usize, Result<Record, String>)>, String> {
    let archive: Archive<'_> =
        serde_json::from_str(text).map_err(|error| JsonMistake::of(&error).to_string())?;
    let entries = archive.log.entries.into_iter().zip(1..);
    Ok(entries.map(|(entry, number)| (number, one(number, entry.get()))))
}

fn one(number: usize, text: &str) -> Result<Record, String> {
    let odd = |why: String| format!("it is no entry of an HTTP Archive: {why}");
    let read = match text.starts_with('{') {
        true => serde_json::from_str::<Entry<'_>>(text).map_err(|error| {
            // Its own lines are none of the file.
            odd_member(text).unwrap_or_else(|| JsonMistake::of(&error).what)
        }),
        false => Err(odd_member(text).unwrap_or_default()),
    };
    let entry = read.map_err(odd)?;
    record(number, entry).ok_or_else(|| "the entry has no method or no url".to_owned())
}

/// What an entry and its members are, where they are there; a star is each of a list.
const MEMBERS: [(&str, &str); 14] = [
    ("", "an object"),
    ("request", "an object"),
    ("request.method", "a text"),
    ("request.url", "a text"),
    ("request.headers", "a list"),
    ("request.headers.*", "an object"),
    ("request.headers.*.name", "a text"),
    ("request.postData", "an object"),
    ("request.postData.mimeType", "a text"),
    ("request.postData.text", "a text"),
    ("request.postData.encoding", "a text"),
    ("request.bodySize", "a number"),
    ("response", "an object"),
    ("response.status", "a number"),
];

/// The first of these that is something else.
fn odd_member(text: &str) -> Option<String> {
    let entry: Value = serde_json::from_str(text).ok()?;
    MEMBERS.iter().find_map(|(path, wanted)| {
        let mut found = vec![&entry];
        for name in path.split('.').filter(|name| !name.is_empty()) {
            let mut below = Vec::new();
            for own in found {
                match own {
                    Value::Array(list) if name == "*" => below.extend(list),
                    _ => below.extend(own.get(name)),
                }
            }
            found = below;
        }
        let is_needed = matches!(*path, "" | "request.headers" | "request.headers.*");
        let is_odd = |own: &&Value| kind(own) != *wanted && (is_needed || !own.is_null());
        let own = found.into_iter().find(is_odd).map(kind)?;
        Some(match *path {
            "" => format!("it is {own}, not {wanted}"),
            _ => format!("its `{}` is {own}, not {wanted}", path.replace(".*", "")),
        })
    })
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Object(_) => "an object",
        Value::Array(_) => "a list",
        Value::String(_) => "a text",
        Value::Bool(_) => "`true` or `false`",
        Value::Null => "null",
        Value::Number(_) => "a number",
    }
}

fn record(number: usize, entry: Entry<'_>) -> Option<Record> {
    let request = entry.request?;
    let method = request.method?.to_ascii_uppercase();
    let asks_first = |header: &Header<'_>| {
        let name = header.name.as_deref().unwrap_or_default();
        name.eq_ignore_ascii_case("access-control-request-method")
    };
    let status = entry.response.and_then(|response| response.status);
    let answer = match status.map(u16::try_from) {
        None => Answer::Unknown,
        Some(Ok(status)) if status > 0 => Answer::Status(status),
        Some(_) => Answer::None,
    };
    Some(Record {
        line: number,
        is_preflight: method == "OPTIONS" && request.headers.iter().any(asks_first),
        method,
        target: request.url?.into_owned(),
        host: None,
        body: match request.post_data {
            None if request.body_size.is_none_or(|size| size <= 0) => {
                RecordedBody::Seen(String::new())
            }
            None => RecordedBody::Unseen,
            Some(data) => body(data),
        },
        answer,
    })
}

/// As a gate reads it: JSON in UTF-8, or not at all.
fn body(data: PostData<'_>) -> RecordedBody {
    let kind = data.mime_type.as_deref().unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    let kind = kind.to_ascii_lowercase();
    let is_json =
        kind == "application/json" || (kind.starts_with("application/") && kind.ends_with("+json"));
    match data.text {
        Some(text) if is_json && data.encoding.is_none() => RecordedBody::Seen(text.into_owned()),
        _ => RecordedBody::Unseen,
    }
}
