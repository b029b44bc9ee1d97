//! A realm as a whole.

use oauth::audit::{Act, Actor, Subject, SubjectKind};
use oauth::model::Position;

use super::{Desk, Refused};

impl Desk<'_> {
    /// Ends whatever was issued in the realm until now: everybody has to sign in again, and every
    /// app to ask anew or to authenticate. Decisions of people stay. After a database was put
    /// back to an earlier state, also what was issued since then ends.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub async fn cut_off_realm(self, by: &Actor) -> Result<Position, Refused> {
        let subject = Subject::new(SubjectKind::Realm, self.realm());
        let record = self.record(by, Act::RealmCutOff, subject);
        let now = self.now();
        Ok(self.store.cut_off_realm(self.realm(), now, &record).await?)
    }
}
