//! Signed-in browsers.

use oauth::audit::Actor;
use oauth::model::TokenHash;

use super::{Desk, Refused};

impl Desk<'_> {
    /// Signs a browser out; answers whether it was signed in.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub async fn end_session(self, _by: &Actor, session: &TokenHash) -> Result<bool, Refused> {
        Ok(self.store.end_session(session).await?)
    }
}
