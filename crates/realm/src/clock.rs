use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use oauth::model::{Timestamp, whole_milliseconds};

/// Where the time comes from.
pub trait Clock: Send + Sync + 'static {
    /// The time of day, in whole milliseconds: as it is kept.
    fn now(&self) -> Timestamp;
    /// Time since some fixed moment; never goes back, whatever happens to the time of day.
    fn monotonic(&self) -> Duration;
}

/// A clock as limits of APIs take it.
pub(crate) struct ForLimits(pub(crate) Arc<dyn Clock>);

impl enforce::limits::Clock for ForLimits {
    fn monotonic(&self) -> Duration {
        self.0.monotonic()
    }

    fn since_1970(&self) -> Duration {
        let milliseconds = self.0.now().as_millisecond();
        Duration::from_millis(u64::try_from(milliseconds).unwrap_or_default())
    }
}

/// A clock as questions to other servers take it.
pub(crate) struct ForRemote(pub(crate) Arc<dyn Clock>);

impl enforce::remote::Clock for ForRemote {
    fn now(&self) -> i64 {
        self.0.now().as_second()
    }

    fn monotonic(&self) -> Duration {
        self.0.monotonic()
    }
}

/// The machine's clock.
#[derive(Debug)]
pub struct SystemClock {
    started: Instant,
}

impl SystemClock {
    /// A clock whose monotonic time begins now.
    #[must_use]
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that reads the machine's clock"
    )]
    pub fn new() -> Self {
        Self {
            started: Instant::now(),
        }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that reads the machine's clock"
    )]
    fn now(&self) -> Timestamp {
        whole_milliseconds(Timestamp::now())
    }

    fn monotonic(&self) -> Duration {
        self.started.elapsed()
    }
}

/// A clock that stands until it is told to move, for tests and examples.
#[derive(Debug)]
pub struct FixedClock {
    hands: Mutex<(Timestamp, Duration)>,
}

impl FixedClock {
    /// A clock that stands at `now`.
    #[must_use]
    pub fn at(now: Timestamp) -> Self {
        Self {
            hands: Mutex::new((now, Duration::ZERO)),
        }
    }

    /// Moves the time of day on; the monotonic time stays.
    pub fn advance(&self, by: Duration) {
        let mut hands = self.hands();
        hands.0 = hands.0.saturating_add(by).unwrap_or(hands.0);
    }

    /// Moves the monotonic time on; the time of day stays.
    pub fn advance_monotonic(&self, by: Duration) {
        let mut hands = self.hands();
        hands.1 = hands.1.saturating_add(by);
    }

    fn hands(&self) -> std::sync::MutexGuard<'_, (Timestamp, Duration)> {
        self.hands
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        whole_milliseconds(self.hands().0)
    }

    fn monotonic(&self) -> Duration {
        self.hands().1
    }
}
