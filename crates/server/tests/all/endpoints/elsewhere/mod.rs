//! A gate that has neither records nor keys, and asks this server.

mod cases;
mod ends;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response};
use bytes::Bytes;
use enforce::remote::{
    ByIntrospection, ByKeys, Clock, Credentials, Introspection, Metadata, PublishedKeys,
    SignedTokens, Transport, TransportError,
};
use enforce::{AccessSource, Gate, TokenVerifier};
use http_body_util::BodyExt;
use oauth::model::Client;
use realm::cache::{InProcessVerifier, KeySource};
use tower::ServiceExt;

use crate::support::{World, client_secret};

/// Brings questions to the server without a connection.
pub struct Direct {
    router: Router,
    pub asked: AtomicUsize,
}

impl Direct {
    pub fn to(world: &World) -> Arc<Self> {
        Arc::new(Self {
            router: world.router.clone(),
            asked: AtomicUsize::new(0),
        })
    }

    pub fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

#[async_trait]
impl Transport for Direct {
    async fn send(
        &self,
        request: Request<Bytes>,
        _: usize,
    ) -> Result<Response<Bytes>, TransportError> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let request = request.map(Body::from);
        let answer = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = answer.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        Ok(Response::from_parts(parts, body))
    }
}

/// The world's own time.
struct Standing(Arc<dyn realm::Clock>);

impl Clock for Standing {
    fn now(&self) -> i64 {
        self.0.now().as_second()
    }

    fn monotonic(&self) -> Duration {
        self.0.monotonic()
    }
}

impl World {
    fn standing(&self) -> Arc<dyn Clock> {
        Arc::new(Standing(Arc::clone(&self.clock) as Arc<dyn realm::Clock>))
    }

    /// What the server says of itself.
    async fn metadata(&self, transport: &Arc<Direct>) -> Metadata {
        let within = Duration::from_secs(60);
        let read = Metadata::of(&self.issuer(), &**transport, within).await;
        read.unwrap()
    }

    /// Asks as this resource server.
    async fn introspection(&self, transport: &Arc<Direct>, api: &Client) -> Introspection {
        let endpoint = self.metadata(transport).await.introspection_endpoint;
        let credentials = Credentials::basic(&api.id, client_secret(&api.id).expose());
        let transport = Arc::clone(transport) as Arc<dyn Transport>;
        Introspection::new(endpoint.unwrap(), credentials, transport)
            .within(Duration::from_secs(60))
            .clock(self.standing())
    }

    /// The gate that sees the records.
    fn gate_inside(&self) -> Gate {
        let realm = self.app.realm(&self.realm).unwrap();
        let cache = realm.cache();
        let verifier = InProcessVerifier::new(
            Arc::clone(realm.catalog()),
            realm.id(),
            realm.issuer(),
            self.audience(),
            Arc::clone(cache) as Arc<dyn KeySource>,
        );
        self.gate(
            Arc::new(verifier),
            Arc::clone(cache) as Arc<dyn AccessSource>,
        )
    }

    /// The gate that asks about tokens.
    async fn gate_by_introspection(&self, transport: &Arc<Direct>, api: &Client) -> Gate {
        let introspection = self.introspection(transport, api).await;
        let remote = ByIntrospection::new(
            Arc::clone(self.begun.catalog()),
            introspection,
            self.issuer(),
            self.audience(),
        );
        let remote = Arc::new(remote);
        self.gate(remote.clone(), remote)
    }

    /// The gate that knows the published keys.
    async fn gate_by_keys(&self, transport: &Arc<Direct>) -> Gate {
        let address = self.metadata(transport).await.jwks_uri.unwrap();
        let transport = Arc::clone(transport) as Arc<dyn Transport>;
        let keys = PublishedKeys::new(address, transport)
            .within(Duration::from_secs(60))
            .clock(self.standing());
        let tokens = SignedTokens::new(keys, self.issuer(), self.audience());
        let remote = Arc::new(ByKeys::new(Arc::clone(self.begun.catalog()), tokens));
        self.gate(remote.clone(), remote)
    }

    fn gate(&self, verifier: Arc<dyn TokenVerifier>, access: Arc<dyn AccessSource>) -> Gate {
        let catalog = Arc::clone(self.begun.catalog());
        Gate::new(catalog, verifier, access, self.issuer())
    }
}
