//! Envoy asks by gRPC: the head of a call is a message, and its body a member of that where Envoy was told
//! to send it. What Envoy adds to the head of its question is from its configuration, what is in the
//! message is from the caller but for `context_extensions`.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use axum::body::{Body, to_bytes};
use axum::extract::State;
use bytes::Bytes;
use enforce::gate::{MAX_BODY_BYTES, read_body};
use enforce::{Call, Problem};
use http::header::{AUTHORIZATION, HOST};
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode};
use scope::Visible;

use super::PARTIAL;
use super::messages::{
    AttributeContext, CheckRequest, CheckResponse, DeniedHttpResponse, HeaderValueOption,
    HttpRequest, HttpStatus, OkHttpResponse, Status,
};
use super::unary::{self, Code, Failure};
use crate::front::{Front, Fronts, Passed};
use crate::identity::HEADERS;
use crate::proxy::malformed;

/// The method that Envoy calls.
pub(crate) const PATH: &str = "/envoy.service.auth.v3.Authorization/Check";

/// Where Envoy's configuration says which API a call is of: `REALM/API`.
const API: &str = "scopegate-api";

/// What Envoy writes into text for a byte that is none.
const REPLACEMENT: char = '!';

/// The longest question, in bytes: a body as long as any is read, and the head of the call.
const MAX_QUESTION_BYTES: usize = MAX_BODY_BYTES + 256 * 1_024;

/// Answers Envoy: the caller's identity, or the denial, which Envoy sends on as it is. Where the question
/// itself is wrong there is no answer, and Envoy denies by itself.
pub(crate) async fn check(
    State(fronts): State<Arc<dyn Fronts>>,
    request: Request<Body>,
) -> Response<Body> {
    let question = unary::question::<CheckRequest>(request, MAX_QUESTION_BYTES).await;
    let checked = match question {
        Ok((metadata, question)) => checked(&*fronts, &metadata, question).await,
        Err(failure) => Err(failure),
    };
    match checked {
        Ok(response) => unary::answer(&response),
        Err(failure) => {
            tracing::debug!(?failure, "a question of Envoy's has no answer");
            failure.into_response()
        }
    }
}

async fn checked(
    fronts: &dyn Fronts,
    metadata: &HeaderMap,
    question: CheckRequest,
) -> Result<CheckResponse, Failure> {
    let attributes = question.attributes.unwrap_or_default();
    let front = front(fronts, metadata, &attributes.context_extensions)?;
    let asked = asked(attributes)?;
    let judged = match Told::of(asked) {
        Ok(told) => {
            let headers = &told.headers;
            let read_body = || async {
                match told.body.clone() {
                    Some(body) => read_body(headers, Body::from(body)).await.map(Some),
                    None => Ok(None),
                }
            };
            let mut call = Call::new(&told.method, &told.target).with_headers(headers);
            if told.is_query_uncertain {
                call.query = Visible::Hidden;
            }
            front.judge(call, read_body).await
        }
        Err(problem) => Err(front.refuse(problem)),
    };
    Ok(match judged {
        Ok(passed) => permitted(passed),
        Err(problem) => denied(front.answer(problem)).await,
    })
}

/// The API that Envoy's configuration names for the route, or else for the filter; where it names none, the
/// only one there is.
fn front(
    fronts: &dyn Fronts,
    metadata: &HeaderMap,
    extensions: &BTreeMap<String, String>,
) -> Result<Arc<Front>, Failure> {
    let of_filter = metadata.get(API).and_then(|value| value.to_str().ok());
    let named = extensions.get(API).map(String::as_str).or(of_filter);
    let found = match named {
        Some(named) => {
            let names = named.split_once('/');
            names.and_then(|(realm, api)| fronts.front(realm, api))
        }
        None if metadata.contains_key(API) => None,
        None => fronts.only(),
    };
    found.ok_or_else(|| {
        let what = match named {
            Some(_) => "there is no API here as scopegate-api names it; write REALM/API",
            None => "say by scopegate-api which API it is, as REALM/API",
        };
        Failure::new(Code::NotFound, what)
    })
}

fn asked(attributes: AttributeContext) -> Result<HttpRequest, Failure> {
    let http = attributes.request.and_then(|request| request.http);
    let is_whole = |http: &HttpRequest| !http.method.is_empty() && !http.path.is_empty();
    http.filter(is_whole).ok_or_else(|| {
        let what = "only calls of HTTP are decided, with their method and path";
        Failure::new(Code::InvalidArgument, what)
    })
}

/// The call that Envoy asks about.
struct Told {
    method: String,
    target: String,
    /// Envoy may have written something else in the place of bytes of it.
    is_query_uncertain: bool,
    headers: HeaderMap,
    /// Where all of it was sent, byte for byte.
    body: Option<Bytes>,
}

