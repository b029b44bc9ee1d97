//! The way to the server.

use std::time::Duration;

use async_trait::async_trait;
use axum::body::Body;
use bytes::Bytes;
use enforce::apart::{Seen, ServedApi};
use enforce::reading;
use enforce::remote::{Credentials, Transport, TransportError};
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderValue, Method, Request, Response, StatusCode, Uri};
use hyper::body::Incoming;
use serde::Deserialize;
use tokio_rustls::TlsConnector;

use crate::proxy::Upstream;

/// How long an answer may take, connecting included.
const PATIENCE: Duration = Duration::from_secs(2);
/// The same of a catalog, which may be large.
const PATIENCE_FOR_TEXT: Duration = Duration::from_secs(30);
/// The longest answer but a catalog, in bytes.
const ANSWER_BYTES: usize = 4 * 1_048_576;
/// The longest catalog, in bytes.
const CATALOG_BYTES: usize = 64 * 1_048_576;
/// How much of what the server says is told on, in bytes.
const SAID: usize = 300;

/// Where the server is, and who asks.
pub struct Way {
    /// Scheme, host and, if need be, port.
    pub server: String,
    /// Connects to one with `https`.
    pub tls: Option<TlsConnector>,
    /// The server may be elsewhere and without TLS, as something else keeps the way secret.
    pub in_the_open: bool,
    /// Of the API's resource server.
    pub credentials: Credentials,
}

/// Why the server does not say what was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// It does not take whoever asks for the resource server of this API: asking again does not help.
    #[error("the server refuses this gate ({status}): {said}")]
    Refused {
        /// 401, 403 or 404.
        status: StatusCode,
        /// What it said.
        said: String,
    },
    /// The API is configured in a way that only a gate of the server can go by.
    #[error("{0}")]
    Unfit(&'static str),
    /// It cannot be reached, or not now.
    #[error("{0}")]
    Unavailable(String),
    /// It answers, and not as a server of this version does.
    #[error("the server's answer is not understood: {0}")]
    NotUnderstood(String),
}

/// A server, as one API's gate asks it.
pub(super) struct Wire {
    upstream: Upstream,
    authorization: HeaderValue,
    /// The path of the realm's issuer.
    issuer_path: String,
    /// Where what is about the API begins.
    base: String,
}

#[derive(Deserialize, Default)]
struct Error {
    #[serde(default)]
    error_description: String,
    #[serde(default)]
    detail: String,
}

impl Wire {
    pub(super) fn new(way: Way, issuer_path: &str, api: &str) -> Result<Self, String> {
        let base = format!("{issuer_path}/apis/{api}");
        let parsed: Result<Uri, _> = base.parse();
        parsed.map_err(|_| format!("{base:?} cannot be a part of an address"))?;
        Ok(Self {
            upstream: Upstream::new(&way.server, way.tls)?,
            authorization: way.credentials.as_header(),
            issuer_path: issuer_path.to_owned(),
            base,
        })
    }

    /// How the API is configured.
    pub(super) async fn describe(&self) -> Result<ServedApi, Fault> {
        let text = self.read(self.get("")?, ANSWER_BYTES, PATIENCE).await?;
        serde_json::from_slice(&text).map_err(|error| Fault::NotUnderstood(error.to_string()))
    }

    /// The text of the catalog with this digest.
    pub(super) async fn catalog(&self, digest: &str) -> Result<Bytes, Fault> {
        let request = self.get(&format!("/catalogs/{digest}"))?;
        self.read(request, CATALOG_BYTES, PATIENCE_FOR_TEXT).await
    }

    /// What changes, as it happens, from behind this place on.
    pub(super) async fn changes(&self, place: Option<&str>) -> Result<Incoming, Fault> {
        let mut request = self.get("/changes")?;
        let headers = request.headers_mut();
        headers.insert(ACCEPT, HeaderValue::from_static("text/event-stream"));
        if let Some(place) = place.and_then(|place| HeaderValue::from_str(place).ok()) {
            headers.insert("last-event-id", place);
        }
        let answer = self.ask(request, PATIENCE).await?;
        Ok(answer.into_body())
    }

    /// Tells what was seen.
    pub(super) async fn tell(&self, seen: &Seen) -> Result<(), Fault> {
        let text = serde_json::to_vec(seen).unwrap_or_default();
        let request = self.post(&format!("{}/calls", self.base), text.into())?;
        self.read(request, ANSWER_BYTES, PATIENCE).await?;
        Ok(())
    }

