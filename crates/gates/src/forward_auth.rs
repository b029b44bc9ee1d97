//! Forward auth: a proxy asks before it passes a call on, and sends the head of the call with its
//! question. Where the proxy says which call it is about is its own convention, and which proxy asks
//! is said by the address that it was configured with, never guessed from what it sends.
//!
//! The body of the call is not seen. What was decided is what the API receives as long as the proxy passes
//! on method and address as they came; the pages on each proxy say how.

use std::net::IpAddr;

use axum::body::Body;
use axum::extract::Request;
use axum::response::IntoResponse;
use enforce::{Call, CallerAddress, Problem};
use http::header::{HOST, WWW_AUTHENTICATE};
use http::{Extensions, HeaderMap, HeaderName, HeaderValue, Response, StatusCode};

use crate::front::{Front, Passed};

/// The proxies whose conventions are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proxy {
    /// nginx, by `auth_request`.
    Nginx,
    /// Caddy, by `forward_auth`.
    Caddy,
    /// Traefik, by `ForwardAuth`.
    Traefik,
}

/// Where a proxy says what it asks about.
struct Convention {
    method: HeaderName,
    uri: HeaderName,
    host: HeaderName,
}

/// What our page on nginx has it send.
static ORIGINAL: Convention = Convention {
    method: HeaderName::from_static("x-original-method"),
    uri: HeaderName::from_static("x-original-uri"),
    host: HeaderName::from_static("x-original-host"),
};

/// What Caddy and Traefik send by themselves.
static FORWARDED: Convention = Convention {
    method: HeaderName::from_static("x-forwarded-method"),
    uri: HeaderName::from_static("x-forwarded-uri"),
    host: HeaderName::from_static("x-forwarded-host"),
};

impl Proxy {
    fn convention(self) -> &'static Convention {
        match self {
            Self::Nginx => &ORIGINAL,
            Self::Caddy | Self::Traefik => &FORWARDED,
        }
    }

    /// nginx makes an error of its own of every answer but these two.
    fn tells(self, status: StatusCode) -> bool {
        self != Self::Nginx || matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN)
    }
}

/// What the proxy said, once, as it has to.
struct Asked {
    method: Said,
    uri: Said,
    /// The head of the call: what the proxy added is taken off.
    headers: HeaderMap,
    address: Option<IpAddr>,
}

impl Asked {
    fn of(
        convention: &'static Convention,
        mut headers: HeaderMap,
        address: Option<IpAddr>,
    ) -> Result<Self, Problem> {
        let method = Said::once(&mut headers, &convention.method)?;
        let uri = Said::once(&mut headers, &convention.uri)?;
        let host = Said::once(&mut headers, &convention.host)?;
        headers.insert(HOST, host.0);
        Ok(Self {
            method,
            uri,
            headers,
            address,
        })
    }

    fn call(&self) -> Call<'_> {
        let mut call = Call::new(self.method.as_str(), self.uri.as_str());
        call = call.with_headers(&self.headers);
        call.address = self.address;
        call
    }
}

/// What a header says, in UTF-8.
struct Said(HeaderValue);

impl Said {
    /// Takes it off the call, where it is there exactly once.
    fn once(headers: &mut HeaderMap, name: &HeaderName) -> Result<Self, Problem> {
        let is_there_twice = headers.get_all(name).iter().nth(1).is_some();
        match headers.remove(name).filter(|_| !is_there_twice) {
            // A caller's address may have bytes outside ASCII, about which the path's own rules decide.
            Some(value) if !value.is_empty() && is_utf8(&value) => Ok(Self(value)),
            _ => Err(misconfigured(name.as_str())),
        }
    }

    fn as_str(&self) -> &str {
        // It was looked at when it was taken.
        std::str::from_utf8(self.0.as_bytes()).unwrap_or_default()
    }
}

fn is_utf8(value: &HeaderValue) -> bool {
    std::str::from_utf8(value.as_bytes()).is_ok()
}

/// The proxy's configuration is not as it has to be: no caller can mend that.
fn misconfigured(name: &str) -> Problem {
    Problem::misconfigured_gate(format!(
        "The proxy has to send {name} exactly once, with what it is about to pass on. Set it in the proxy's configuration, so that nothing of the caller's stays."
    ))
}

/// Where the caller is, if a proxy that is trusted says it: the other end of the connection is the proxy.
pub(crate) fn told_address(extensions: &Extensions) -> Option<IpAddr> {
    let caller = extensions.get::<CallerAddress>()?;
    caller.told.then_some(caller.address)
}

/// The body stays with the proxy.
async fn unseen() -> Result<Option<bytes::Bytes>, Problem> {
    Ok(None)
}

/// Answers a proxy's question: 204 with the caller's identity, or the denial.
pub(crate) async fn ask(proxy: Proxy, front: &Front, request: Request) -> Response<Body> {
    let judged = match asked(proxy, request) {
        Ok(asked) => front.judge(asked.call(), unseen).await,
        Err(problem) => Err(problem),
    };
    match judged {
        Ok(passed) => permitted(passed),
        Err(problem) => denied(proxy, front, problem),
    }
}

/// Answers the caller of a call that nginx was told not to pass on, in full.
pub(crate) async fn answer(front: &Front, request: Request) -> Response<Body> {
    let judged = match asked(Proxy::Nginx, request) {
        Ok(asked) => front.look(asked.call(), unseen).await,
        Err(problem) => Err(problem),
    };
    front.answer(judged.err().unwrap_or_else(|| {
        // What stood in the way is gone in between.
        Problem::unavailable("The call was denied, and would be permitted by now. Send it again.")
    }))
}

fn asked(proxy: Proxy, request: Request) -> Result<Asked, Problem> {
    let address = told_address(request.extensions());
    Asked::of(proxy.convention(), request.into_parts().0.headers, address)
}

fn permitted(passed: Passed) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    *response.headers_mut() = passed.identity.alone();
    response
}

fn denied(proxy: Proxy, front: &Front, problem: Problem) -> Response<Body> {
    let mut response = front.answer(problem);
    if !proxy.tells(response.status()) {
        // Its `error_page` asks again, and gets the whole answer.
        *response.status_mut() = StatusCode::FORBIDDEN;
        response.headers_mut().remove(WWW_AUTHENTICATE);
    }
    response
}

/// The proxy asks at a wrong address: everything is denied, and the log of the proxy says why.
pub(crate) fn no_such_api(realm: &str, api: &str) -> Response<Body> {
    let what = format!("There is no API {api:?} of a realm {realm:?} here.");
    (StatusCode::FORBIDDEN, what).into_response()
}
