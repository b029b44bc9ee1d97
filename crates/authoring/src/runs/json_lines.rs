//! Access logs as JSON, one object a line, by the names that servers and proxies give.

use serde_json::Value;

use super::access_log::request_line;
use super::run::{Answer, Record, RecordedBody};

/// Where things stand, the first that is there counts; a dot leads into an object, unless a
/// member has the whole name.
const METHOD: [&str; 11] = [
    "method",
    "request_method",
    "requestMethod",
    "RequestMethod",
    "http_method",
    "verb",
    "request.method",
    "http.request.method",
    "http.method",
    "httpRequest.requestMethod",
    "fields.method",
];
const TARGET: [&str; 17] = [
    "request_uri",
    "requestUri",
    "request_url",
    "requestUrl",
    "uri",
    "url",
    "target",
    "RequestPath",
    "path",
    "request.uri",
    "request.url",
    "http.target",
    "http.url",
    "url.original",
    "url.path",
    "httpRequest.requestUrl",
    "fields.path",
];
const QUERY: [&str; 5] = ["query", "query_string", "queryString", "args", "url.query"];
const STATUS: [&str; 11] = [
    "status",
    "status_code",
    "statusCode",
    "response_code",
    "responseCode",
    "DownstreamStatus",
    "response.status",
    "http.response.status_code",
    "http.status_code",
    "httpRequest.status",
    "fields.status",
];
const HOST: [&str; 8] = [
    "host",
    "http_host",
    "authority",
    ":authority",
    "RequestHost",
    "request.host",
    "url.domain",
    "server_name",
];

/// Nothing where the object is about no call.
pub(super) fn read(number: usize, object: &Value) -> Option<Record> {
    let text = |names: &[&str]| names.iter().find_map(|name| member(object, name)?.as_str());
    let line = text(&["request", "request_line"]).and_then(request_line);
    let (method, target) = match line {
        Some((method, target)) => (method, target.to_owned()),
        None => {
            let method = text(&METHOD)?;
            // Loggers have members of these names for other things, too.
            let is_address = |text: &&str| text.starts_with('/') || text.contains("://");
            let mut targets = TARGET
                .iter()
                .filter_map(|name| member(object, name)?.as_str());
            let mut target = targets.find(is_address)?.to_owned();
            let query = text(&QUERY).map(|query| query.trim_start_matches('?'));
            if let Some(query) = query.filter(|query| !query.is_empty() && !target.contains('?')) {
                target = format!("{target}?{query}");
            }
            (method, target)
        }
    };
    let answer = STATUS.iter().find_map(|name| status(member(object, name)?));
    Some(Record {
        line: number,
        method: method.to_ascii_uppercase(),
        target,
        host: text(&HOST).map(str::to_owned),
        body: RecordedBody::Unseen,
        answer: answer.unwrap_or(Answer::Unknown),
        is_preflight: false,
    })
}

fn status(value: &Value) -> Option<Answer> {
    let number = match value {
        Value::String(text) => text.parse().ok()?,
        _ => value.as_u64()?,
    };
    match u16::try_from(number).ok()? {
        0 => Some(Answer::None),
        status => Some(Answer::Status(status)),
    }
}

fn member<'v>(object: &'v Value, name: &str) -> Option<&'v Value> {
    let whole = object.get(name);
    whole.or_else(|| {
        name.split('.')
            .try_fold(object, |object, name| object.get(name))
    })
}
