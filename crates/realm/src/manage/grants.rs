//! Standing grants: ended, or made less.

use oauth::audit::Actor;
use oauth::grant::reduce::{self, Reduction};
use oauth::model::{Grant, RevocationReason, Uuid};

use super::{Desk, Refused};

/// What is kept of a grant; the rest is taken off.
#[derive(Debug, Clone)]
pub struct ReduceGrant {
    /// The grant.
    pub grant: Uuid,
    /// Names of the scopes that stay, with what they bring.
    pub keep: Vec<String>,
}

/// What came of taking scopes off a grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reduced {
    /// Nothing was taken off.
    Unchanged,
    /// Less is left.
    Less,
    /// Nothing was left: the grant has ended.
    Ended,
}

impl Desk<'_> {
    /// Ends a grant with everything that hangs from it; answers whether it was live.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub async fn revoke_grant(
        self,
        _by: &Actor,
        grant: Uuid,
        reason: RevocationReason,
    ) -> Result<bool, Refused> {
        let now = self.now();
        let revoked = self.store.revoke_grant(self.realm(), grant, reason, now);
        Ok(revoked.await?)
    }

    /// Takes scopes off a grant. Where nothing is kept it ends, as taken back by its person.
    ///
    /// # Errors
    ///
    /// [`Refused::NoSuch`], [`Refused::NotReducible`], [`Refused::Changed`], or when the store
    /// fails.
    pub async fn reduce_grant(self, by: &Actor, command: ReduceGrant) -> Result<Reduced, Refused> {
        let grant = self.grant(command.grant).await?;
        let client = self.store.client(self.realm(), &grant.client).await?;
        let keep = command.keep.iter().map(String::as_str);
        let (left, taken) = match reduce::decide(self.catalog, client.as_ref(), &grant, keep)? {
            Reduction::Unchanged => return Ok(Reduced::Unchanged),
            Reduction::Everything => {
                let reason = RevocationReason::ByUser;
                self.revoke_grant(by, grant.id, reason).await?;
                return Ok(Reduced::Ended);
            }
            Reduction::Part { left, taken } => (left, taken),
        };
        let reduced = self
            .store
            .reduce_grant(self.realm(), grant.id, &left, &taken, self.now())
            .await?;
        Ok(if reduced {
            Reduced::Less
        } else {
            Reduced::Unchanged
        })
    }

    async fn grant(&self, id: Uuid) -> Result<Grant, Refused> {
        let grant = self.store.grant(self.realm(), id).await?;
        grant.ok_or_else(|| self.no_such("grant", id))
    }
}
