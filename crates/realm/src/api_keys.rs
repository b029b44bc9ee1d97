//! When API keys were used, kept for whoever looks after them.

use crate::app::App;
use crate::fault::Fault;

impl App {
    /// Writes when keys were used on this node since the last time, to the hour.
    ///
    /// # Errors
    ///
    /// When that cannot be done; it is tried again with the next ones.
    pub async fn note_api_key_uses(&self) -> Result<(), Fault> {
        let mut kept = Ok(());
        for realm in self.realms() {
            let noted = &realm.cache().caches().key_uses;
            let uses = noted.take();
            if uses.is_empty() {
                continue;
            }
            if let Err(error) = self.store().note_api_key_uses(&uses).await {
                noted.put_back(uses);
                kept = Err(error.into());
            }
        }
        kept
    }
}
