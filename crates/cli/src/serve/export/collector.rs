use std::error::Error;

use axum::body::Body;
use hyper::client::conn::http1;
use hyper::header::{CONTENT_TYPE, HOST, HeaderMap, HeaderValue};
use hyper::{Request, StatusCode};
use hyper_util::rt::TokioIo;
use server::operations::RequestSpan;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;
use url::{Host, Url};

use super::document::document;
use crate::configuration::OpenTelemetry;
use crate::failure::Failure;
use crate::serve::tls;

type Lost = Box<dyn Error + Send + Sync>;

/// Where traces go, and how to get there.
pub struct Collector {
    endpoint: Url,
    service_name: String,
    headers: HeaderMap,
    /// Its other end's name is the endpoint's; `None` is plain HTTP.
    tls: Option<TlsConnector>,
}

impl Collector {
    /// The collector of a configuration.
    ///
    /// # Errors
    ///
    /// When a file that is named cannot be used.
    pub fn of(configuration: &OpenTelemetry) -> Result<Self, Failure> {
        let wants_tls = configuration.endpoint.scheme() == "https";
        let authorities = configuration.ca_certificate.as_deref();
        Ok(Self {
            headers: configuration.headers()?,
            tls: wants_tls.then(|| tls::connector(authorities)).transpose()?,
            endpoint: configuration.endpoint.clone(),
            service_name: configuration.service_name.clone(),
        })
    }

    /// The collector's address, for people.
    pub(super) fn endpoint(&self) -> &Url {
        &self.endpoint
    }

    /// Can others on the network read the headers?
    pub(super) fn tells_secrets_in_clear(&self) -> bool {
        let is_here = match self.endpoint.host() {
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        };
        self.tls.is_none() && !self.headers.is_empty() && !is_here
    }

    /// Hands a batch over.
    pub(super) async fn send(&self, batch: &[RequestSpan]) -> Result<(), Lost> {
        let host = self.endpoint.host_str().ok_or("the endpoint has no host")?;
        let port = self.endpoint.port_or_known_default().unwrap_or(80);
        let request = self.request(&format!("{host}:{port}"), batch)?;
        // IPv6 addresses have brackets in URLs only.
        let host = host.trim_matches(['[', ']']);
        let stream = TcpStream::connect((host, port)).await?;
        let name = ServerName::try_from(host.to_owned())?;
        let status = match &self.tls {
            Some(tls) => exchange(tls.connect(name, stream).await?, request).await?,
            None => exchange(stream, request).await?,
        };
        if status.is_success() {
            Ok(())
        } else {
            Err(format!("it answered {status}").into())
        }
    }

    fn request(&self, host: &str, batch: &[RequestSpan]) -> Result<Request<Body>, Lost> {
        let path = format!("{}/v1/traces", self.endpoint.path().trim_end_matches('/'));
        let body = document(&self.service_name, batch).to_string();
        let mut request = Request::post(path).body(Body::from(body))?;
        let headers = request.headers_mut();
        headers.clone_from(&self.headers);
        headers.insert(HOST, HeaderValue::from_str(host)?);
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        Ok(request)
    }
}

/// One question and the head of its answer, which is all that matters; the connection ends
/// with it.
async fn exchange(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    request: Request<Body>,
) -> Result<StatusCode, Lost> {
    let (mut requests, connection) = http1::handshake(TokioIo::new(stream)).await?;
    let (status, _) = tokio::join!(
        async move {
            let answer = requests.send_request(request).await;
            answer.map(|answer| answer.status())
        },
        connection
    );
    Ok(status?)
}
