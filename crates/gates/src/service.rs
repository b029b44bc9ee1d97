//! Services that ask: who they are, how their questions are read, and how they are answered.

use std::sync::Arc;

use async_trait::async_trait;
use axum::body::Body;
use enforce::gate::{BodyKind, MAX_BODY_BYTES};
use enforce::reading::{self, Unread};
use http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderValue, Response, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::front::Front;

/// The longest question, in bytes: a body of 1 MiB with every quotation mark escaped, and the head
/// of the call.
pub const MAX_QUESTION_BYTES: usize = 2 * MAX_BODY_BYTES + 128 * 1_024;

/// Knows the services that may ask.
#[async_trait]
pub trait Services: Send + Sync + 'static {
    /// The API whose resource server asks, by the credentials that it sent: the value of its one
    /// `Authorization` header. Nobody is told about calls of another API than that.
    ///
    /// # Errors
    ///
    /// Why nobody is told anything.
    async fn service(&self, realm: &str, authorization: Option<&str>) -> Result<Service, Refused>;

    /// What an API is called as a policy decision point (AuthZEN section 9): the URL in front of the
    /// paths of its endpoints. Nothing where there is no such API.
    fn policy_decision_point(&self, realm: &str, api: &str) -> Option<String>;
}

/// A service that is who it says it is.
pub struct Service {
    /// The name of its API in the realm.
    pub api: String,
    /// What decides about calls of that API.
    pub front: Arc<Front>,
}

/// Why a service that asks gets no decision. Never a denial of a call: whoever asked has to deny it
/// by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// How it is answered.
    pub status: StatusCode,
    /// An error code of RFC 6749 section 5.2.
    pub error: &'static str,
    /// What was wrong, and what to do.
    pub description: String,
}

impl Refused {
    /// The question itself is wrong.
    pub(crate) fn invalid(description: impl Into<String>) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            error: "invalid_request",
            description: description.into(),
        }
    }

    /// As the other endpoints answer that programs authenticate at (RFC 6749 section 5.2).
    pub(crate) fn into_response(self) -> Response<Body> {
        #[derive(Serialize)]
        struct Told<'a> {
            error: &'a str,
            error_description: &'a str,
        }
        let mut response = json(&Told {
            error: self.error,
            error_description: &self.description,
        });
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        if self.status == StatusCode::UNAUTHORIZED {
            let challenge = HeaderValue::from_static("Basic realm=\"resource servers\"");
            headers.insert(WWW_AUTHENTICATE, challenge);
        }
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response
    }
}

/// Who asks. Nothing is read of the question before.
pub(crate) async fn asking(
    services: &dyn Services,
    realm: &str,
    headers: &HeaderMap,
) -> Result<Service, Refused> {
    let mut sent = headers.get_all(AUTHORIZATION).iter();
    let (first, second) = (sent.next(), sent.next());
    if second.is_some() {
        return Err(Refused::invalid(
            "send one Authorization header, not several",
        ));
    }
    let first = first.map(HeaderValue::to_str).transpose();
    let first = first.map_err(|_| Refused::invalid("the Authorization header must be ASCII"))?;
    services.service(realm, first).await
}

/// The question, as JSON of this form.
pub(crate) async fn question<Q: DeserializeOwned>(
    headers: &HeaderMap,
    body: Body,
) -> Result<Q, Refused> {
    if BodyKind::of(headers) != BodyKind::Json {
        return Err(Refused {
            status: StatusCode::UNSUPPORTED_MEDIA_TYPE,
            ..Refused::invalid("send JSON, with Content-Type: application/json, not compressed")
        });
    }
    let read = reading::read(headers, body, MAX_QUESTION_BYTES).await;
    let text = read.map_err(|unread| Refused {
        status: match unread {
            Unread::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Unread::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Unread::Incomplete => StatusCode::BAD_REQUEST,
        },
        ..Refused::invalid(format!(
            "{unread}; a question has at most {MAX_QUESTION_BYTES} bytes, and a body that is longer than {MAX_BODY_BYTES} is left out of it"
        ))
    })?;
    serde_json::from_slice(&text).map_err(|error| {
        let mut said = error.to_string();
        said.truncate(said.floor_char_boundary(300));
        Refused::invalid(format!("the question cannot be read: {said}"))
    })
}

/// What is told, to this service and at this moment only.
pub(crate) fn json(told: &impl Serialize) -> Response<Body> {
    // Texts, truth values and lists of them can always be written.
    let text = serde_json::to_vec(told).unwrap_or_default();
    let mut response = Response::new(Body::from(text));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
