//! A call as the server is asked about it, and what it answers (`docs/decide.md`).

use std::collections::BTreeMap;

use bytes::Bytes;
use enforce::{Call, Problem};
use http::header::{AUTHORIZATION, HOST};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use scope::Visible;
use serde::{Deserialize, Serialize};

use crate::front::Passed;
use crate::identity::Identity;

#[derive(Serialize)]
struct Question<'a> {
    method: &'a str,
    path: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    query: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    host: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    headers: Option<BTreeMap<&'a str, Vec<String>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<&'a str>,
    /// It is counted here.
    count: bool,
}

#[derive(Deserialize)]
#[serde(tag = "decision", rename_all = "lowercase")]
enum Decision {
    Permit {
        identity: BTreeMap<String, String>,
    },
    Deny {
        reason: String,
        status: u16,
        headers: BTreeMap<String, String>,
        body: String,
    },
}

/// What the server is asked; `None` where the call cannot be told in full.
pub(super) fn of(call: &Call<'_>, body: Option<&Bytes>) -> Option<Bytes> {
    let has = |name: HeaderName| call.headers.is_some_and(|all| all.contains_key(name));
    let seen = |what: Visible<'_>| matches!(what, Visible::Seen(_));
    let host = match call.host {
        Visible::Seen(host) if !has(HOST) => Some(host),
        // The host is told by another than the header that was sent, or by none of several.
        _ if has(HOST) != seen(call.host) => return None,
        _ => None,
    };
    let question = Question {
        method: call.method,
        path: call.path,
        query: match call.query {
            Visible::Seen(query) => Some(query),
            _ => None,
        },
        host,
        token: call
            .token
            .filter(|_| !has(AUTHORIZATION))
            .map(enforce::UnverifiedToken::expose),
        headers: call.headers.map(told),
        body: match body {
            Some(body) => Some(std::str::from_utf8(body).ok()?),
            None => None,
        },
        count: false,
    };
    serde_json::to_vec(&question).ok().map(Bytes::from)
}

/// A character for each byte, as `decide` reads them.
fn told(headers: &HeaderMap) -> BTreeMap<&str, Vec<String>> {
    let all = headers.keys().map(|name| {
        let values = headers.get_all(name).iter();
        let values = values.map(|value| value.as_bytes().iter().copied().map(char::from).collect());
        (name.as_str(), values.collect())
    });
    all.collect()
}

/// What the server said: who calls, or the answer for the caller. `None` where that is not understood.
pub(super) fn answered(text: &[u8]) -> Option<Result<Passed, Problem>> {
    match serde_json::from_slice(text).ok()? {
        Decision::Permit { identity } => {
            let identity = Identity::told(&identity)?;
            Some(Ok(Passed::of(identity)))
        }
        Decision::Deny {
            reason,
            status,
            headers,
            body,
        } => {
            let status = StatusCode::from_u16(status).ok()?;
            if !status.is_client_error() && !status.is_server_error() {
                return None;
            }
            let headers = headers.iter().map(|(name, value)| {
                let name: HeaderName = name.parse().ok()?;
                Some((name, HeaderValue::from_str(value).ok()?))
            });
            let headers: Option<HeaderMap> = headers.collect();
            let problem = Problem::told(status, &reason, headers?, body.into());
            problem.map(Err)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_is_told_as_it_came() {
        let mut headers = HeaderMap::new();
        headers.insert(HOST, HeaderValue::from_static("api.example"));
        headers.insert(AUTHORIZATION, HeaderValue::from_static("Bearer t"));
        headers.append("x", HeaderValue::from_bytes(b"caf\xe9").unwrap());
        headers.append("x", HeaderValue::from_static("2"));
        let call = Call::new("GET", "/a%2Fb?c=d").with_headers(&headers);
        let asked = of(&call, Some(&Bytes::from_static(b"{}"))).unwrap();
        let asked: serde_json::Value = serde_json::from_slice(&asked).unwrap();
        let expected = serde_json::json!({
            "method": "GET", "path": "/a%2Fb", "query": "c=d", "body": "{}", "count": false,
            "headers": {
                "host": ["api.example"], "authorization": ["Bearer t"], "x": ["café", "2"],
            },
        });
        assert_eq!(asked, expected);
        assert_eq!(of(&call, Some(&Bytes::from_static(b"\xff"))), None);
    }

    #[test]
    fn only_a_whole_answer_counts() {
        let permit = r#"{"decision":"permit","identity":{"permit":"token","client":"app"}}"#;
        let passed = answered(permit.as_bytes()).unwrap().unwrap();
        let mut headers = HeaderMap::new();
        passed.identity.set(&mut headers);
        assert_eq!(headers["scopegate-client"], "app");
        assert_eq!(headers["scopegate-scope"], "");
        let deny = |status: u16, reason: &str| {
            let text = format!(
                r#"{{"decision":"deny","reason":"{reason}","status":{status},"headers":{{"a":"b"}},"body":"x"}}"#
            );
            answered(text.as_bytes())
        };
        let problem = deny(403, "insufficient-scope").unwrap().unwrap_err();
        assert_eq!(problem.reason(), "insufficient-scope");
        let answer = problem.into_response("", None, None);
        assert_eq!(
            (answer.status().as_u16(), &answer.headers()["a"]),
            (403, &HeaderValue::from_static("b"))
        );
        for wrong in [
            deny(200, "no-rule"),
            deny(403, "unheard-of"),
            deny(99, "no-rule"),
        ] {
            assert!(wrong.is_none());
        }
        for wrong in [
            "",
            "{}",
            r#"{"decision":"permit"}"#,
            r#"{"decision":"permit","identity":{}}"#,
            r#"{"decision":"permit","identity":{"permit":""}}"#,
            r#"{"decision":"permit","identity":{"permit":"token","client":"a\nb"}}"#,
        ] {
            assert!(answered(wrong.as_bytes()).is_none(), "{wrong}");
        }
    }
}
