//! What a body says it is, as long as every reader reads that alike.

use http::HeaderMap;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE};

/// What a `Content-Type` says about a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyKind {
    /// JSON in UTF-8, not compressed.
    Json,
    /// Something else, or nothing.
    Other,
    /// Two parsers could read it differently: two of them, a parameter given twice, blanks
    /// around `=`, a quoted string with escapes, extended parameters (RFC 8187).
    Ambiguous,
}

impl BodyKind {
    /// By the headers of a request.
    #[must_use]
    pub fn of(headers: &HeaderMap) -> Self {
        let mut types = headers.get_all(CONTENT_TYPE).iter();
        let kind = match (types.next(), types.next()) {
            (None, _) => Self::Other,
            (Some(_), Some(_)) => Self::Ambiguous,
            (Some(value), None) => value.to_str().map_or(Self::Ambiguous, |value| {
                read(value).unwrap_or(Self::Ambiguous)
            }),
        };
        if kind == Self::Json && headers.contains_key(CONTENT_ENCODING) {
            return Self::Other;
        }
        kind
    }
}

/// RFC 9110 section 8.3.1, without what is seldom written and often misread.
fn read(value: &str) -> Option<BodyKind> {
    let value = value.trim_matches(BLANKS);
    let mut parts = value.strip_suffix(';').unwrap_or(value).split(';');
    let (kind, subtype) = parts.next()?.trim_end_matches(BLANKS).split_once('/')?;
    if !is_token(kind) || !is_token(subtype) {
        return None;
    }
    let mut names: Vec<&str> = Vec::new();
    let mut is_utf8 = true;
    for parameter in parts {
        let (name, value) = parameter.trim_matches(BLANKS).split_once('=')?;
        let quoted = value
            .strip_prefix('"')
            .and_then(|rest| rest.strip_suffix('"'));
        let plain = match quoted {
            Some(quoted) => quoted
                .bytes()
                .all(|byte| matches!(byte, b' '..=b'~') && !b"\"\\;".contains(&byte)),
            None => is_token(value),
        };
        let repeated = names.iter().any(|own| own.eq_ignore_ascii_case(name));
        if !is_token(name) || name.contains('*') || !plain || repeated {
            return None;
        }
        if name.eq_ignore_ascii_case("charset") {
            is_utf8 = quoted.unwrap_or(value).eq_ignore_ascii_case("utf-8");
        }
        names.push(name);
    }
    let subtype = subtype.to_ascii_lowercase();
    let is_json = kind.eq_ignore_ascii_case("application")
        && (subtype == "json" || subtype.ends_with("+json"));
    Some(if is_json && is_utf8 {
        BodyKind::Json
    } else {
        BodyKind::Other
    })
}

const BLANKS: [char; 2] = [' ', '\t'];

/// RFC 9110 section 5.6.2.
fn is_token(text: &str) -> bool {
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !text.is_empty() && text.bytes().all(is_token)
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::{HeaderName, HeaderValue};

    fn kind(headers: &[(HeaderName, &str)]) -> BodyKind {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        BodyKind::of(&map)
    }

    #[test]
    fn json_in_utf8_is_seen() {
        for value in [
            "application/json",
            "Application/JSON; charset=UTF-8",
            "application/json;charset=\"utf-8\"",
            "application/merge-patch+json",
            "application/json; profile=x",
            "application/json \t;\t charset=utf-8 ",
            "application/json;",
        ] {
            assert_eq!(kind(&[(CONTENT_TYPE, value)]), BodyKind::Json, "{value}");
        }
    }

    #[test]
    fn what_is_something_else_is_not_seen() {
        assert_eq!(kind(&[]), BodyKind::Other);
        for value in [
            "text/plain",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=\"a b\"",
            "application/json; charset=utf-16",
            "application/json; charset=utf8",
            "application/jsonp",
        ] {
            assert_eq!(kind(&[(CONTENT_TYPE, value)]), BodyKind::Other, "{value}");
        }
        let json = (CONTENT_TYPE, "application/json");
        assert_eq!(kind(&[json, (CONTENT_ENCODING, "gzip")]), BodyKind::Other);
    }

    #[test]
    fn what_two_parsers_read_differently_is_ambiguous() {
        for value in [
            "",
            "json",
            "application/",
            " / ",
            "application/json, text/plain",
            "application/json; charset =utf-7",
            "application/json; charset= utf-8",
            "application/json; charset=utf-8; charset=utf-7",
            "application/json; charset=utf-8; CharSet=utf-8",
            "application/json; charset*=utf-8''utf-7",
            "application/json; charset*0=utf-7",
            "application/json; charset",
            "application/json;;charset=utf-7",
            "application/json; charset=\"utf-8",
            "application/json; charset=\"utf-\\8\"",
            "application/json; a=\"; charset=utf-7\"",
            "application/json; charset=utf-8 x",
            "application /json",
            "application/json charset=utf-7",
            "application/json; charset=utf-8\u{e9}",
        ] {
            assert_eq!(
                kind(&[(CONTENT_TYPE, value)]),
                BodyKind::Ambiguous,
                "{value}"
            );
        }
        let json = (CONTENT_TYPE, "application/json");
        assert_eq!(kind(&[json.clone(), json]), BodyKind::Ambiguous);
    }
}
