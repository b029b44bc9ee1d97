use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use oauth::approval::WantedApproval;
use oauth::model::{Approval, Client, Timestamp};
use realm::manage::{Approve, Desk, WithdrawApproval};
use scope::ApprovalState;

use super::{Said, Server, settled};
use crate::arguments::manage::ApproveCommand;
use crate::failure::Failure;

/// Runs one command on approvals.
pub async fn run(server: &Server, command: &ApproveCommand) -> Result<Said, Failure> {
    match command {
        ApproveCommand::Grant {
            realm,
            client,
            elevation,
            evidence,
            reviewer,
            expires,
            seen,
        } => {
            let command = Approve {
                client: client.clone(),
                approval: WantedApproval {
                    elevation: elevation.clone(),
                    evidence: pairs(evidence)?,
                    reviewer: reviewer.clone(),
                    expires_at: expires
                        .as_deref()
                        .map(|day| midnight("--expires", day))
                        .transpose()?,
                },
                version: seen.version,
            };
            let desk = server.desk(realm)?;
            let approved = desk.approve(server.operator(), command).await?;
            Ok(format!("{} may use {elevation}.", approved.client.name).into())
        }
        ApproveCommand::Withdraw {
            realm,
            client,
            elevation,
            seen,
        } => {
            let command = WithdrawApproval {
                client: client.clone(),
                elevation: elevation.clone(),
                version: seen.version,
            };
            let desk = server.desk(realm)?;
            let now = desk.withdraw_approval(server.operator(), command).await?;
            let text = format!("{} may not use {elevation} any more.", now.record.name);
            Ok(settled(&now, text))
        }
        ApproveCommand::List { realm, client } => {
            let desk = server.desk(realm)?;
            let client = desk.client(client).await?;
            Ok(list(&desk, &client).await?.into())
        }
    }
}

/// An app's approvals, one a line.
pub async fn list(desk: &Desk<'_>, client: &Client) -> Result<String, Failure> {
    let approvals = desk.approvals(client).await?;
    if approvals.is_empty() {
        return Ok(String::from("no approvals."));
    }
    let lines: Vec<_> = approvals
        .iter()
        .map(|(approval, state)| {
            let evidence: Vec<_> = approval
                .evidence
                .iter()
                .map(|(name, reference)| format!("{name}={reference}"))
                .collect();
            format!(
                "approval {}: {}; by {} on {}; {}; version {}",
                approval.elevation,
                worth(approval, *state),
                approval.reviewer,
                approval.approved_at,
                evidence.join(", "),
                approval.version
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

/// The beginning of a day in UTC, given by this option.
pub fn midnight(option: &str, text: &str) -> Result<Timestamp, Failure> {
    let wrong =
        || Failure::while_doing(format!("{option} {text:?} must be a day as in 2027-01-31"));
    let date: Date = text.parse().map_err(wrong())?;
    let moment = date.to_zoned(TimeZone::UTC).map_err(wrong())?;
    Ok(moment.timestamp())
}
