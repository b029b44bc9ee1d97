use axum_core::body::Body;
use bytes::Bytes;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use http::request::Parts;
use http::{HeaderMap, StatusCode};
use http_body_util::{BodyExt, LengthLimitError, Limited};

use crate::Problem;

/// How much of a body is read where a rule depends on it, in bytes: 1 MiB. A longer one is
/// answered 413.
pub const MAX_BODY_BYTES: usize = 1024 * 1024;

/// Reads a body whole, within [`MAX_BODY_BYTES`].
pub(super) async fn read(body: Body) -> Result<Bytes, Problem> {
    match Limited::new(body, MAX_BODY_BYTES).collect().await {
        Ok(read) => Ok(read.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(Problem::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "body-too-large",
            "The body is too large",
            "Which scope this call needs depends on its body, and the body is larger than 1 MiB. Send a smaller one.",
        )),
        Err(_) => Err(Problem::new(
            StatusCode::BAD_REQUEST,
            "unreadable-body",
            "The body could not be read",
            "Which scope this call needs depends on its body, and the body ended early. Send it again.",
        )),
    }
}

/// The body as text, if it is JSON that the API cannot read in another way than this gate:
/// said to be JSON, not compressed, UTF-8.
pub(super) fn as_json<'b>(parts: &Parts, body: &'b Bytes) -> Option<&'b str> {
    if parts.headers.contains_key(CONTENT_ENCODING) || !is_json(&parts.headers) {
        return None;
    }
    std::str::from_utf8(body).ok()
}

fn is_json(headers: &HeaderMap) -> bool {
    let mut types = headers.get_all(CONTENT_TYPE).iter();
    let (Some(value), None) = (types.next(), types.next()) else {
        return false;
    };
    let Ok(value) = value.to_str() else {
        return false;
    };
    let mut parts = value.split(';').map(str::trim);
    let media_type = parts.next().unwrap_or("").to_ascii_lowercase();
    let named_json = media_type == "application/json"
        || (media_type.starts_with("application/") && media_type.ends_with("+json"));
    named_json
        && parts.all(|parameter| {
            let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
            !name.eq_ignore_ascii_case("charset")
                || value.trim_matches('"').eq_ignore_ascii_case("utf-8")
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::Request;

    fn seen(headers: &[(&str, &str)], body: &'static [u8]) -> bool {
        let mut request = Request::builder();
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let (parts, ()) = request.body(()).unwrap().into_parts();
        as_json(&parts, &Bytes::from_static(body)).is_some()
    }

    #[test]
    fn json_in_utf8_is_seen() {
        for media_type in [
            "application/json",
            "Application/JSON; charset=UTF-8",
            "application/json;charset=\"utf-8\"",
            "application/merge-patch+json",
            "application/json; profile=x",
        ] {
            assert!(seen(&[("content-type", media_type)], b"{}"), "{media_type}");
        }
    }

    #[test]
    fn what_an_api_may_read_differently_is_not_seen() {
        assert!(!seen(&[], b"{}"));
        for media_type in [
            "text/plain",
            "application/x-www-form-urlencoded",
            "application/json; charset=utf-16",
            "application/jsonp",
            "",
        ] {
            assert!(
                !seen(&[("content-type", media_type)], b"{}"),
                "{media_type}"
            );
        }
        let json = ("content-type", "application/json");
        assert!(!seen(&[json, json], b"{}"));
        assert!(!seen(&[json, ("content-encoding", "gzip")], b"{}"));
        assert!(!seen(&[json], b"{\"a\":\"\xff\"}"));
    }
}
