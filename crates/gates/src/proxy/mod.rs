//! The reverse proxy: it stands before an API, decides each call, and passes on exactly what it
//! decided about. A body streams through it, but where the rule depends on it: then it is read first, and
//! these bytes go on.
//!
//! [`Proxy::answer`] is the walk: `target` brings the call into one form, `headers` takes off it what does
//! not go on, `coding` what a body is compressed with, where that is looked into, the [`Front`] judges what is left, `upstream` has it answered, and `streaming` is how
//! bodies go both ways. `tunnel` is for connections that become something else than HTTP.

mod coding;
mod fault;
mod headers;
mod streaming;
mod target;
mod tunnel;
mod upstream;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use enforce::gate::read_body;
use enforce::{Call, Problem};
use http::header::{CONTENT_LENGTH, HOST, TRANSFER_ENCODING};
use http::request::Parts;
use http::{HeaderValue, Request, Response, StatusCode, Version};
use http_body::Body as _;
use hyper::body::Incoming;
use hyper_util::client::legacy::Error;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::front::{Front, Fronts};
use coding::Coding;
use streaming::{Broke, Held, Progress, Streaming, stands_still};
use tunnel::Tunnel;

pub(crate) use fault::malformed;
pub use fault::reasons;
pub use upstream::Upstream;

/// A proxy before one API.
pub struct Proxy {
    fronts: Arc<dyn Fronts>,
    realm: String,
    api: String,
    upstream: Upstream,
    settings: Settings,
    places: Arc<Semaphore>,
}

/// How calls are passed on.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// The API is told the host that the caller named, and not its own.
    pub preserve_host: bool,
    /// The API gets the token too. It could then call in the caller's name.
    pub pass_token: bool,
    /// A body that decides is read also where it comes compressed, and goes on without that.
    pub decode_bodies: bool,
    /// How long the API may be silent until its answer begins, and either side once something streams.
    pub patience: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            preserve_host: true,
            pass_token: false,
            decode_bodies: false,
            patience: Duration::from_secs(60),
        }
    }
}

/// How a call came, as whoever accepted its connection knows.
#[derive(Debug, Clone)]
pub struct Arrival {
    /// Where the caller is.
    pub client: IpAddr,
    /// Did it come by TLS?
    pub by_tls: bool,
    /// What the call is named in logs.
    pub request_id: Option<HeaderValue>,
    /// What lasts longer than the answer: who closes the connection waits for it.
    pub tasks: TaskTracker,
    /// Ends that.
    pub stop: CancellationToken,
}

impl Arrival {
    fn scheme(&self) -> &'static str {
        if self.by_tls { "https" } else { "http" }
    }
}

impl Proxy {
    /// A proxy before the API of this name in this realm, which is at `upstream`. Each call that goes on
    /// takes one of `places` until its answer is over: one connection of a caller may carry many.
    #[must_use]
    pub fn new(
        fronts: Arc<dyn Fronts>,
        realm: impl Into<String>,
        api: impl Into<String>,
        upstream: Upstream,
        settings: Settings,
        places: Arc<Semaphore>,
    ) -> Self {
        Self {
            fronts,
            realm: realm.into(),
            api: api.into(),
            upstream,
            settings,
            places,
        }
    }

    /// Answers a call: by the API, or with why not.
    pub async fn answer(
        self: &Arc<Self>,
        request: Request<Body>,
        arrival: &Arrival,
    ) -> Response<Body> {
        let Some(front) = self.front() else {
            let problem = Problem::unavailable("The API that this gate is for is not known here.");
            return problem.into_response(&self.realm, None, None);
        };
        match self.pass(&front, request, arrival).await {
            Ok(response) => response,
            Err(problem) => front.answer(problem),
        }
    }

    fn front(&self) -> Option<Arc<Front>> {
        self.fronts.front(&self.realm, &self.api)
    }

