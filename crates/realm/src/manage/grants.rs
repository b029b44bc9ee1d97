//! Standing grants: ended, or made less.

use oauth::audit::{Act, Actor, AuditRecord, Subject, SubjectKind, Who};
use oauth::grant::reduce::{self, Reduction};
use oauth::model::{Consent, Grant, GrantStatus, RevocationReason, User, Uuid};

use super::desk::{as_seen, until_unchanged};
use super::{Desk, Refused};

/// What is kept of a grant; the rest is taken off.
#[derive(Debug, Clone)]
pub struct ReduceGrant {
    /// The grant.
    pub grant: Uuid,
    /// Names of the scopes that stay, with what they bring.
    pub keep: Vec<String>,
    /// The version that was seen, if only of that scopes are to be taken off.
    pub version: Option<i64>,
}

/// What proves a grant: the acts of deciding that made it what it is, oldest first.
#[derive(Debug, Clone)]
pub struct GrantEvidence {
    /// The grant, live or not.
    pub grant: Grant,
    /// What the person signs in with, if they are there.
    pub username: Option<String>,
    /// The organisation's short name, if it is there.
    pub organisation: Option<String>,
    /// The acts.
    pub decisions: Vec<Decision>,
}

/// One act of deciding.
#[derive(Debug, Clone)]
pub struct Decision {
    /// As it is kept.
    pub consent: Consent,
    /// Is the catalog's text archived under the digest that the consent names?
    pub is_archived: bool,
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
    /// A person's live grants, latest first.
    ///
    /// # Errors
    ///
    /// When the store cannot tell.
    pub async fn grants(self, person: &User) -> Result<Vec<Grant>, Refused> {
        Ok(self.store.grants_of_user(self.realm(), person.id).await?)
    }

    /// What was shown to the person, and decided, when the grant was made and changed.
    ///
    /// # Errors
    ///
    /// [`Refused::NoSuch`], or when the store fails.
    pub async fn evidence(self, grant: Uuid) -> Result<GrantEvidence, Refused> {
        let (store, realm) = (self.store, self.realm());
        let found = store.grant(realm, grant).await?;
        let grant = found.ok_or_else(|| self.no_such("grant", grant))?;
        let mut decisions = Vec::new();
        for consent in store.consents_of_grant(realm, grant.id).await? {
            let is_archived = match &consent.evidence {
                Some(evidence) => store.archived_catalog(&evidence.catalog).await?.is_some(),
                None => false,
            };
            decisions.push(Decision {
                consent,
                is_archived,
            });
        }
        let username = store.user(realm, grant.user).await?;
        let organisation = match grant.organisation {
            Some(id) => store.organisation(realm, id).await?,
            None => None,
        };
        Ok(GrantEvidence {
            grant,
            username: username.map(|person| person.username),
            organisation: organisation.map(|organisation| organisation.slug),
            decisions,
        })
    }

    /// Ends a grant with everything that hangs from it; answers whether it was live. To a person,
    /// grants of others do not exist.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub async fn revoke_grant(
        self,
        by: &Actor,
        grant: Uuid,
        reason: RevocationReason,
    ) -> Result<bool, Refused> {
        match self.store.grant(self.realm(), grant).await? {
            Some(grant) if may_change(by, &grant) => self.end_grant(by, &grant, reason).await,
            _ => Ok(false),
        }
    }

    /// Takes scopes off a grant. Where nothing is kept it ends, as taken back by its person.
    ///
    /// # Errors
    ///
    /// [`Refused::NoSuch`], [`Refused::NotReducible`], [`Refused::Changed`], or when the store
    /// fails.
    pub async fn reduce_grant(self, by: &Actor, command: ReduceGrant) -> Result<Reduced, Refused> {
        until_unchanged(command.version, || async {
            let grant = self.grant(by, command.grant).await?;
            as_seen(
                "grant",
                &grant.id.to_string(),
                command.version,
                grant.version,
            )?;
            let client = self.store.client(self.realm(), &grant.client).await?;
            let keep = command.keep.iter().map(String::as_str);
            let reduction = reduce::decide(self.catalog, client.as_ref(), &grant, keep)?;
            let (left, taken) = match reduction {
                Reduction::Unchanged => return Ok(Reduced::Unchanged),
                Reduction::Everything => {
                    let reason = RevocationReason::ByUser;
                    self.end_grant(by, &grant, reason).await?;
                    return Ok(Reduced::Ended);
                }
                Reduction::Part { left, taken } => (left, taken),
            };
            let now = self.now();
            let reduced = reduce::reduced(&grant, &left, &taken);
            let record = self
                .record_of(by, Act::GrantReduced, &grant)
                .await?
                .changed(&grant, &reduced);
            let done = self.store.reduce_grant(&grant, &left, &taken, now, &record);
            Ok(if done.await? {
                Reduced::Less
            } else {
                Reduced::Unchanged
            })
        })
        .await
    }

    async fn end_grant(
        &self,
        by: &Actor,
        grant: &Grant,
        reason: RevocationReason,
    ) -> Result<bool, Refused> {
        let at = self.now();
        let ended = Grant {
            status: GrantStatus::Revoked { at, reason },
            ..grant.clone()
        };
        let record = self
            .record_of(by, Act::GrantRevoked, grant)
            .await?
            .changed(grant, &ended);
        let store = self.store;
        let revoked = store.revoke_grant(self.realm(), grant.id, reason, at, &record);
        Ok(revoked.await?)
    }

    async fn record_of(&self, by: &Actor, act: Act, grant: &Grant) -> Result<AuditRecord, Refused> {
        let subject = Subject::new(SubjectKind::Grant, grant.id);
        let record = self.record(by, act, subject);
        let record = record.named("client", &grant.client);
        self.naming(record, grant.organisation, Some(grant.user))
            .await
    }

    async fn grant(&self, by: &Actor, id: Uuid) -> Result<Grant, Refused> {
        let grant = self.store.grant(self.realm(), id).await?;
        grant
            .filter(|grant| may_change(by, grant))
            .ok_or_else(|| self.no_such("grant", id))
    }
}

/// To a person, grants of others do not exist.
fn may_change(by: &Actor, grant: &Grant) -> bool {
    !matches!(by.who, Who::Person { id, .. } if id != grant.user)
}
