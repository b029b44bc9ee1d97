//! When a connection has been quiet for too long. It is looked at now and then instead of by a
//! timer for each request, which would cost every request and end hardly any connection.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// How long a client has, at least, to send the head of a request, and how long a connection
/// between two requests is kept; at most it is twice that.
pub const QUIET_TIME: Duration = Duration::from_secs(30);

/// The requests of one connection.
#[derive(Default)]
pub struct Pulse {
    begun: AtomicU64,
    ended: AtomicU64,
}

impl Pulse {
    /// A whole head is here.
    pub fn begin(&self) {
        self.begun.fetch_add(1, Ordering::Relaxed);
    }

    /// The head of its answer is.
    pub fn end(&self) {
        self.ended.fetch_add(1, Ordering::Relaxed);
    }

    /// Waits until nothing has happened for so long.
    pub async fn stopped(&self) {
        let mut before = None;
        loop {
            tokio::time::sleep(QUIET_TIME).await;
            let now = self.quiet_since();
            if now.is_some() && now == before {
                return;
            }
            before = now;
        }
    }

    /// How many requests it has had; none while one is being answered.
    fn quiet_since(&self) -> Option<u64> {
        let begun = self.begun.load(Ordering::Relaxed);
        (begun == self.ended.load(Ordering::Relaxed)).then_some(begun)
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;

    use super::*;

    /// Has it stopped after so many times the quiet time?
    async fn stops_within(pulse: &Pulse, times: u32) -> bool {
        let time = QUIET_TIME * times + Duration::from_secs(1);
        tokio::time::timeout(time, pulse.stopped()).await.is_ok()
    }

    #[tokio::test(start_paused = true)]
    async fn a_connection_without_a_request_is_quiet() {
        let pulse = Pulse::default();
        assert!(!stops_within(&pulse, 1).await);
        assert!(stops_within(&pulse, 2).await);
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
        let over = tokio::time::timeout(QUIET_TIME * 3, stopped);
        assert!(over.await.is_ok());
    }
}