    /// Has the server's own gate decide.
    pub(super) async fn decide(&self, question: Bytes) -> Result<Bytes, Fault> {
        let request = self.post(&format!("{}/decide", self.issuer_path), question)?;
        self.read(request, ANSWER_BYTES, PATIENCE).await
    }

    fn get(&self, path: &str) -> Result<Request<Body>, Fault> {
        self.request(Method::GET, &format!("{}{path}", self.base), Bytes::new())
    }

    fn post(&self, path: &str, body: Bytes) -> Result<Request<Body>, Fault> {
        let mut request = self.request(Method::POST, path, body)?;
        let json = HeaderValue::from_static("application/json");
        request.headers_mut().insert(CONTENT_TYPE, json);
        Ok(request)
    }

    fn request(&self, method: Method, path: &str, body: Bytes) -> Result<Request<Body>, Fault> {
        let mut request = Request::new(Body::from(body));
        *request.method_mut() = method;
        let uri = path.parse();
        *request.uri_mut() = uri.map_err(|_| Fault::NotUnderstood(path.to_owned()))?;
        let headers = request.headers_mut();
        headers.insert(AUTHORIZATION, self.authorization.clone());
        Ok(request)
    }

    /// The whole of an answer.
    async fn read(
        &self,
        request: Request<Body>,
        most: usize,
        within: Duration,
    ) -> Result<Bytes, Fault> {
        let reading = async {
            let (parts, body) = self.ask(request, within).await?.into_parts();
            let read = reading::read(&parts.headers, body, most).await;
            read.map_err(|unread| Fault::Unavailable(format!("the server's answer: {unread}")))
        };
        let read = tokio::time::timeout(within, reading).await;
        read.map_err(|_| too_slow())?
    }

    /// The head of an answer that is what was asked for.
    async fn ask(
        &self,
        request: Request<Body>,
        within: Duration,
    ) -> Result<Response<Incoming>, Fault> {
        let answer = tokio::time::timeout(within, self.upstream.send(request)).await;
        let answer = answer.map_err(|_| too_slow())?;
        let answer = answer.map_err(|error| Fault::Unavailable(unreachable(&error)))?;
        let status = answer.status();
        if status.is_success() {
            return Ok(answer);
        }
        let (parts, body) = answer.into_parts();
        let body = reading::read(&parts.headers, body, ANSWER_BYTES).await;
        let said = said(&body.unwrap_or_default());
        Err(match status {
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::NOT_FOUND => {
                Fault::Refused { status, said }
            }
            _ => Fault::Unavailable(format!("the server answered {status}: {said}")),
        })
    }
}

/// Introspection goes the same way.
#[async_trait]
impl Transport for Wire {
    async fn send(
        &self,
        request: Request<Bytes>,
        most: usize,
    ) -> Result<Response<Bytes>, TransportError> {
        let (mut parts, body) = request.into_parts();
        let path = parts.uri.path_and_query().cloned();
        parts.uri = path.map(Uri::from).unwrap_or_default();
        let request = Request::from_parts(parts, Body::from(body));
        let answer = self.upstream.send(request).await;
        let answer = answer.map_err(|error| TransportError::Failed(unreachable(&error)))?;
        let (parts, body) = answer.into_parts();
        let read = reading::read(&parts.headers, body, most).await;
        Ok(Response::from_parts(
            parts,
            read.map_err(TransportError::Unread)?,
        ))
    }
}

fn too_slow() -> Fault {
    Fault::Unavailable("the server did not answer in time".to_owned())
}

/// An error with what is behind it.
fn unreachable(error: &dyn std::error::Error) -> String {
    let mut text = format!("the server cannot be reached: {error}");
    let mut behind = error.source();
    while let Some(cause) = behind {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        behind = cause.source();
    }
    text
}

/// What a refusal says, in the words of RFC 6749 or RFC 9457, or as it is.
fn said(body: &[u8]) -> String {
    let error: Error = serde_json::from_slice(body).unwrap_or_default();
    let own = [error.error_description, error.detail].into_iter();
    let said = own.into_iter().find(|text| !text.is_empty());
    let mut said = said.unwrap_or_else(|| String::from_utf8_lossy(body).into_owned());
    said.truncate(said.floor_char_boundary(SAID));
    said.replace(char::is_control, " ")
}
