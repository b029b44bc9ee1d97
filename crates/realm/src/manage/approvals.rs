//! Which clients may use which elevations.

use oauth::approval::{self, WantedApproval};
use oauth::audit::{Act, Actor, Audited, Subject};
use oauth::model::{Approval, Client};
use scope::ApprovalState;

use super::desk::{Settled, as_seen, until_unchanged};
use super::{Desk, Refused};

/// An approval that is to count from now on. An earlier one for the same elevation ends.
#[derive(Debug, Clone)]
pub struct Approve {
    /// `client_id`.
    pub client: String,
    /// What it is approved for.
    pub approval: WantedApproval,
    /// The version of the approval that was seen to stand, 0 for none, if it is to take the place
    /// of that only.
    pub version: Option<i64>,
}

/// A client with its new approval.
#[derive(Debug, Clone)]
pub struct Approved {
    /// The client.
    pub client: Client,
    /// The approval.
    pub approval: Approval,
}

/// The end of an approval before its time.
#[derive(Debug, Clone)]
pub struct WithdrawApproval {
    /// `client_id`.
    pub client: String,
    /// The elevation.
    pub elevation: String,
    /// The version of the approval that was seen, if it is to end only as that.
    pub version: Option<i64>,
}

impl Desk<'_> {
    /// Every approval of a client and what each is worth now, newest first.
    ///
    /// # Errors
    ///
    /// When the store cannot tell.
    pub async fn approvals(
        self,
        client: &Client,
    ) -> Result<Vec<(Approval, ApprovalState)>, Refused> {
        let now = self.now();
        let approvals = self.store.approvals(self.realm(), &client.id).await?;
        let worth = |approval: &Approval| approval.state(self.catalog, &client.kind, now);
        let with_worth = approvals.into_iter().map(|one| {
            let state = worth(&one);
            (one, state)
        });
        Ok(with_worth.collect())
    }

    /// Approves a client for an elevation.
    ///
    /// # Errors
    ///
    /// [`Refused::NoSuch`], [`Refused::Approval`], [`Refused::Changed`], or when the store fails.
    pub async fn approve(self, by: &Actor, command: Approve) -> Result<Approved, Refused> {
        until_unchanged(command.version, || async {
            let client = self.client(&command.client).await?;
            let wanted = command.approval.clone();
            let approval = approval::approve(self.catalog, &client, wanted, self.now())?;
            let subject = Subject::approval(&client.id, &approval.elevation);
            let standing = self.standing_approval(&client, &approval.elevation).await?;
            let version = standing.as_ref().map(|standing| standing.version);
            let found = version.unwrap_or_default();
            as_seen("approval", &approval.elevation, command.version, found)?;
            let before = standing.as_ref().map(Audited::from).unwrap_or_default();
            let record = self
                .record(by, Act::ApprovalGiven, subject)
                .removed(before)
                .made(&approval);
            let approval = self.store.approve(&approval, version, &record).await?;
            Ok(Approved { client, approval })
        })
        .await
    }

    /// Takes an approval back; answers the client. One that was taken back before stays so.
    ///
    /// # Errors
    ///
    /// [`Refused::NoSuch`], [`Refused::NoApproval`], [`Refused::Changed`], or when the store fails.
    pub async fn withdraw_approval(
        self,
        by: &Actor,
        command: WithdrawApproval,
    ) -> Result<Settled<Client>, Refused> {
        until_unchanged(command.version, || async {
            let client = self.client(&command.client).await?;
            let none = || Refused::NoApproval {
                client: client.id.clone(),
                elevation: command.elevation.clone(),
            };
            let now = self.now();
            let standing = self.standing_approval(&client, &command.elevation).await?;
            let Some(standing) = standing else {
                let approvals = self.store.approvals(self.realm(), &client.id).await?;
                let mut withdrawn = approvals.iter().map(|one| &one.elevation);
                return match withdrawn.any(|elevation| *elevation == command.elevation) {
                    true => Ok(Settled::unchanged(client)),
                    false => Err(none()),
                };
            };
            let (elevation, version) = (&standing.elevation, standing.version);
            as_seen("approval", elevation, command.version, version)?;
            let subject = Subject::approval(&client.id, elevation);
            let record = self
                .record(by, Act::ApprovalWithdrawn, subject)
                .removed(&standing)
                .made(Audited::field("withdrawn_at", now));
            let withdrawn = self
                .store
                .withdraw_approval(self.realm(), &client.id, elevation, version, now, &record)
                .await?;
            Ok(Settled {
                record: client,
                is_changed: withdrawn,
            })
        })
        .await
    }

    /// The approval that nobody took back, whether or not it has expired.
    async fn standing_approval(
        &self,
        client: &Client,
        elevation: &str,
    ) -> Result<Option<Approval>, Refused> {
        let approvals = self.store.approvals(self.realm(), &client.id).await?;
        let mut standing = approvals.into_iter();
        Ok(standing.find(|one| one.elevation == elevation && one.withdrawn_at.is_none()))
    }
}
