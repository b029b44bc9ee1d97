//! What gates saw.

use oauth::model::GateCalls;

use super::{Desk, Refused};

/// As many kinds of calls are told at most.
const MOST: usize = 20_000;

impl Desk<'_> {
    /// Every kind of call that the gates of the realm's APIs saw, those that came most often first.
    ///
    /// # Errors
    ///
    /// When the store cannot tell.
    pub async fn gate_calls(self) -> Result<Vec<GateCalls>, Refused> {
        Ok(self.store.gate_calls(self.realm(), MOST).await?)
    }
}
