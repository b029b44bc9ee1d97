use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use enforce::remote::{Address, TransportError};
use http::header::{ACCEPT, CONTENT_ENCODING, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode};
use oauth::model::{GivenRights, Timestamp};
use serde::{Deserialize, Serialize};

use super::signature::SigningKey;
use crate::outbound::{Bounds, Outbound, Unanswered};

/// The largest answer that is read, in bytes.
const MOST_BYTES: usize = 65_536;
/// So many roles a person has in one organisation at most.
const MOST_ROLES: usize = 100;

/// What the provider's system is asked: its own names for both.
#[derive(Debug, Clone)]
pub(crate) struct Question {
    /// The realm that asks.
    pub(crate) realm: String,
    /// The person, as the provider's sign-in named them.
    pub(crate) person: Arc<str>,
    /// The organisation, likewise.
    pub(crate) organisation: Arc<str>,
}

/// What it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Told {
    /// The person may do this, until then at most.
    Rights(Vec<String>, Option<Timestamp>),
    /// They have these roles of the organisation, until then at most.
    Roles(Vec<String>, Option<Timestamp>),
    /// It knows no such person or organisation.
    Nobody,
}

impl Told {
    /// What ended before it was said is nothing by now.
    pub(super) fn said_at(self, now: Timestamp) -> Self {
        match self {
            Self::Rights(_, Some(until)) | Self::Roles(_, Some(until)) if until <= now => {
                Self::Rights(Vec::new(), None)
            }
            told => told,
        }
    }
}

/// Why it is not known what it says. None of it counts.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Untold {
    /// There is no answer.
    #[error("{0}")]
    Unanswered(Unanswered),
    /// It is neither yes nor no.
    #[error("it answered with status {0}, where 200 or 404 is expected")]
    Status(StatusCode),
    /// It is in no form that is understood.
    #[error("its answer is not understood: {0}")]
    NotUnderstood(String),
}

/// A question as it is written.
#[derive(Serialize)]
struct Asked<'a> {
    realm: &'a str,
    person: &'a str,
    organisation: &'a str,
}

/// What a 200 holds.
#[derive(Deserialize)]
struct Answer {
    rights: Option<Vec<String>>,
    roles: Option<Vec<String>>,
    until: Option<Timestamp>,
}

impl Question {
    /// Asks. A question that could not be delivered is asked once more in the time that is left, since a
    /// kept connection may have been closed meanwhile: it changes nothing, however often it arrives.
    pub(super) async fn ask(
        &self,
        outbound: &Outbound,
        address: &Address,
        key: &SigningKey,
        within: Duration,
        now: Timestamp,
    ) -> Result<Told, Untold> {
        let request = self.request(address, key, now)?;
        let bounds = Bounds {
            within,
            most: MOST_BYTES,
        };
        let asked = async {
            match outbound.ask(address, request.clone(), bounds).await {
                Err(Unanswered::Transport(TransportError::Failed(_))) => {
                    outbound.ask(address, request, bounds).await
                }
                answered => answered,
            }
        };
        let answer = tokio::time::timeout(within, asked).await;
        let answer = answer.unwrap_or(Err(Unanswered::TooSlow(within)));
        read(&answer.map_err(Untold::Unanswered)?)
    }

    fn request(
        &self,
        address: &Address,
        key: &SigningKey,
        now: Timestamp,
    ) -> Result<Request<Bytes>, Untold> {
        let not_written = |error: &dyn std::error::Error| Untold::NotUnderstood(error.to_string());
        let asked = Asked {
            realm: &self.realm,
            person: &self.person,
            organisation: &self.organisation,
        };
        let body = serde_json::to_vec(&asked).map_err(|error| not_written(&error))?;
        let body = Bytes::from(body);
        let mut request = Request::new(body.clone());
        *request.method_mut() = Method::POST;
        *request.uri_mut() = address.uri().clone();
        let headers = request.headers_mut();
        let json = HeaderValue::from_static("application/json");
        headers.insert(CONTENT_TYPE, json.clone());
        headers.insert(ACCEPT, json);
        key.sign(headers, address.uri(), &body, now.as_second())
            .map_err(|error| not_written(&error))?;
        Ok(request)
    }
}

