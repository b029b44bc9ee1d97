//! What a client goes on writing after it was refused. If the connection closed under its
//! hands it would never read why, so some of it is read first and thrown away
//! (RFC 9112 section 9.6).

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes};
use http_body_util::BodyExt;
use hyper::Request;
use hyper::body::{Body as _, Frame, Incoming, SizeHint};
use hyper::header::EXPECT;
use tokio::sync::oneshot;

/// Up to so many bytes the system takes by itself.
const SMALL: u64 = 65_536;
/// The most that is read and thrown away, in bytes.
const MOST: usize = 4_194_304;
/// How long that may take.
const TIME: Duration = Duration::from_secs(5);

/// The rest of a request's body, if its reader leaves one.
pub struct Leftover(Option<oneshot::Receiver<Incoming>>);

impl Leftover {
    /// Watches a body that is too big to be in the system's hands already. One that the client
    /// sends only when asked to is not watched: reading it would be asking.
    pub fn of(request: Request<Incoming>) -> (Request<Body>, Self) {
        let is_small = |most| most <= SMALL;
        if request.body().size_hint().upper().is_some_and(is_small)
            || request.headers().contains_key(EXPECT)
        {
            return (request.map(Body::new), Self(None));
        }
        let (leave, left) = oneshot::channel();
        let watched = |body| {
            Body::new(Watched {
                body: Some(body),
                leave: Some(leave),
            })
        };
        (request.map(watched), Self(Some(left)))
    }

    /// Reads it, within bounds.
    pub async fn discard(self) {
        let rest = self.0.and_then(|mut left| left.try_recv().ok());
        let Some(mut rest) = rest else { return };
        let read = async {
            let mut left = MOST;
            while let Some(Ok(frame)) = rest.frame().await {
                let length = frame.data_ref().map_or(0, Bytes::len);
                match left.checked_sub(length) {
                    Some(less) => left = less,
                    None => return,
                }
            }
        };
        // A client that is too slow gets its answer, and may lose it.
        let _ = tokio::time::timeout(TIME, read).await;
    }
}

/// A body that hands over what was not read of it.
struct Watched {
    body: Option<Incoming>,
    leave: Option<oneshot::Sender<Incoming>>,
}

impl hyper::body::Body for Watched {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        match &mut self.body {
            Some(body) => Pin::new(body).poll_frame(context),
            None => Poll::Ready(None),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(Incoming::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.body
            .as_ref()
            .map_or_else(SizeHint::default, Incoming::size_hint)
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        if let (Some(body), Some(leave)) = (self.body.take(), self.leave.take())
            && !body.is_end_stream()
        {
            // Nobody waits for it when the connection has gone.
            let _ = leave.send(body);
        }
    }
}
