//! Accepting connections and speaking HTTP/1.1 on them; before an API, and with proxies that ask, HTTP/2
//! too.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, HttpBody};
use axum::http::HeaderValue;
use axum::http::header::STRICT_TRANSPORT_SECURITY;
use axum::response::Response;
use gates::Gates;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::GracefulConnection;
use server::operations::{Observer, TrustedProxies};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::certificate::Certificate;
use super::leftover::Leftover;
use super::places::{Place, Places};
use super::proxy::{Proxied, Target, Way};
use super::pulse::{Answering, Felt, Pulse};
use crate::configuration::Side;

/// How long a client may take to agree on TLS.
const HANDSHAKE_TIME: Duration = Duration::from_secs(10);
/// The largest head of a request, in bytes; also what is read ahead of a body.
const HEAD_BYTES: usize = 65_536;
/// The same in HTTP/2, as it counts.
const HEAD_LIST_BYTES: u32 = 65_536;
/// So many calls there may be at once on one connection with HTTP/2.
const STREAMS: u32 = 100;
/// How long saying goodbye may take.
const PARTING_TIME: Duration = Duration::from_secs(1);
/// Browsers that came by TLS once come by nothing else for a year (RFC 6797), so that nobody on the
/// way can lead them to a copy without it.
const ONLY_BY_TLS: HeaderValue = HeaderValue::from_static("max-age=31536000");
/// The pause after a connection could not be accepted, as when no file handle is free.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// A bound address, and what is behind it.
pub struct Entrance {
    /// The address.
    pub socket: TcpListener,
    /// What is there.
    pub serves: Vec<Side>,
    /// The API that is there, if it is one with a proxy before it.
    pub target: Option<Target>,
    /// With TLS, if it has a certificate.
    pub tls: Option<Arc<Certificate>>,
}

/// What stands behind an entrance.
pub struct Behind {
    /// What answers.
    pub answers: Answers,
    /// Who watches.
    pub observer: Arc<Observer>,
    /// Those who come for many.
    pub proxies: Arc<TrustedProxies>,
    /// For those who come.
    pub places: Arc<Places>,
}

/// What answers.
#[derive(Clone)]
pub enum Answers {
    /// Pages and endpoints of ours.
    Router(Router),
    /// What proxies ask.
    Gates(Arc<Gates>),
    /// An API behind the reverse proxy.
    Proxied(Arc<Proxied>),
}

