use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::{ClientConfig, Error, RootCertStore};

use super::names::{Names, Reach};
use crate::reading;

/// How long a connection is kept that nobody uses; shorter than what common servers keep theirs,
/// which would end just when a question is on its way.
const IDLE_TIME: Duration = Duration::from_secs(4);
/// The largest head of an answer, in bytes.
const HEAD_BYTES: usize = 32_768;

/// Brings a question to an issuer and the answer back. Redirects are not followed: credentials and
/// tokens go where they were meant to go, and nowhere else.
#[async_trait]
pub trait Transport: Send + Sync + 'static {
    /// Sends a request to its absolute URI. Of the answer's body at most `most` bytes are read.
    ///
    /// How long all of it may take is the caller's to bound: the future may be dropped.
    ///
    /// # Errors
    ///
    /// Why there is no answer.
    async fn send(
        &self,
        request: Request<Bytes>,
        most: usize,
    ) -> Result<Response<Bytes>, TransportError>;
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TransportError {
    /// It could not be reached, or broke off.
    #[error("{0}")]
    Failed(String),
    /// The answer is larger than is read, or trickled.
    #[error("the answer could not be read: {0}")]
    Unread(reading::Unread),
    /// The address may not be reached from here; nothing was sent.
    #[error("{0}")]
    NotAllowed(String),
}

/// By HTTP/1.1 over TCP, with TLS by rustls for `https`. Connections are kept and used again.
#[derive(Debug, Clone)]
pub struct Http {
    client: Client<HttpsConnector<HttpConnector<Names>>, Full<Bytes>>,
    reach: Reach,
}

impl Http {
    /// Certificates count that Mozilla's list of authorities vouches for.
    ///
    /// # Errors
    ///
    /// Where TLS cannot be set up, which a build that works never does.
    pub fn new() -> Result<Self, Error> {
        Self::vouched_for_by(Self::usual_roots())
    }

    /// Mozilla's list of authorities.
    #[must_use]
    pub fn usual_roots() -> RootCertStore {
        let mut roots = RootCertStore::empty();
        roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
        roots
    }

    /// Certificates count that these authorities vouch for, and no others.
    ///
    /// # Errors
    ///
    /// As [`Http::new`].
    pub fn vouched_for_by(roots: RootCertStore) -> Result<Self, Error> {
        Ok(Self::by_tls(tls(roots)?))
    }

    /// The same, and connections go only to addresses that `may_reach` lets pass; for any other it says
    /// why. It is asked about each address that a name stands for, when a connection is made, so
    /// that nobody can have a name stand for something else in between.
    ///
    /// # Errors
    ///
    /// As [`Http::new`].
    pub fn reaching(
        roots: RootCertStore,
        may_reach: impl Fn(IpAddr) -> Result<(), String> + Send + Sync + 'static,
    ) -> Result<Self, Error> {
        Ok(Self::over(tls(roots)?, Reach::only(may_reach)))
    }

    /// With TLS as it is set up here, such as with a certificate of one's own.
    #[must_use]
    pub fn by_tls(tls: ClientConfig) -> Self {
        Self::over(tls, Reach::anywhere())
    }

    fn over(tls: ClientConfig, reach: Reach) -> Self {
        let mut tcp = HttpConnector::new_with_resolver(Names::within(reach.clone()));
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(tls)
            .https_or_http()
            .enable_http1()
            .wrap_connector(tcp);
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE_TIME)
            .http1_max_buf_size(HEAD_BYTES)
            .build(connector);
        Self { client, reach }
    }
}

fn tls(roots: RootCertStore) -> Result<ClientConfig, Error> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let tls = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(tls)
}

#[async_trait]
impl Transport for Http {
    async fn send(
        &self,
        request: Request<Bytes>,
        most: usize,
    ) -> Result<Response<Bytes>, TransportError> {
        let host = request.uri().host().unwrap_or_default();
        self.reach
            .check_literal(host)
            .map_err(TransportError::NotAllowed)?;
        let answer = self.client.request(request.map(Full::new)).await;
        let answer = answer.map_err(|error| TransportError::Failed(told(&error)))?;
        let (parts, body) = answer.into_parts();
        let body = reading::read(&parts.headers, body, most).await;
        let body = body.map_err(TransportError::Unread)?;
        Ok(Response::from_parts(parts, body))
    }
}

/// An error with what is behind it.
fn told(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut behind = error.source();
    while let Some(cause) = behind {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        behind = cause.source();
    }
    text
}