/// Reads an answer as a whole or not at all.
fn read(answer: &Response<Bytes>) -> Result<Told, Untold> {
    match answer.status() {
        StatusCode::OK => {}
        StatusCode::NOT_FOUND => return Ok(Told::Nobody),
        other => return Err(Untold::Status(other)),
    }
    let not_understood = |what: &str| Err(Untold::NotUnderstood(what.to_owned()));
    if !is_plain_json(answer.headers()) {
        return not_understood("it is not application/json, or compressed");
    }
    let told: Answer = match serde_json::from_slice(answer.body()) {
        Ok(told) => told,
        // Where, and never what: an error page would fill the log.
        Err(error) => {
            let place = format!("line {}, column {}", error.line(), error.column());
            return not_understood(&format!(
                "it is not the JSON that is expected, from {place}"
            ));
        }
    };
    match (told.rights, told.roles) {
        (Some(rights), None) if rights.len() <= GivenRights::MOST => {
            Ok(Told::Rights(rights, told.until))
        }
        (None, Some(roles)) if roles.len() <= MOST_ROLES => Ok(Told::Roles(roles, told.until)),
        (Some(_), None) => not_understood("it names more rights than are taken"),
        (None, Some(_)) => not_understood("it names more roles than are taken"),
        (Some(_), Some(_)) => not_understood("it names rights and roles; one of them is taken"),
        (None, None) => not_understood("it names neither rights nor roles"),
    }
}

fn is_plain_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default().trim();
    let coding = headers.get(CONTENT_ENCODING);
    essence.eq_ignore_ascii_case("application/json")
        && coding.is_none_or(|coding| coding.as_bytes().eq_ignore_ascii_case(b"identity"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, kind: &str, body: &[u8]) -> Response<Bytes> {
        let mut answer = Response::new(Bytes::copy_from_slice(body));
        *answer.status_mut() = StatusCode::from_u16(status).unwrap();
        answer
            .headers_mut()
            .insert(CONTENT_TYPE, kind.parse().unwrap());
        answer
    }

    fn json(body: &str) -> Result<Told, Untold> {
        read(&answer(
            200,
            "application/json; charset=utf-8",
            body.as_bytes(),
        ))
    }

    #[test]
    fn rights_or_roles_are_told() {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let until: Timestamp = "2026-11-30T12:00:00Z".parse().unwrap();
        for (body, expected) in [
            (r#"{"rights":[]}"#, Told::Rights(names(&[]), None)),
            (
                r#"{"rights":["a_show","b_*"],"until":"2026-11-30T13:00:00+01:00","more":{}}"#,
                Told::Rights(names(&["a_show", "b_*"]), Some(until)),
            ),
            (
                r#"{"roles":["clerk"],"rights":null}"#,
                Told::Roles(names(&["clerk"]), None),
            ),
        ] {
            assert_eq!(json(body), Ok(expected), "{body}");
        }
        let gone = read(&answer(404, "text/html", b"<h1>Not here</h1>"));
        assert_eq!(gone, Ok(Told::Nobody));
    }

    #[test]
    fn what_is_not_understood_as_a_whole_is_not_taken() {
        for body in [
            "",
            "{}",
            "null",
            "[]",
            r#"["contact_show"]"#,
            r#"{"rights":"contact_show"}"#,
            r#"{"rights":[1]}"#,
            r#"{"rights":[],"roles":[]}"#,
            r#"{"rights":[],"until":"tomorrow"}"#,
            r#"{"rights":[],"until":1795903200}"#,
            r#"{"rights":[]"#,
            r#"{"rights":[]} x"#,
            r#"{"rights":[],"rights":["contact_show"]}"#,
        ] {
            assert!(
                matches!(json(body), Err(Untold::NotUnderstood(_))),
                "{body}"
            );
        }
        let wrong = [
            answer(200, "text/html", br#"{"rights":[]}"#),
            answer(200, "application/json", b"{\"rights\":[\"\xff\"]}"),
            answer(200, "application/json", b"\xff\xfe{\0}\0"),
        ];
        for wrong in wrong {
            assert!(matches!(read(&wrong), Err(Untold::NotUnderstood(_))));
        }
        let mut zipped = answer(200, "application/json", br#"{"rights":[]}"#);
        let gzip = HeaderValue::from_static("gzip");
        zipped.headers_mut().insert(CONTENT_ENCODING, gzip);
        assert!(matches!(read(&zipped), Err(Untold::NotUnderstood(_))));
        for status in [201, 204, 304, 400, 401, 403, 410, 429, 500, 503] {
            let refused = read(&answer(status, "application/json", br#"{"rights":["*"]}"#));
            let status = StatusCode::from_u16(status).unwrap();
            assert_eq!(refused, Err(Untold::Status(status)));
        }
        let many = |name: &str, count: usize| {
            json(&format!(
                "{{\"{name}\":[{}]}}",
                vec!["\"x\""; count].join(",")
            ))
        };
        assert!(many("rights", GivenRights::MOST).is_ok() && many("roles", MOST_ROLES).is_ok());
        assert!(many("rights", GivenRights::MOST + 1).is_err());
        assert!(many("roles", MOST_ROLES + 1).is_err());
    }

    #[test]
    fn what_was_answered_is_not_repeated() {
        let Err(untold) = json("<html>secret of the shop</html>") else {
            panic!()
        };
        assert!(!untold.to_string().contains("secret"), "{untold}");
    }
}
