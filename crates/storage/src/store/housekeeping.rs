use async_trait::async_trait;
use oauth::model::Timestamp;

use crate::error::StoreError;
use crate::figures::StoreFigures;

/// Looking after the database.
#[async_trait]
pub trait Housekeeping: Send + Sync {
    /// Removes at most `limit` rows that no longer matter at `now` (expired codes, refresh
    /// tokens, sessions, kept requests, sign-ins under way, what counted once and cannot come again, revoked access tokens, old attempts to sign in, changes
    /// older than an hour, what gates saw and did not see again for 90 days, API keys revoked as long ago); answers how many. Call again while it answers `limit`. Used codes and rotated
    /// refresh tokens stay until they expire, so that reuse is seen; rotated refresh tokens that
    /// do not expire stay for 90 days, and are unknown from then on.
    async fn clean_up(&self, now: Timestamp, limit: usize) -> Result<usize, StoreError>;
    /// Is the database there and writable?
    async fn check(&self) -> Result<(), StoreError>;
    /// Are the tables brought up to date to the end, so that only programs run that know what
    /// this one writes?
    async fn is_upgrade_finished(&self) -> Result<bool, StoreError>;
    /// How busy the store is, as far as it knows without asking the database.
    fn figures(&self) -> StoreFigures;
}
