//! Envoy's external authorization over HTTP: Envoy sends the head of each call to an address that is a
//! prefix and the call's own path, with the call's own method, and with its body where it was told to.
//! Whether it was is said by the prefix: an empty body and one that was not sent look alike.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, Request, State};

use enforce::Call;
use http::{HeaderMap, Response};

use super::PARTIAL;
use crate::forward_auth::{no_such_api, told_address};
use crate::front::Fronts;

/// What of the body Envoy sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sight {
    /// Nothing.
    Head,
    /// All of it, up to the bound in Envoy's own configuration (`with_request_body`).
    Body,
}

/// What Envoy adds by itself.
const OWN: [&str; 3] = [
    PARTIAL,
    "x-envoy-internal",
    "x-envoy-expected-rq-timeout-ms",
];

impl Sight {
    fn prefix(self) -> &'static str {
        match self {
            Self::Head => "ext-authz",
            Self::Body => "ext-authz-with-body",
        }
    }
}

/// Answers Envoy: 200 with the caller's identity, or the denial, which Envoy sends on as it is.
pub(crate) async fn check(
    sight: Sight,
    State(fronts): State<Arc<dyn Fronts>>,
    Path(names): Path<Vec<(String, String)>>,
    request: Request,
) -> Response<Body> {
    let named = |which: &str| {
        let found = names.iter().find(|(name, _)| name == which);
        found.map(|(_, value)| value.as_str()).unwrap_or_default()
    };
    let (realm, api) = (named("realm"), named("api"));
    let Some(front) = fronts.front(realm, api) else {
        return no_such_api(realm, api);
    };
    let (mut parts, body) = request.into_parts();
    let target = parts
        .uri
        .path_and_query()
        .map_or("", |target| target.as_str());
    let prefix = format!("/{realm}/{api}/{}", sight.prefix());
    let target = target.strip_prefix(&prefix).unwrap_or_default();
    let is_whole = sight == Sight::Body && is_whole(&parts.headers);
    for own in OWN {
        parts.headers.remove(own);
    }
    let headers = &parts.headers;
    let read_body = || async move {
        match is_whole {
            true => enforce::gate::read_body(headers, body).await.map(Some),
            false => Ok(None),
        }
    };
    let mut call = Call::new(parts.method.as_str(), target).with_headers(headers);
    call.address = told_address(&parts.extensions);
    match front.judge(call, read_body).await {
        Ok(passed) => {
            let mut response = Response::new(Body::empty());
            *response.headers_mut() = passed.identity.alone();
            response
        }
        Err(problem) => front.answer(problem),
    }
}

/// Envoy says where it cut a body off. Whoever calls can say the same, and then needs more scopes.
fn is_whole(headers: &HeaderMap) -> bool {
    let mut said = headers.get_all(PARTIAL).iter();
    said.all(|value| value == "false")
}
