use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use tokio::time::timeout;

/// What a store knows of its own work at this moment. To look at it asks the database nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct StoreFigures {
    /// The connections that calls share: with PostgreSQL all but the one that follows changes,
    /// with a SQLite file those that read. `None` for SQLite in memory, which has only one.
    pub connections: Option<ConnectionFigures>,
    /// Writes that wait for the next commit, without those that are being committed; at most
    /// 1,024, as further callers wait before that. In memory, reads are among them. `None`
    /// with PostgreSQL, where each write commits by itself.
    pub writes_waiting: Option<usize>,
}

/// Connections, counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ConnectionFigures {
    /// The most there may be.
    pub limit: usize,
    /// Those taken by a call, also while they are being opened.
    pub in_use: usize,
    /// Those that are open and used by nobody.
    pub idle: usize,
    /// Calls that wait because all are in use.
    pub waiting: usize,
    /// Calls that waited for too long and were refused, since the store was opened.
    pub timed_out: u64,
}

/// Where calls wait for a connection.
#[derive(Debug, Default)]
pub(crate) struct WaitingLine {
    waiting: AtomicUsize,
    timed_out: AtomicU64,
}

impl WaitingLine {
    /// Waits for something; `None` if it did not come in time.
    pub(crate) async fn wait<T>(
        &self,
        patience: Duration,
        until: impl Future<Output = T>,
    ) -> Option<T> {
        let _place = Place::take(&self.waiting);
        let come = timeout(patience, until).await.ok();
        if come.is_none() {
            self.timed_out.fetch_add(1, Ordering::Relaxed);
        }
        come
    }

    /// How many wait now.
    pub(crate) fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
    }

    /// How many waited for too long.
    pub(crate) fn timed_out(&self) -> u64 {
        self.timed_out.load(Ordering::Relaxed)
    }
}

/// A place in the line, also given up by a caller that goes away.
struct Place<'l>(&'l AtomicUsize);

impl<'l> Place<'l> {
    fn take(line: &'l AtomicUsize) -> Self {
        line.fetch_add(1, Ordering::Relaxed);
        Self(line)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
