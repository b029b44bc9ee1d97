use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use axum_core::body::Body;
use bytes::Bytes;
use http::{Request, Response};
use tower_service::Service;

use super::browsers;
use super::held::held;
use super::looking::Looking;
use crate::gate::{Call, Caller, Found, Gate, read_body};
use crate::limits::Taken;
use crate::{Permitted, Problem, PublicCall, WentBeside};

/// The service that [`RequireScopeLayer`](super::RequireScopeLayer) makes.
#[derive(Clone)]
pub struct RequireScope<S> {
    inner: S,
    gate: Arc<Gate>,
    is_open: bool,
    looking: Option<Arc<Looking>>,
}

impl<S> RequireScope<S> {
    pub(super) fn new(
        inner: S,
        gate: Arc<Gate>,
        is_open: bool,
        looking: Option<Arc<Looking>>,
    ) -> Self {
        Self {
            inner,
            gate,
            is_open,
            looking,
        }
    }
}

impl<S, B, R> Service<Request<B>> for RequireScope<S>
where
    S: Service<Request<Body>, Response = Response<R>> + Clone + Send + 'static,
    S::Future: Send + 'static,
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<axum_core::BoxError>,
    R: http_body::Body<Data = Bytes> + Send + 'static,
    R::Error: Into<axum_core::BoxError>,
{
    type Response = Response<Body>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let (gate, is_open) = (Arc::clone(&self.gate), self.is_open);
        let looking = self.looking.clone();
        // The service that was found ready is the one to call; its clone waits for the next.
        let next = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, next);
        Box::pin(async move {
            if is_open && browsers::is_preflight(&request) {
                return Ok(browsers::preflight(request.headers()));
            }
            let mut response = match admit(&gate, looking.as_deref(), request.map(Body::new)).await
            {
                Ok((request, taken)) => {
                    let mut response = inner.call(request).await?.map(Body::new);
                    for (name, value) in gate.standing(&taken) {
                        response.headers_mut().insert(name, value);
                    }
                    match taken.under_way {
                        Some(under_way) => response.map(|body| held(body, under_way)),
                        None => response,
                    }
                }
                Err(problem) => gate.answer(problem),
            };
            if is_open {
                browsers::readable(response.headers_mut(), gate.standing_headers());
            }
            Ok(response)
        })
    }
}

/// Lets a request on, or says why not.
async fn admit(
    gate: &Gate,
    looking: Option<&Looking>,
    request: Request<Body>,
) -> Result<(Request<Body>, Taken), Problem> {
    let (mut parts, body) = request.into_parts();
    // Nobody but the gate may say that a call is permitted.
    parts.extensions.remove::<Permitted>();
    parts.extensions.remove::<PublicCall>();
    parts.extensions.remove::<WentBeside>();
    let mut call = Call::of(&parts);
    call.sees_end = true;
    if let Some(passed) = looking.and_then(|looking| looking.passes(gate, &call)) {
        parts.extensions.insert(passed);
        return Ok((Request::from_parts(parts, body), Taken::default()));
    }
    let (mut unread, read) = (Some(body), Mutex::new(Read::Not));
    let reading = || {
        let (headers, read, body) = (&parts.headers, &read, unread.take().unwrap_or_default());
        async move {
            let bytes = read_body(headers, body).await;
            let kept = bytes
                .as_ref()
                .map_or(Read::Broken, |own| Read::Whole(own.clone()));
            *read.lock().unwrap_or_else(PoisonError::into_inner) = kept;
            bytes.map(Some)
        }
    };
    let mut found = Found::default();
    let decided = gate.find(&call, reading, &mut found).await;
    let body = match read.into_inner().unwrap_or_else(PoisonError::into_inner) {
        Read::Not => Some(unread.unwrap_or_default()),
        Read::Whole(bytes) => Some(Body::from(bytes)),
        // What came of it cannot be passed on; it was denied.
        Read::Broken => None,
    };
    let observed = |problem: &Problem| looking?.observes(&call, &found, problem);
    match (decided, body) {
        (Ok(admitted), body) => {
            match admitted.caller {
                Caller::Known(permitted) => _ = parts.extensions.insert(permitted),
                Caller::Anybody(public) => _ = parts.extensions.insert(public),
            }
            let request = Request::from_parts(parts, body.unwrap_or_default());
            Ok((request, admitted.taken))
        }
        (Err(problem), Some(body)) => {
            let beside = observed(&problem).ok_or(problem)?;
            parts.extensions.insert(beside);
            Ok((Request::from_parts(parts, body), Taken::default()))
        }
        (Err(problem), None) => Err(problem),
    }
}

/// What became of a body that a rule may depend on.
enum Read {
    Not,
    Whole(Bytes),
    Broken,
}
