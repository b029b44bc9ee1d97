use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use oauth::approval::{self, WantedApproval};
use oauth::model::{Approval, Client, Timestamp};
use scope::ApprovalState;

use super::{Desk, refused, stored};
use crate::arguments::ApproveCommand;
use crate::failure::Failure;

/// Runs one command on approvals.
pub async fn run(desk: &Desk, command: &ApproveCommand) -> Result<String, Failure> {
    match command {
        ApproveCommand::Grant {
            realm,
            client,
            elevation,
            evidence,
            reviewer,
            expires,
        } => {
            let wanted = WantedApproval {
                elevation: elevation.clone(),
                evidence: pairs(evidence)?,
                reviewer: reviewer.clone(),
                expires_at: expires.as_deref().map(midnight).transpose()?,
            };
            grant(desk, realm, client, wanted).await
        }
        ApproveCommand::Withdraw {
            realm,
            client,
            elevation,
        } => {
            let client = desk.client(realm, client).await?;
            let withdrawn = desk
                .store()
                .withdraw_approval(realm, &client.id, elevation, desk.now())
                .await
                .map_err(stored)?;
            if withdrawn {
                Ok(format!("{} may not use {elevation} any more.", client.name))
            } else {
                Err(Failure::new(format!(
                    "{} has no standing approval for {elevation:?}",
                    client.id
                )))
            }
        }
        ApproveCommand::List { realm, client } => {
            let client = desk.client(realm, client).await?;
            list(desk, &client).await
        }
    }
}

async fn grant(
    desk: &Desk,
    realm: &str,
    client: &str,
    wanted: WantedApproval,
) -> Result<String, Failure> {
    let catalog = desk.catalog(realm)?;
    let client = desk.client(realm, client).await?;
    let approval = approval::approve(catalog, &client, wanted, desk.now());
    let approval = approval.map_err(refused::approval)?;
    desk.store().approve(&approval).await.map_err(stored)?;
    Ok(format!("{} may use {}.", client.name, approval.elevation))
}

/// An app's approvals, one a line.
pub async fn list(desk: &Desk, client: &Client) -> Result<String, Failure> {
    let catalog = desk.catalog(&client.realm)?;
    let approvals = desk.store().approvals(&client.realm, &client.id);
    let approvals = approvals.await.map_err(stored)?;
    if approvals.is_empty() {
        return Ok(String::from("no approvals."));
    }
    let now = desk.now();
    let lines: Vec<_> = approvals
        .iter()
        .map(|approval| {
            let state = approval.state(catalog, &client.kind, now);
            let evidence: Vec<_> = approval
                .evidence
                .iter()
                .map(|(name, reference)| format!("{name}={reference}"))
                .collect();
            format!(
                "approval {}: {}; by {} on {}; {}",
                approval.elevation,
                worth(approval, state),
                approval.reviewer,
                approval.approved_at,
                evidence.join(", ")
            )
        })
        .collect();
    Ok(lines.join("\n"))
}

fn worth(approval: &Approval, state: ApprovalState) -> String {
    let end = |word: &str, at: Option<Timestamp>| match at {
        Some(at) => format!("{word} {at}"),
        None => String::from("without end"),
    };
    match state {
        ApprovalState::Live => end("until", approval.expires_at),
        ApprovalState::Withdrawn => end("withdrawn", approval.withdrawn_at),
        ApprovalState::Expired => end("expired", approval.expires_at),
        ApprovalState::UnknownElevation => String::from("worth nothing, no such elevation"),
        ApprovalState::OtherKind => String::from("worth nothing, not for this kind of client"),
        ApprovalState::EvidenceMissing => String::from("worth nothing, evidence is missing"),
        _ => String::from("worth nothing, nobody decided"),
    }
}

fn pairs(given: &[String]) -> Result<BTreeMap<String, String>, Failure> {
    given
        .iter()
        .map(|text| {
            text.split_once('=')
                .map(|(name, reference)| (name.to_owned(), reference.to_owned()))
                .ok_or_else(|| {
                    Failure::new(format!(
                        "--evidence {text:?} must have the form NAME=REFERENCE"
                    ))
                })
        })
        .collect()
}

fn midnight(text: &str) -> Result<Timestamp, Failure> {
    let wrong =
        || Failure::while_doing(format!("--expires {text:?} must be a day as in 2027-01-31"));
    let date: Date = text.parse().map_err(wrong())?;
    let moment = date.to_zoned(TimeZone::UTC).map_err(wrong())?;
    Ok(moment.timestamp())
}
