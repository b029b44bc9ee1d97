//! What gates saw, kept for the report.

use oauth::model::GateCalls;

use crate::app::App;
use crate::fault::Fault;

impl App {
    /// Adds what the gates of this node saw since the last time.
    ///
    /// # Errors
    ///
    /// When that cannot be done; then nothing was added.
    pub async fn count_gate_calls(&self, calls: &[GateCalls]) -> Result<(), Fault> {
        if calls.is_empty() {
            return Ok(());
        }
        Ok(self.store().count_gate_calls(calls).await?)
    }
}
