//! A listener that is one API, with the reverse proxy before it.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Uri};
use axum::response::Response;
use gates::Fronts;
use gates::proxy::{self, Arrival, Proxy};
use realm::{Api, App};
use server::operations::{ClientAddress, TrustedProxies, current_request_id};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::Service;

use super::tls::{self, Protocols};
use crate::configuration::Upstream;
use crate::failure::Failure;

/// What callers may speak by TLS; without it, either is known by how it begins.
pub const PROTOCOLS: Protocols = &[b"h2", b"http/1.1"];

/// Where the metadata of a protected resource begins (RFC 9728 section 3).
const PROTECTED_RESOURCE: &str = "/.well-known/oauth-protected-resource";

/// The API that an entrance leads to, as it is configured.
#[derive(Debug, Clone)]
pub struct Target {
    /// Its realm.
    pub realm: String,
    /// Its server.
    pub upstream: Upstream,
}

/// What connects to an API's server.
///
/// # Errors
///
/// A file of authorities that cannot be used.
pub fn connections(upstream: &Upstream) -> Result<proxy::Upstream, Failure> {
    let by_tls = upstream.address.starts_with("https://");
    let tls = by_tls.then(|| tls::connector(upstream.authorities.as_deref()));
    proxy::Upstream::new(&upstream.address, tls.transpose()?).map_err(Failure::new)
}

/// One API, with the proxy before it.
pub struct Proxied {
    proxy: Arc<Proxy>,
    /// What tells about the API.
    public: Router,
    /// Where the API's metadata is at its own address, and where the server has it.
    metadata: (String, Uri),
    /// Callers reach it by TLS, if a proxy in front ends that.
    is_https: bool,
    trusted: Arc<TrustedProxies>,
}

/// How a request came here.
pub struct Way {
    /// The other end of the connection.
    pub peer: SocketAddr,
    /// It has TLS.
    pub by_tls: bool,
    /// What lasts longer than an answer.
    pub tasks: TaskTracker,
    /// Ends that.
    pub stop: CancellationToken,
}

impl Proxied {
    /// The API of this target.
    ///
    /// # Errors
    ///
    /// A server that nothing can connect to as it is configured.
    pub fn new(
        app: &App,
        fronts: Arc<dyn Fronts>,
        target: &Target,
        public: Router,
        trusted: Arc<TrustedProxies>,
        places: Arc<Semaphore>,
    ) -> Result<Self, Failure> {
        let (realm, name) = (&target.realm, &target.upstream.api);
        let missing = || Failure::new(format!("there is no API {name:?} of a realm {realm:?}"));
        let known = app.realm(realm).ok_or_else(missing)?;
        let api = known.api(name).ok_or_else(missing)?;
        let layout = known.layout();
        let ours = layout.well_known("oauth-protected-resource", &format!("apis/{name}"));
        let ours = ours.parse().map_err(|_| missing())?;
        let connections = connections(&target.upstream)?;
        let settings = target.upstream.settings;
        let proxy = Proxy::new(fronts, realm, name, connections, settings, places);
        Ok(Self::of(api, proxy, public, ours, trusted))
    }

    /// This API, whose metadata `public` has at `ours`.
    pub fn of(
        api: &Api,
        proxy: Proxy,
        public: Router,
        ours: Uri,
        trusted: Arc<TrustedProxies>,
    ) -> Self {
        let (_, path) = api.place();
        Self {
            proxy: Arc::new(proxy),
            public,
            metadata: (format!("{PROTECTED_RESOURCE}{path}"), ours),
            is_https: api.url().starts_with("https://"),
            trusted,
        }
    }

    /// Answers a request: what the API is, or by the API.
    pub async fn answer(&self, mut request: Request<Body>, way: &Way) -> Response {
        if request.uri().path() == self.metadata.0 {
            *request.uri_mut() = self.metadata.1.clone();
            // A router is always ready.
            return match self.public.clone().call(request).await {
                Ok(response) => response,
                Err(never) => match never {},
            };
        }
        let client = request.extensions().get::<ClientAddress>();
        let peer = way.peer.ip();
        let arrival = Arrival {
            client: client.map_or(peer, |client| client.0),
            by_tls: way.by_tls || self.is_https && self.trusted.trust(peer),
            request_id: current_request_id().map(|id| id.header()),
            tasks: way.tasks.clone(),
            stop: way.stop.clone(),
        };
        self.proxy.answer(request, &arrival).await
    }
}
