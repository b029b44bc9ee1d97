use std::borrow::Cow;
use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderName, Method, Request};
use axum::response::Response;
use enforce::CallerAddress;
use tokio::sync::mpsc;
use tower::Service;

use super::client_address::{ClientAddress, TrustedProxies};
use super::request_id::{RequestId, RequestIds, current_request_id};
use super::request_kind::kind_of_seen;
use super::span::RequestSpan;
use super::span::{Begun, Spans};
use oauth::ErrorCode;
use realm::metrics::{RequestKind, Requests};
use realm::{App, Clock, Layout, Random};

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Stands before a router: names each request, finds out who the client is, counts, and
/// writes the access log.
pub struct Observer {
    requests: Arc<Requests>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    proxies: TrustedProxies,
    ids: RequestIds,
    access_log: bool,
    spans: Option<Spans>,
    /// Where the only realm is, if not below its name.
    layout: Option<Arc<Layout>>,
    /// What all requests are, where that is not said by their paths.
    kind: Option<RequestKind>,
}

impl Observer {
    /// An observer of an app's requests. With `access_log` each one is a line at level info.
    #[must_use]
    pub fn new(app: &App, proxies: TrustedProxies, access_log: bool) -> Self {
        let requests = Arc::clone(app.metrics().requests());
        let (clock, random) = (Arc::clone(app.clock()), Arc::clone(app.random()));
        Self {
            layout: app.sole_layout().cloned(),
            ..Self::counting(requests, (clock, random), proxies, access_log)
        }
    }

    /// The same of the requests of a process without an app.
    #[must_use]
    pub fn counting(
        requests: Arc<Requests>,
        (clock, random): (Arc<dyn Clock>, Arc<dyn Random>),
        proxies: TrustedProxies,
        access_log: bool,
    ) -> Self {
        Self {
            ids: RequestIds::new(bytes(&*random)),
            requests,
            clock,
            random,
            proxies,
            access_log,
            spans: None,
            layout: None,
            kind: None,
        }
    }

    /// Also sends a span of each request there; one that does not fit is dropped.
    #[must_use]
    pub fn spans(mut self, to: Option<mpsc::Sender<RequestSpan>>) -> Self {
        self.spans = to.map(Spans::to);
        self
    }

    /// The same where all requests are of one kind, as calls of an API are, and questions about them.
    #[must_use]
    pub fn all_are(self, kind: RequestKind) -> Self {
        let kind = Some(kind);
        Self { kind, ..self }
    }

    /// Has a router, or what else answers, answer a request that came over a connection from `peer`.
    pub async fn answer<S>(
        &self,
        service: S,
        peer: SocketAddr,
        mut request: Request<Body>,
    ) -> Response
    where
        S: Service<Request<Body>, Response = Response, Error = Infallible>,
    {
        let began = self.clock.monotonic();
        let id = self.request_id(&request, peer.ip());
        let client = self.proxies.client(peer.ip(), request.headers());
        request.extensions_mut().insert(ClientAddress(client));
        request.extensions_mut().insert(CallerAddress {
            address: client,
            told: client != peer.ip(),
        });
        let seen = Seen {
            kind: self
                .kind
                .unwrap_or_else(|| kind_of_seen(self.layout.as_deref(), request.uri().path())),
            line: self.access_log.then(|| Line::of(&request)),
            span: self.spans.is_some().then(|| {
                let (method, headers) = (request.method(), request.headers());
                let ids = || (bytes(&*self.random), bytes(&*self.random));
                Spans::begin(
                    self.clock.now(),
                    ids,
                    &self.proxies,
                    peer.ip(),
                    (method, headers),
                )
            }),
        };
        let _in_flight = self.requests.begin();
        let name = id.header();
        let answer = async {
            let mut response = call(service, request).await;
            // Who answers may have to tell another one (AuthZEN): that of the log is in the log.
            response.headers_mut().entry(X_REQUEST_ID).or_insert(name);
            self.tell(seen, client, &response, began);
            response
        };
        id.scope(answer).await
    }

    /// A trusted proxy's own id, so that its log and ours can be laid side by side.
    fn request_id(&self, request: &Request<Body>, peer: IpAddr) -> RequestId {
        request
            .headers()
            .get(X_REQUEST_ID)
            .filter(|_| self.proxies.trust(peer))
            .and_then(RequestId::given)
            .unwrap_or_else(|| self.ids.next())
    }

    fn tell(&self, seen: Seen, client: IpAddr, response: &Response, began: Duration) {
        let took = self.clock.monotonic().saturating_sub(began);
        let status = response.status();
        let error = response.extensions().get::<ErrorCode>().copied();
        self.requests
            .answered(seen.kind, status.as_u16(), error, took);
        if let Some(line) = &seen.line {
            tracing::info!(
                target: "access",
                method = %line.method,
                path = line.path,
                endpoint = seen.kind.as_str(),
                status = status.as_u16(),
                client = %client,
                micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX),
                "request"
            );
        }
        if let (Some(spans), Some(begun)) = (&self.spans, seen.span) {
            let request_id = current_request_id().map(|id| id.as_str().to_owned());
            let request_id = request_id.unwrap_or_default();
            if !spans.end(begun, seen.kind, status, took, request_id) {
                self.requests.spans_lost(1);
            }
        }
    }
}

fn bytes<const N: usize>(random: &dyn Random) -> [u8; N] {
    let mut bytes = [0; N];
    random.fill(&mut bytes);
    bytes
}

/// The path, where no token that somebody put into it can be read. The shortest secret that is made
/// here has 55 letters, more if some are percent-encoded.
fn without_secrets(path: &str) -> String {
    const LONGEST: usize = 48;
    const SHOWN: usize = 6;
    let parts = path.split('/').map(|part| {
        if part.len() <= LONGEST {
            return Cow::Borrowed(part);
        }
        let beginning: String = part.chars().take(SHOWN).collect();
        Cow::Owned(beginning + "…")
    });
    parts.collect::<Vec<_>>().join("/")
}

async fn call<S>(mut service: S, request: Request<Body>) -> Response
where
    S: Service<Request<Body>, Response = Response, Error = Infallible>,
{
    // A router, and a function, is always ready.
    match service.call(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}

/// What is kept of a request while the router has it.
struct Seen {
    kind: RequestKind,
    line: Option<Line>,
    span: Option<Begun>,
}

/// What the access log says about a request. Never the query: it holds codes and states; and of a
/// part of the path that is long enough to be a secret, only how it begins.
struct Line {
    method: Method,
    path: String,
}

impl Line {
    fn of(request: &Request<Body>) -> Self {
        Self {
            method: request.method().clone(),
            path: without_secrets(request.uri().path()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::without_secrets;

    #[test]
    fn of_what_could_be_a_secret_only_the_beginning_is_told() {
        for path in [
            "/",
            "",
            "/bexio/oauth/token",
            "/bokio/api/v1/companies/01977420-dc00-7000-8000-00000000000a/customers/",
        ] {
            assert_eq!(without_secrets(path), path);
        }
        let token = format!("sg_rt_{}", "x".repeat(49));
        let told = without_secrets(&format!("/bexio/api/{token}/more"));
        assert_eq!(told, "/bexio/api/sg_rt_…/more");
        let jwt = format!("/x/eyJhbGciOi.{}.{}", "y".repeat(40), "z".repeat(40));
        assert_eq!(without_secrets(&jwt), "/x/eyJhbG…");
    }
}
