//! Bodies on their way: a part at a time, each only when whoever is next has room for it. Nothing is
//! kept.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use enforce::limits::UnderWay;
use http_body::{Body, Frame, SizeHint};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::Sleep;

/// What has moved so far, and how it ended.
#[derive(Debug, Default)]
pub(super) struct Progress {
    parts: AtomicU64,
    end: AtomicU8,
}

/// How a body ended that did not come to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Broke {
    /// Nothing came for too long.
    Quiet,
    /// Its sender is gone, or sent something else than announced.
    Off,
}

impl Progress {
    /// Something has moved.
    pub(super) fn moved(&self) {
        self.parts.fetch_add(1, Ordering::Relaxed);
    }

    fn parts(&self) -> u64 {
        self.parts.load(Ordering::Relaxed)
    }

    /// Did it end before its end?
    pub(super) fn broke(&self) -> Option<Broke> {
        match self.end.load(Ordering::Relaxed) {
            1 => Some(Broke::Quiet),
            2 => Some(Broke::Off),
            _ => None,
        }
    }

    fn end(&self, how: Broke) {
        let how = match how {
            Broke::Quiet => 1,
            Broke::Off => 2,
        };
        self.end.store(how, Ordering::Relaxed);
    }
}

/// What a call holds until its answer is over: a place of the proxy, and the writes at its path.
pub(super) type Held = (OwnedSemaphorePermit, Option<Arc<UnderWay>>);

/// A body of which something has to come every so often. The time that the other side takes to make
/// room does not count. Trailers stay behind: programs merge them with headers that were decided
/// about.
pub(super) struct Streaming<B> {
    body: B,
    most: Duration,
    quiet: Option<Pin<Box<Sleep>>>,
    progress: Arc<Progress>,
    _held: Option<Held>,
}

impl<B> Streaming<B> {
    pub(super) fn new(body: B, most: Duration, progress: Arc<Progress>) -> Self {
        Self {
            body,
            most,
            quiet: None,
            progress,
            _held: None,
        }
    }

    /// The same, with what is free again when the body is over.
    pub(super) fn holding(self, held: Held) -> Self {
        Self {
            _held: Some(held),
            ..self
        }
    }

    fn poll_quiet(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let most = self.most;
        let quiet = self
            .quiet
            .get_or_insert_with(|| Box::pin(tokio::time::sleep(most)));
        quiet.as_mut().poll(context)
    }
}

/// Why a body ends early, for whoever passes it on.
#[derive(Debug, thiserror::Error)]
#[error("nothing came for too long")]
pub(super) struct TooQuiet;

impl<B> Body for Streaming<B>
where
    B: Body<Data = Bytes> + Unpin,
    B::Error: Into<axum::BoxError>,
{
    type Data = Bytes;
    type Error = axum::BoxError;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::BoxError>>> {
        let this = self.get_mut();
        loop {
            let Poll::Ready(frame) = Pin::new(&mut this.body).poll_frame(context) else {
                ready!(this.poll_quiet(context));
                this.progress.end(Broke::Quiet);
                return Poll::Ready(Some(Err(TooQuiet.into())));
            };
            this.quiet = None;
            this.progress.moved();
            return Poll::Ready(match frame {
                Some(Ok(frame)) if frame.is_trailers() => continue,
                Some(Ok(frame)) => Some(Ok(frame)),
                Some(Err(error)) => {
                    this.progress.end(Broke::Off);
                    Some(Err(error.into()))
                }
                None => None,
            });
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// Ends when nothing has moved for so long, or a little later.
pub(super) async fn stands_still(progress: &Progress, most: Duration) {
    loop {
        let before = progress.parts();
        tokio::time::sleep(most).await;
        if progress.parts() == before {
            return;
        }
    }
}
