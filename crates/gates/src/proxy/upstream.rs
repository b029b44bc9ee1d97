//! Connections to the API behind a proxy.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Body;
use http::uri::{Authority, Scheme};
use http::{HeaderValue, Request, Response, Uri};
use hyper::body::Incoming;
use hyper_util::client::legacy::connect::{Connected, Connection};
use hyper_util::client::legacy::{Client, Error};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;
use tower_service::Service;

/// How long a connection may take to be there, TLS included.
const CONNECT_TIME: Duration = Duration::from_secs(5);
/// How long one is kept that nobody uses. Shorter than what common servers keep theirs (Node.js and uvicorn
/// five seconds), which would end just when a call is on its way.
const IDLE_TIME: Duration = Duration::from_secs(4);
/// The largest head of an answer, in bytes.
const HEAD_BYTES: usize = 65_536;

/// An API's own server.
#[derive(Clone)]
pub struct Upstream {
    scheme: Scheme,
    authority: Authority,
    host: HeaderValue,
    client: Client<Connector, Body>,
}

impl Upstream {
    /// The server at this address: scheme, host and, if need be, port. `tls` connects to one with
    /// `https`.
    ///
    /// # Errors
    ///
    /// Another address than that.
    pub fn new(address: &str, tls: Option<TlsConnector>) -> Result<Self, String> {
        let uri: Uri = address
            .parse()
            .map_err(|_| format!("{address:?} is no address"))?;
        let parts = uri.into_parts();
        let (Some(scheme), Some(authority)) = (parts.scheme, parts.authority) else {
            return Err(format!("{address:?} is no address with scheme and host"));
        };
        let by_tls = scheme == Scheme::HTTPS;
        if by_tls && tls.is_none() {
            return Err(format!("{address:?} needs TLS, and there is none"));
        }
        let host = HeaderValue::from_str(authority.as_str())
            .map_err(|_| format!("{address:?} names no host"))?;
        let connector = Connector {
            host: authority.host().trim_matches(['[', ']']).into(),
            port: authority
                .port_u16()
                .unwrap_or(if by_tls { 443 } else { 80 }),
            tls: tls.filter(|_| by_tls),
        };
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE_TIME)
            .http1_max_buf_size(HEAD_BYTES)
            .build(connector);
        Ok(Self {
            scheme,
            authority,
            host,
            client,
        })
    }

    /// Its own host, for one that answers to no other.
    pub(super) fn host(&self) -> &HeaderValue {
        &self.host
    }

    /// Sends a request whose URI is a path and a query. Where a kept connection turns out to be closed
    /// before anything of the request was sent, another one is taken; otherwise nothing is sent twice.
    pub(crate) async fn send(
        &self,
        mut request: Request<Body>,
    ) -> Result<Response<Incoming>, Error> {
        let mut target = std::mem::take(request.uri_mut()).into_parts();
        target.scheme = Some(self.scheme.clone());
        target.authority = Some(self.authority.clone());
        // All three are there.
        *request.uri_mut() = Uri::from_parts(target).unwrap_or_default();
        self.client.request(request).await
    }
}

/// Connects to one host, whatever is asked for.
#[derive(Clone)]
struct Connector {
    host: Arc<str>,
    port: u16,
    tls: Option<TlsConnector>,
}

impl Connector {
    async fn connect(self) -> io::Result<TokioIo<Wire>> {
        let stream = TcpStream::connect((&*self.host, self.port)).await?;
        stream.set_nodelay(true)?;
        let Some(tls) = self.tls else {
            return Ok(TokioIo::new(Wire(Box::new(stream))));
        };
        let name = ServerName::try_from(self.host.to_string()).map_err(io::Error::other)?;
        let stream = tls.connect(name, stream).await?;
        Ok(TokioIo::new(Wire(Box::new(stream))))
    }
}

impl Service<Uri> for Connector {
    type Response = TokioIo<Wire>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<TokioIo<Wire>>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Uri) -> Self::Future {
        let connector = self.clone();
        Box::pin(async move {
            let connected = tokio::time::timeout(CONNECT_TIME, connector.connect()).await;
            connected.unwrap_or_else(|late| Err(late.into()))
        })
    }
}

trait Duplex: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Duplex for S {}

/// A connection, with TLS or without.
struct Wire(Box<dyn Duplex>);

impl Connection for Wire {
    fn connected(&self) -> Connected {
        Connected::new()
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(context, into)
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write_vectored(context, parts)
    }

    fn is_write_vectored(&self) -> bool {
        self.0.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(context)
    }
}
