use std::time::Duration;

/// When somebody asked, by time and by what had been told to be forgotten.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Moment {
    /// By the monotonic clock.
    pub(super) at: Duration,
    /// How often something had been forgotten.
    pub(super) forgotten: u64,
}

impl Moment {
    /// Does what the issuer was asked for at this moment count for a call that came at `arrived`?
    /// It may be so old when the call comes, and nothing may have been forgotten in between.
    pub(super) fn counts_for(self, arrived: Self, at_most: Duration) -> bool {
        self.forgotten >= arrived.forgotten && self.at.saturating_add(at_most) >= arrived.at
    }
}