    async fn pass(
        self: &Arc<Self>,
        front: &Front,
        mut request: Request<Body>,
        arrival: &Arrival,
    ) -> Result<Response<Body>, Problem> {
        let on_upgrade = hyper::upgrade::on(&mut request);
        let (mut parts, body) = request.into_parts();
        let asks_for_websocket = tunnel::asks_for_websocket(&parts, &body);
        let settled = target::settle(&mut parts);
        headers::clean_call(&mut parts.headers);
        if asks_for_websocket {
            // It is decided as one.
            tunnel::say_websocket(&mut parts.headers);
        }
        let coding = Coding::of(&parts.headers).filter(|_| self.settings.decode_bodies);
        let as_it_came = coding.map(|_| coding::take_off(&mut parts.headers));

        let mut unread = Some(body);
        let head = &parts.headers;
        let read = || {
            let body = unread.take().unwrap_or_default();
            async move {
                let read = read_body(head, body).await?;
                Ok(Some(match coding {
                    Some(coding) => coding.decode(&read).await?,
                    None => read,
                }))
            }
        };
        settled.map_err(|problem| front.refuse(problem))?;
        let mut call = Call::of(&parts);
        call.address = Some(arrival.client);
        call.sees_end = true;
        let has_token = call.carries_token();
        let passed = front.judge(call, read).await?;
        if let (None, Some(headers)) = (&passed.body, as_it_came) {
            // It did not decide.
            parts.headers = headers;
        }
        let body = passed.body.map(Body::from).or(unread).unwrap_or_default();

        // What is asked again while a tunnel stands.
        let decided = asks_for_websocket.then(|| parts.clone());
        if !self.settings.pass_token {
            if has_token {
                headers::take_off_token(&mut parts.headers);
            }
            if let Some(name) = front.takes_keys_in() {
                parts.headers.remove(name);
            }
        }
        headers::introduce(&mut parts.headers, passed.identity, arrival);
        if !self.settings.preserve_host {
            let host = self.upstream.host().clone();
            parts.headers.insert(HOST, host);
        }
        let place = Arc::clone(&self.places).try_acquire_owned();
        let place = place.map_err(|_| fault::crowded())?;
        let mut response = self.send(parts, body).await?;
        if response.status() != StatusCode::SWITCHING_PROTOCOLS {
            let held = (place, passed.under_way);
            let mut response = self.received(response, held);
            for (name, value) in passed.standing {
                response.headers_mut().insert(name, value);
            }
            return Ok(response);
        }
        let Some(decided) = decided else {
            return Err(fault::broken());
        };
        let tunnel = Tunnel {
            ours: on_upgrade,
            theirs: hyper::upgrade::on(&mut response),
            patience: self.settings.patience,
            stop: arrival.stop.clone(),
            place,
        };
        Ok(self.join(tunnel, response, decided, &arrival.tasks))
    }

    /// Sends what was decided about, and waits for the head of the answer.
    async fn send(&self, parts: Parts, body: Body) -> Result<Response<Incoming>, Problem> {
        let progress = Arc::new(Progress::default());
        let mut request = Request::new(());
        *request.method_mut() = parts.method;
        *request.uri_mut() = parts.uri;
        *request.headers_mut() = parts.headers;
        let is_framed = body.is_end_stream() || body.size_hint().exact().is_some();
        if !is_framed && !request.headers().contains_key(CONTENT_LENGTH) {
            // Without it a client sends no body with a GET.
            let chunked = HeaderValue::from_static("chunked");
            request.headers_mut().insert(TRANSFER_ENCODING, chunked);
        }
        let body = Streaming::new(body, self.settings.patience, Arc::clone(&progress));
        let request = request.map(|()| Body::new(body));
        tokio::select! {
            answer = self.upstream.send(request) => answer.map_err(|error| failed(&error, &progress)),
            () = stands_still(&progress, self.settings.patience) => Err(fault::slow()),
        }
    }

    /// The API's answer as the caller gets it.
    fn received(&self, response: Response<Incoming>, held: Held) -> Response<Body> {
        let (mut parts, body) = response.into_parts();
        headers::clean_answer(&mut parts.headers);
        // Of this connection, not of the one to the API (RFC 9110 section 6.2): a caller told of HTTP/1.0
        // could not tell an answer that broke off from a whole one.
        parts.version = Version::default();
        parts.extensions.clear();
        let body = Streaming::new(body, self.settings.patience, Arc::default()).holding(held);
        Response::from_parts(parts, Body::new(body))
    }

    /// Joins caller and API, now that both speak something else.
    fn join(
        self: &Arc<Self>,
        tunnel: Tunnel,
        response: Response<Incoming>,
        decided: Parts,
        tasks: &TaskTracker,
    ) -> Response<Body> {
        let proxy = Arc::clone(self);
        let is_permitted = async move || match proxy.front() {
            Some(front) => front.stands(Call::of(&decided)).await,
            None => false,
        };
        tasks.spawn(tunnel.carry(is_permitted));
        let mut answer = Response::new(Body::empty());
        *answer.status_mut() = response.status();
        *answer.headers_mut() = response.into_parts().0.headers;
        headers::clean_answer(answer.headers_mut());
        tunnel::say_websocket(answer.headers_mut());
        answer
    }
}

/// Why there is no answer.
fn failed(error: &Error, progress: &Progress) -> Problem {
    match progress.broke() {
        Some(Broke::Quiet) => return fault::body_too_slow(),
        Some(Broke::Off) => return fault::body_unreadable(),
        None => {}
    }
    let source = std::error::Error::source(error).map(ToString::to_string);
    let source = source.unwrap_or_default();
    tracing::warn!(%error, source, "an API gave no answer");
    if error.is_connect() {
        fault::unreachable()
    } else {
        fault::broken()
    }
}