impl Told {
    fn of(asked: HttpRequest) -> Result<Self, Problem> {
        let mut told = Self {
            method: asked.method,
            target: asked.path,
            is_query_uncertain: false,
            headers: HeaderMap::new(),
            body: None,
        };
        if !asked.host.is_empty() {
            told.take(HOST.as_str(), asked.host.as_bytes())?;
        }
        match asked.header_map {
            Some(map) if !map.headers.is_empty() => {
                for header in map.headers {
                    match (header.key.as_str(), header.raw_value.as_ref()) {
                        (":path", path) => told.target = as_text(path)?,
                        (name, b"") => told.take(name, header.value.as_bytes())?,
                        (name, value) => told.take(name, value)?,
                    }
                }
            }
            _ => {
                told.is_query_uncertain = told.doubt()?;
                for (name, value) in &asked.headers {
                    told.take_joined(name, value)?;
                }
            }
        }
        // Envoy lets no caller say this.
        let said = told.headers.remove(PARTIAL);
        // Text that Envoy made of a body is not what the API reads.
        told.body = said
            .filter(|said| said == "false")
            .map(|_| asked.raw_body)
            .filter(|body| !body.is_empty());
        Ok(told)
    }

    /// Text cannot carry every byte: Envoy writes an exclamation mark in the place of those that are not
    /// UTF-8. A path with one could be any path; is it in the query?
    fn doubt(&self) -> Result<bool, Problem> {
        let (path, query) = self.target.split_once('?').unwrap_or((&self.target, ""));
        if path.contains(REPLACEMENT) {
            return Err(malformed(
                "Its path has an exclamation mark, which can stand for something else here. Send it percent-encoded, as %21.",
            ));
        }
        Ok(query.contains(REPLACEMENT))
    }

    fn take(&mut self, name: &str, value: &[u8]) -> Result<(), Problem> {
        if name.starts_with(':') {
            return Ok(());
        }
        let header = HeaderName::from_bytes(name.as_bytes()).ok();
        let header = header.zip(HeaderValue::from_bytes(value).ok());
        let (name, value) = header.ok_or_else(|| malformed("A header of it is none."))?;
        self.headers.append(name, value);
        Ok(())
    }

    /// Several headers of one name come as one. For whoever reads credentials these are several.
    fn take_joined(&mut self, name: &str, value: &str) -> Result<(), Problem> {
        let is_joined = name.eq_ignore_ascii_case(AUTHORIZATION.as_str())
            && value.split(',').skip(1).any(begins_as_bearer);
        if is_joined {
            self.take(name, value.as_bytes())?;
        }
        self.take(name, value.as_bytes())
    }
}

fn begins_as_bearer(part: &str) -> bool {
    let word = part.trim_start().as_bytes().get(..6);
    word.is_some_and(|word| word.eq_ignore_ascii_case(b"bearer"))
}

fn as_text(path: &[u8]) -> Result<String, Problem> {
    let text = String::from_utf8(path.to_vec());
    text.map_err(|_| malformed("Its address is not UTF-8."))
}

fn permitted(passed: Passed) -> CheckResponse {
    let mut headers = HeaderMap::new();
    passed.identity.set(&mut headers);
    CheckResponse {
        status: Some(Status::default()),
        ok_response: Some(OkHttpResponse {
            headers: as_they_are(&headers),
            headers_to_remove: OTHER_SPELLINGS.clone(),
        }),
        denied_response: None,
    }
}

async fn denied(answer: Response<Body>) -> CheckResponse {
    let (parts, body) = answer.into_parts();
    // It is ours, and there already.
    let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let status = Status {
        code: Code::PermissionDenied as i32,
        message: String::new(),
    };
    CheckResponse {
        status: Some(status),
        denied_response: Some(DeniedHttpResponse {
            status: Some(as_envoy_has_it(parts.status)),
            headers: as_they_are(&parts.headers),
            body: String::from_utf8_lossy(&body).into_owned(),
        }),
        ok_response: None,
    }
}

/// Envoy denies with 403 for what it has no name for.
fn as_envoy_has_it(status: StatusCode) -> HttpStatus {
    let code = i32::from(status.as_u16());
    HttpStatus { code }
}

fn as_they_are(headers: &HeaderMap) -> Vec<HeaderValueOption> {
    let each = headers.iter().filter_map(|(name, value)| {
        let value = value.to_str().ok()?;
        Some(HeaderValueOption::only(name.as_str(), value.to_owned()))
    });
    each.collect()
}

/// The gate's own names with underscores for some of their hyphens: a call with one is denied as far as
/// the gate sees it, and Envoy may be told to show it some headers only.
static OTHER_SPELLINGS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let spellings = HEADERS.into_iter().flat_map(|name| {
        let parts: Vec<String> = name.as_str().split('-').map(str::to_owned).collect();
        (1_u32..1 << (parts.len() - 1)).map(move |underscores| {
            let mut spelled = String::new();
            for (place, part) in parts.iter().enumerate() {
                if place > 0 {
                    let is_other = underscores >> (place - 1) & 1 == 1;
                    spelled.push(if is_other { '_' } else { '-' });
                }
                spelled.push_str(part);
            }
            spelled
        })
    });
    spellings.collect()
});
