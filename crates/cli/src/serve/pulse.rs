//! When a connection has been quiet for too long. It is looked at now and then instead of by a
//! timer for each request, which would cost every request and end hardly any connection.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes};
use hyper::body::{Frame, SizeHint};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// How long a client has, from its connection or the last answer on, to send the whole head of
/// a request. It is also how long a connection between two requests is kept.
pub const QUIET_TIME: Duration = Duration::from_secs(30);
/// How exact that is.
const LOOK_EVERY: Duration = Duration::from_secs(10);
/// What a client has to read of an answer between two looks, in bytes.
const LEAST_READ: u64 = 8_192;

/// What happens on one connection.
#[derive(Default)]
pub struct Pulse {
    begun: AtomicU64,
    ended: AtomicU64,
    written: AtomicU64,
    /// There is more to write than the client takes.
    is_stuck: AtomicBool,
}

impl Pulse {
    /// A whole head is here.
    pub fn begin(&self) {
        self.begun.fetch_add(1, Ordering::Relaxed);
    }

    /// The head of its answer is; where answers stream for long, the whole of it.
    pub fn end(&self) {
        self.ended.fetch_add(1, Ordering::Relaxed);
    }

    /// Waits until nothing has happened for so long.
    pub async fn stopped(&self) {
        let mut quiet = Duration::ZERO;
        let (mut requests, mut bytes) = (0, 0);
        while quiet < QUIET_TIME {
            tokio::time::sleep(LOOK_EVERY).await;
            let begun = self.begun.load(Ordering::Relaxed);
            let written = self.written.load(Ordering::Relaxed);
            let is_answered = begun == self.ended.load(Ordering::Relaxed);
            let waits = is_answered || self.is_stuck.load(Ordering::Relaxed);
            let is_quiet = waits && begun == requests && written < bytes + LEAST_READ;
            quiet = if is_quiet {
                quiet + LOOK_EVERY
            } else {
                Duration::ZERO
            };
            (requests, bytes) = (begun, written);
        }
    }
}

/// A stream that says how much of the answers its client has taken.
pub struct Felt<S> {
    stream: S,
    pulse: Arc<Pulse>,
}

impl<S> Felt<S> {
    /// Told to this pulse.
    pub fn new(stream: S, pulse: Arc<Pulse>) -> Self {
        Self { stream, pulse }
    }

    fn tell(&self, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        self.pulse
            .is_stuck
            .store(written.is_pending(), Ordering::Relaxed);
        if let Poll::Ready(Ok(bytes)) = &written {
            let bytes = u64::try_from(*bytes).unwrap_or(u64::MAX);
            self.pulse.written.fetch_add(bytes, Ordering::Relaxed);
        }
        written
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Felt<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, into)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Felt<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.tell(written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, parts);
        self.tell(written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

/// An answer that may stream for long: the pulse is told when it is over.
pub struct Answering {
    body: Body,
    pulse: Arc<Pulse>,
}

impl Answering {
    /// Told to this pulse.
    pub fn new(pulse: Arc<Pulse>) -> Self {
        let body = Body::empty();
        Self { body, pulse }
    }

    /// The body that it has by now.
    pub fn with(mut self, body: Body) -> Self {
        self.body = body;
        self
    }
}

impl hyper::body::Body for Answering {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Answering {
    fn drop(&mut self) {
        self.pulse.end();
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;

    use super::*;

    /// Has it stopped within the time that one head has?
    async fn stops_in_time(pulse: &Pulse) -> bool {
        let time = QUIET_TIME + LOOK_EVERY + Duration::from_secs(1);
        tokio::time::timeout(time, pulse.stopped()).await.is_ok()
    }

    #[tokio::test(start_paused = true)]
    async fn a_connection_without_a_whole_head_ends_in_time() {
        let pulse = Pulse::default();
        assert!(stops_in_time(&pulse).await);
        let early = tokio::time::timeout(QUIET_TIME / 2, pulse.stopped());
        assert!(early.await.is_err(), "it had its time");
    }

    #[tokio::test(start_paused = true)]
    async fn one_with_requests_is_quiet_when_they_are_over() {
        let pulse = Pulse::default();
        let mut stopped = pin!(pulse.stopped());
        for _ in 0..5 {
            pulse.begin();
            let slow = tokio::time::timeout(QUIET_TIME * 3, stopped.as_mut());
            assert!(slow.await.is_err(), "a request is being answered");
            pulse.end();
        }
        let over = tokio::time::timeout(QUIET_TIME + LOOK_EVERY, stopped);
        assert!(over.await.is_ok());
    }

    /// A stream may be silent between two parts; a client that does not take them holds them up.
    #[tokio::test(start_paused = true)]
    async fn an_answer_that_streams_is_quiet_when_nobody_takes_it() {
        let pulse = Arc::new(Pulse::default());
        pulse.begin();
        let body = Answering::new(Arc::clone(&pulse));
        assert!(!stops_in_time(&pulse).await, "it streams");
        pulse.is_stuck.store(true, Ordering::Relaxed);
        assert!(stops_in_time(&pulse).await);
        pulse.is_stuck.store(false, Ordering::Relaxed);
        drop(body);
        assert!(stops_in_time(&pulse).await, "it is over");
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_is_on_its_way_while_it_is_read_at_some_rate() {
        let pulse = Pulse::default();
        pulse.begin();
        pulse.end();
        let mut stopped = pin!(pulse.stopped());
        for _ in 0..20 {
            pulse.written.fetch_add(LEAST_READ, Ordering::Relaxed);
            let reading = tokio::time::timeout(LOOK_EVERY, stopped.as_mut());
            assert!(reading.await.is_err(), "it is being read");
        }
        let trickling = async {
            loop {
                tokio::time::sleep(LOOK_EVERY).await;
                pulse.written.fetch_add(1, Ordering::Relaxed);
            }
        };
        let trickling = tokio::time::timeout(QUIET_TIME + 2 * LOOK_EVERY, trickling);
        tokio::select! {
            () = stopped => {}
            _ = trickling => panic!("a trickle holds it for ever"),
        }
    }
}
