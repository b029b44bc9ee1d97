//! Connections that stop speaking HTTP: WebSocket (RFC 6455), and nothing else. Another protocol that a
//! caller asks for, such as HTTP/2 in the clear, would carry calls past the gate.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Body;
use http::header::{CONNECTION, UPGRADE};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, Version};
use http_body::Body as _;
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf, copy_bidirectional};
use tokio::sync::OwnedSemaphorePermit;
use tokio_util::sync::CancellationToken;

use super::streaming::{Progress, stands_still};

const WEBSOCKET: HeaderValue = HeaderValue::from_static("websocket");

/// How often it is asked whether the call that opened a tunnel would be permitted still.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Does a call, as it came, ask for a WebSocket (RFC 6455 section 4.1)?
pub(super) fn asks_for_websocket(parts: &Parts, body: &Body) -> bool {
    let mut protocols = parts.headers.get_all(UPGRADE).iter();
    let (protocol, second) = (protocols.next(), protocols.next());
    let is_websocket =
        |value: &HeaderValue| value.as_bytes().eq_ignore_ascii_case(WEBSOCKET.as_bytes());
    parts.method == Method::GET
        && parts.version == Version::HTTP_11
        && protocol.is_some_and(is_websocket)
        && second.is_none()
        && body.is_end_stream()
}

/// Says so, on either way.
pub(super) fn say_websocket(headers: &mut HeaderMap) {
    headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(UPGRADE, WEBSOCKET);
}

/// What becomes of two connections.
pub(super) struct Tunnel {
    /// The caller's.
    pub ours: OnUpgrade,
    /// The API's.
    pub theirs: OnUpgrade,
    /// How long nothing may move.
    pub patience: Duration,
    /// The server stops.
    pub stop: CancellationToken,
    /// What it takes of the proxy.
    pub place: OwnedSemaphorePermit,
}

impl Tunnel {
    /// Carries bytes both ways until either side ends it, nothing moves, the server stops, or the call
    /// would be denied by now.
    pub(super) async fn carry(self, is_permitted: impl AsyncFn() -> bool) {
        let _place = self.place;
        let Ok((ours, theirs)) = tokio::try_join!(self.ours, self.theirs) else {
            return tracing::debug!("a tunnel did not come to be");
        };
        let progress = Arc::new(Progress::default());
        let mut ours = Felt::new(ours, &progress);
        let mut theirs = Felt::new(theirs, &progress);
        tokio::select! {
            _ = copy_bidirectional(&mut ours, &mut theirs) => {}
            () = stands_still(&progress, self.patience) => {}
            () = self.stop.cancelled() => {}
            () = until_denied(is_permitted) => {}
        }
    }
}

async fn until_denied(is_permitted: impl AsyncFn() -> bool) {
    loop {
        tokio::time::sleep(LOOK_EVERY).await;
        if !is_permitted().await {
            return;
        }
    }
}

/// One end, which tells when something comes from it.
struct Felt {
    stream: TokioIo<Upgraded>,
    progress: Arc<Progress>,
}

impl Felt {
    fn new(stream: Upgraded, progress: &Arc<Progress>) -> Self {
        Self {
            stream: TokioIo::new(stream),
            progress: Arc::clone(progress),
        }
    }
}

impl AsyncRead for Felt {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let read = Pin::new(&mut self.stream).poll_read(context, into);
        if read.is_ready() {
            self.progress.moved();
        }
        read
    }
}

impl AsyncWrite for Felt {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
