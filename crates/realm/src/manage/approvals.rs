//! Which clients may use which elevations.

use oauth::approval::{self, WantedApproval};
use oauth::audit::{Act, Actor, Audited, Subject};
use oauth::model::{Approval, Client};
use scope::ApprovalState;

use super::{Desk, Refused};

/// An approval that is to count from now on. An earlier one for the same elevation ends.
#[derive(Debug, Clone)]
pub struct Approve {
    /// `client_id`.
    pub client: String,
    /// What it is approved for.
    pub approval: WantedApproval,
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
    /// [`Refused::NoSuch`], [`Refused::Approval`], or when the store fails.
    pub async fn approve(self, by: &Actor, command: Approve) -> Result<Approved, Refused> {
        let client = self.client(&command.client).await?;
        let approval = approval::approve(self.catalog, &client, command.approval, self.now())?;
        let subject = Subject::approval(&client.id, &approval.elevation);
        let standing = self.standing_approval(&client, &approval.elevation).await?;
        let before = standing.as_ref().map(Audited::from).unwrap_or_default();
        let record = self
            .record(by, Act::ApprovalGiven, subject)
            .removed(before)
            .made(&approval);
        self.store.approve(&approval, &record).await?;
        Ok(Approved { client, approval })
    }

    /// Takes an approval back; answers the client.
    ///
    /// # Errors
    ///
    /// [`Refused::NoSuch`], [`Refused::NoApproval`], or when the store fails.
    pub async fn withdraw_approval(
        self,
        by: &Actor,
        command: WithdrawApproval,
    ) -> Result<Client, Refused> {
        let client = self.client(&command.client).await?;
        let now = self.now();
        let subject = Subject::approval(&client.id, &command.elevation);
        let standing = self.standing_approval(&client, &command.elevation).await?;
        let before = standing.as_ref().map(Audited::from).unwrap_or_default();
        let record = self
            .record(by, Act::ApprovalWithdrawn, subject)
            .removed(before)
            .made(Audited::field("withdrawn_at", now));
        let withdrawn = self
            .store
            .withdraw_approval(self.realm(), &client.id, &command.elevation, now, &record)
            .await?;
        if withdrawn {
            return Ok(client);
        }
        Err(Refused::NoApproval {
            client: client.id,
            elevation: command.elevation.clone(),
        })
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
