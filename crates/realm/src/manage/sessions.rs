//! Signed-in browsers.

use oauth::audit::{Act, Actor, Subject, Who};
use oauth::model::TokenHash;

use super::{Desk, Refused};

impl Desk<'_> {
    /// Signs a browser out; answers whether it was signed in.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub async fn end_session(self, by: &Actor, session: &TokenHash) -> Result<bool, Refused> {
        let subject = Subject::session(session);
        let mut record = self.record(by, Act::SessionEnded, subject);
        if let Who::Person { id, .. } = by.who {
            record = record.about_id(id);
        }
        Ok(self.store.end_session(session, &record).await?)
    }
}