/// Accepts connections until the stop; then nobody listens there any more.
pub async fn serve(
    entrance: Entrance,
    behind: Behind,
    stop: CancellationToken,
    under_way: TaskTracker,
) {
    let next = async || (behind.places.free().await, entrance.socket.accept().await);
    loop {
        let (free, accepted) = tokio::select! {
            next = next() => next,
            () = stop.cancelled() => return,
        };
        match accepted {
            Ok((stream, peer)) => {
                let place = if behind.proxies.trust(peer.ip()) {
                    Some(Places::take_for_many(free))
                } else {
                    behind.places.take(free, peer.ip())
                };
                let Some(place) = place else {
                    tracing::debug!(%peer, "this address has as many connections as it may");
                    continue;
                };
                let connection = Connection {
                    peer,
                    place,
                    answers: behind.answers.clone(),
                    observer: Arc::clone(&behind.observer),
                    // Each its own: it is locked whenever the connection wakes.
                    stop: stop.child_token(),
                };
                let tls = entrance
                    .tls
                    .as_ref()
                    .map(|certificate| certificate.acceptor());
                under_way.spawn(connection.open(stream, tls));
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

struct Connection {
    peer: SocketAddr,
    place: Place,
    answers: Answers,
    observer: Arc<Observer>,
    stop: CancellationToken,
}

impl Connection {
    async fn open(self, stream: TcpStream, tls: Option<TlsAcceptor>) {
        // Answers are written whole; waiting for more would only delay them.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection was gone at once");
            return;
        }
        let Some(tls) = tls else {
            return self.converse(stream, false).await;
        };
        let agreed = tokio::select! {
            agreed = tokio::time::timeout(HANDSHAKE_TIME, tls.accept(stream)) => agreed,
            () = self.stop.cancelled() => return,
        };
        match agreed {
            Ok(Ok(stream)) => self.converse(stream, true).await,
            Ok(Err(error)) => tracing::debug!(peer = %self.peer, %error, "no agreement on TLS"),
            Err(_) => tracing::debug!(peer = %self.peer, "agreeing on TLS took too long"),
        }
    }

    /// Answers requests until the client or the server ends it. A request under way at the
    /// stop is answered; one that has not come is not waited for.
    async fn converse<S: AsyncRead + AsyncWrite + Send + Unpin + 'static>(
        self,
        stream: S,
        by_tls: bool,
    ) {
        let Self {
            peer,
            place: _place,
            answers,
            observer,
            stop,
        } = self;
        let pulse = Arc::new(Pulse::default());
        let stream = TokioIo::new(Felt::new(stream, Arc::clone(&pulse)));
        let conversation = Conversation {
            peer,
            stop: stop.clone(),
            pulse: Arc::clone(&pulse),
        };
        match answers {
            Answers::Router(router) => {
                let service = service_fn(move |request: hyper::Request<Incoming>| {
                    let (router, observer) = (router.clone(), Arc::clone(&observer));
                    let pulse = Arc::clone(&pulse);
                    async move {
                        pulse.begin();
                        let (request, leftover) = Leftover::of(request);
                        let mut answer = observer.answer(router, peer, request).await;
                        only_by_tls(&mut answer, by_tls);
                        leftover.discard().await;
                        if answer.body().size_hint().exact().is_none() {
                            // A feed: it lasts, and says little.
                            let answering = Answering::new(pulse);
                            return Ok::<_, Infallible>(
                                answer.map(|body| Body::new(answering.with(body))),
                            );
                        }
                        pulse.end();
                        Ok(answer)
                    }
                });
                let mut http = http1::Builder::new();
                let http = http.max_buf_size(HEAD_BYTES);
                conversation
                    .lead(http.serve_connection(stream, service))
                    .await;
            }
            Answers::Gates(gates) => {
                let service = service_fn(move |request: hyper::Request<Incoming>| {
                    let (gates, observer) = (Arc::clone(&gates), Arc::clone(&observer));
                    let pulse = Arc::clone(&pulse);
                    async move {
                        pulse.begin();
                        let answering = Answering::new(pulse);
                        let (request, leftover) = Leftover::of(request);
                        let answer = tower::service_fn(async |request| {
                            Ok::<_, Infallible>(gates.answer(request).await)
                        });
                        let mut answer = observer.answer(answer, peer, request).await;
                        only_by_tls(&mut answer, by_tls);
                        leftover.discard().await;
                        Ok::<_, Infallible>(answer.map(|body| answering.with(body)))
                    }
                });
                let http = either();
                conversation
                    .lead(http.serve_connection(stream, service))
                    .await;
            }
            Answers::Proxied(proxied) => {
                let tasks = TaskTracker::new();
                let way = Arc::new(Way {
                    peer,
                    by_tls,
                    tasks: tasks.clone(),
                    stop,
                });
                let service = service_fn(move |request: hyper::Request<Incoming>| {
                    let (proxied, observer) = (Arc::clone(&proxied), Arc::clone(&observer));
                    let (pulse, way) = (Arc::clone(&pulse), Arc::clone(&way));
                    async move {
                        pulse.begin();
                        // Also where the caller is gone before there is an answer.
                        let answering = Answering::new(Arc::clone(&pulse));
                        let (request, leftover) = Leftover::of(request);
                        let answer = tower::service_fn(async |request| {
                            Ok::<_, Infallible>(proxied.answer(request, &way).await)
                        });
                        let mut answer = observer.answer(answer, peer, request).await;
                        only_by_tls(&mut answer, by_tls);
                        leftover.discard().await;
                        Ok::<_, Infallible>(answer.map(|body| answering.with(body)))
                    }
                });
                let http = either();
                let connection = http.serve_connection_with_upgrades(stream, service);
                conversation.lead(connection).await;
                tasks.close();
                tasks.wait().await;
            }
        }
    }
}

/// HTTP/1.1 or HTTP/2, by how a connection begins.
fn either() -> auto::Builder<TokioExecutor> {
    let mut http = auto::Builder::new(TokioExecutor::new());
    http.http1().max_buf_size(HEAD_BYTES);
    http.http2()
        .timer(TokioTimer::new())
        .max_header_list_size(HEAD_LIST_BYTES)
        .max_concurrent_streams(STREAMS)
        .max_send_buf_size(HEAD_BYTES);
    http
}

/// A connection on which HTTP is spoken.
struct Conversation {
    peer: SocketAddr,
    stop: CancellationToken,
    pulse: Arc<Pulse>,
}

impl Conversation {
    /// Until either side ends it, or it has been quiet for too long.
    async fn lead<C>(self, connection: C)
    where
        C: GracefulConnection,
        C::Error: std::fmt::Display,
    {
        let Self { peer, stop, pulse } = self;
        let mut connection = pin!(connection);
        let ended = tokio::select! {
            ended = connection.as_mut() => ended,
            () = stop.cancelled() => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
            () = pulse.stopped() => {
                connection.as_mut().graceful_shutdown();
                match tokio::time::timeout(PARTING_TIME, connection).await {
                    Ok(ended) => ended,
                    Err(_) => return tracing::debug!(%peer, "a connection was quiet for too long"),
                }
            }
        };
        if let Err(error) = ended {
            tracing::debug!(%peer, %error, "a connection ended in mid-air");
        }
    }
}

/// An API may say it in its own words.
fn only_by_tls(answer: &mut Response, by_tls: bool) {
    if by_tls {
        let headers = answer.headers_mut();
        headers
            .entry(STRICT_TRANSPORT_SECURITY)
            .or_insert(ONLY_BY_TLS);
    }
}
