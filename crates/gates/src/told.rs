//! A call as a service tells it, and what it is told in return.

use std::collections::BTreeMap;

use axum::body::{Body, to_bytes};
use bytes::Bytes;
use enforce::gate::read_body;
use enforce::{Call, Problem, UnverifiedToken};
use http::header::{AUTHORIZATION, HOST};
use http::{HeaderMap, HeaderName, HeaderValue};
use scope::Visible;
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use crate::front::{Front, Passed};
use crate::identity::text;
use crate::service::Refused;

/// Path and query of one text: without `?` there is no query, which is seen.
pub(crate) fn seen(mut target: String) -> (String, Option<String>) {
    let query = target.split_once('?').map(|(_, query)| query.to_owned());
    target.truncate(target.find('?').unwrap_or(target.len()));
    (target, Some(query.unwrap_or_default()))
}

/// A call as a service tells it. What it leaves out is hidden from the decision, but for the token:
/// without one the call has none.
pub(crate) struct Told {
    method: String,
    path: String,
    query: Option<String>,
    host: Option<String>,
    token: Option<String>,
    /// Empty where they are hidden.
    headers: HeaderMap,
    shows_headers: bool,
    body: Option<String>,
}

/// What may be told of a call, besides its method and its address.
pub(crate) struct More {
    pub(crate) host: Option<String>,
    pub(crate) token: Option<String>,
    pub(crate) headers: Option<Headers>,
    pub(crate) body: Option<String>,
}

impl Told {
    /// A call of this path, without its query, which may be hidden.
    pub(crate) fn new(
        method: String,
        (path, query): (String, Option<String>),
        more: More,
    ) -> Result<Self, Refused> {
        let shows_headers = more.headers.is_some();
        let Headers(headers) = more.headers.unwrap_or_default();
        // Of two, nobody could say which the API goes by.
        for (own, name) in [(&more.host, HOST), (&more.token, AUTHORIZATION)] {
            if own.is_some() && headers.contains_key(&name) {
                return Err(Refused::invalid(format!(
                    "the header {name} is among the headers, and told again beside them; leave one out"
                )));
            }
        }
        if path.contains('?') {
            return Err(Refused::invalid(
                "a path ends before its query; tell path and query apart, or both in one",
            ));
        }
        Ok(Self {
            method,
            path,
            query,
            host: more.host,
            token: more.token,
            headers,
            shows_headers,
            body: more.body,
        })
    }

    /// The decision, counted.
    pub(crate) async fn judge(&self, front: &Front) -> Verdict {
        let judged = front.judge(self.call(), || self.body()).await;
        Verdict::of(front, judged).await
    }

    /// The same, not counted.
    pub(crate) async fn look(&self, front: &Front) -> Verdict {
        let judged = front.look(self.call(), || self.body()).await;
        Verdict::of(front, judged).await
    }

    fn call(&self) -> Call<'_> {
        let mut call = Call::new(&self.method, &self.path);
        call.query = self.query.as_deref().map_or(Visible::Hidden, Visible::Seen);
        let mut call = call.with_headers(&self.headers);
        if !self.shows_headers {
            call.headers = None;
        }
        if let Some(host) = &self.host {
            call.host = Visible::Seen(host);
        }
        if let Some(token) = &self.token {
            call.token = Some(UnverifiedToken::new(token));
        }
        call
    }

    async fn body(&self) -> Result<Option<Bytes>, Problem> {
        let Some(text) = &self.body else {
            return Ok(None);
        };
        let read = read_body(&HeaderMap::new(), Body::from(text.clone())).await;
        read.map(Some)
    }
}

/// The headers of a call, each with one text or several. A character is a byte (ISO 8859-1), as most
/// servers hand headers to programs.
#[derive(Clone, Default)]
pub(crate) struct Headers(HeaderMap);

/// What a header was sent with.
#[derive(Deserialize)]
#[serde(untagged, expecting = "a header has a text or a list of texts")]
enum Values {
    One(String),
    Several(Vec<String>),
}

impl<'de> Deserialize<'de> for Headers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read;
        impl<'de> Visitor<'de> for Read {
            type Value = Headers;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("headers by name, each with a text or a list of texts")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Headers, A::Error> {
                let mut headers = HeaderMap::new();
                while let Some((name, values)) = map.next_entry::<String, Values>()? {
                    let no_name = |_| A::Error::custom("a header has a name that is none");
                    let name = HeaderName::from_bytes(name.as_bytes()).map_err(no_name)?;
                    if headers.contains_key(&name) {
                        return Err(A::Error::custom(format!(
                            "the header {name} is there twice"
                        )));
                    }
                    let values = match values {
                        Values::One(value) => vec![value],
                        Values::Several(values) => values,
                    };
                    for value in values {
                        let value = bytes_of(&value).ok_or_else(|| {
                            A::Error::custom(format!("no header {name} can have this value"))
                        })?;
                        headers
                            .try_append(&name, value)
                            .map_err(|_| A::Error::custom("there are too many headers"))?;
                    }
                }
                Ok(Headers(headers))
            }
        }
        deserializer.deserialize_map(Read)
    }
}

fn bytes_of(text: &str) -> Option<HeaderValue> {
    let bytes = text.chars().map(|character| u8::try_from(character).ok());
    let bytes: Option<Vec<u8>> = bytes.collect();
    HeaderValue::from_bytes(&bytes?).ok()
}

/// What a service is told about a call.
pub(crate) enum Verdict {
    Permit(Permit),
    Deny(Denial),
}

/// Who calls.
#[derive(Serialize)]
pub(crate) struct Permit {
    /// Every header of a permit by its name without what all of them begin with, empty where there is
    /// nothing to say.
    pub(crate) identity: BTreeMap<String, String>,
}

/// The answer that the caller is to get, to be copied.
#[derive(Serialize)]
pub(crate) struct Denial {
    pub(crate) reason: &'static str,
    pub(crate) status: u16,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: String,
}

impl Verdict {
    async fn of(front: &Front, judged: Result<Passed, Problem>) -> Self {
        match judged {
            Ok(passed) => Self::permit(&passed),
            Err(problem) => Self::deny(front, problem).await,
        }
    }

    fn permit(passed: &Passed) -> Self {
        let members = passed.identity.members();
        Self::Permit(Permit {
            identity: members.collect(),
        })
    }

    async fn deny(front: &Front, problem: Problem) -> Self {
        let reason = problem.reason();
        let (parts, body) = front.answer(problem).into_parts();
        let headers = parts.headers.iter();
        // It was made in memory a moment ago, and is text.
        let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
        Self::Deny(Denial {
            reason,
            status: parts.status.as_u16(),
            headers: headers
                .map(|(name, value)| (name.to_string(), text(value)))
                .collect(),
            body: String::from_utf8_lossy(&body).into_owned(),
        })
    }
}
