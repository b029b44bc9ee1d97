//! Trying again what another transaction, or a connection that was cut, got in the way of.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::error::StoreError;

/// The most attempts at one call.
const MOST: u32 = 12;

/// What came of one attempt at a call.
pub(super) enum Attempt<T> {
    /// This is its answer.
    Done(Result<T, StoreError>),
    /// Nothing was done, for a reason that may have passed.
    Again(StoreError),
}

/// Counts the attempts at one call.
#[derive(Default)]
pub(super) struct Attempts {
    made: u32,
}

impl Attempts {
    /// The answer, or `None` when the call is to be made again.
    pub(super) async fn judge<T>(&mut self, attempt: Attempt<T>) -> Option<Result<T, StoreError>> {
        let error = match attempt {
            Attempt::Done(answer) => return Some(answer),
            Attempt::Again(error) => error,
        };
        self.made += 1;
        if self.made < MOST {
            tokio::time::sleep(pause(self.made)).await;
            return None;
        }
        Some(Err(match error {
            StoreError::Contended(problem) => {
                StoreError::Unavailable(format!("tried {MOST} times: {problem}"))
            }
            other => other,
        }))
    }
}

/// Longer from time to time, and not the same for all who were in each other's way.
fn pause(made: u32) -> Duration {
    static TURN: AtomicU64 = AtomicU64::new(0);
    let turn = TURN.fetch_add(1, Ordering::Relaxed) % 8;
    Duration::from_millis(u64::from(made - 1) * 4 + turn * u64::from(made))
}
