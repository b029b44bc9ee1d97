//! Families, the connections under a grant: ended one by one.

use std::time::Duration;

use oauth::audit::{Act, Actor, Subject, SubjectKind};
use oauth::model::{Family, FamilyStatus, RevocationReason, Timestamp, Uuid};

use super::{Desk, Refused};

/// For how long a family that has ended is known at least: longer than its access tokens live, and
/// long enough to say what became of it.
const KEPT: Duration = Duration::from_secs(90 * 24 * 3_600);

impl Desk<'_> {
    /// Ends a family with everything that belongs to it, and nothing else under its grant; answers
    /// whether it was live, and `None` where there is none.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub async fn end_family(
        self,
        by: &Actor,
        id: Uuid,
        reason: RevocationReason,
    ) -> Result<Option<bool>, Refused> {
        let Some(family) = self.store.family(self.realm(), id).await? else {
            return Ok(None);
        };
        let Some(grant) = self.store.grant(self.realm(), family.grant).await? else {
            return Ok(None);
        };
        let at = self.now();
        let ended = Family {
            status: FamilyStatus::Ended { at, reason },
            ..family.clone()
        };
        let subject = Subject::new(SubjectKind::Family, id);
        let record = self
            .record(by, Act::FamilyEnded, subject)
            .about_id(grant.user)
            .changed(&family, &ended);
        let life = Duration::from_secs(self.catalog.token_policy().access_ttl);
        let kept = at.saturating_add(KEPT.saturating_add(life));
        let kept = kept.unwrap_or(Timestamp::MAX);
        let store = self.store;
        let ended = store.end_family(self.realm(), id, reason, at, kept, &record);
        Ok(Some(ended.await?))
    }
}
