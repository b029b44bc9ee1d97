use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use oauth::model::{Approval, Timestamp};
use scope::Elevation;

use super::{Desk, stored};
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
            let approval = Approval {
                realm: realm.clone(),
                client: client.clone(),
                elevation: elevation.clone(),
                evidence: pairs(evidence)?,
                reviewer: reviewer.clone(),
                approved_at: desk.now(),
                expires_at: expires.as_deref().map(midnight).transpose()?,
                withdrawn_at: None,
                version: 1,
            };
            grant(desk, &approval).await
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
            desk.client(realm, client).await?;
            list(desk, realm, client).await
        }
    }
}

/// Records an approval that can count: an approval that the machine would not honour is
/// refused here, with what is missing.
async fn grant(desk: &Desk, approval: &Approval) -> Result<String, Failure> {
    let catalog = desk.catalog(&approval.realm)?;
    let client = desk.client(&approval.realm, &approval.client).await?;
    let elevation = catalog.elevation(&approval.elevation).ok_or_else(|| {
        let names: Vec<_> = catalog
            .elevations()
            .iter()
            .map(|one| one.name.as_str())
            .collect();
        Failure::new(if names.is_empty() {
            format!("catalog {} has no elevations", catalog.id())
        } else {
            format!(
                "catalog {} has the elevations {}",
                catalog.id(),
                names.join(", ")
            )
        })
    })?;
    if !elevation.client_kinds.contains(&client.kind) {
        return Err(Failure::new(format!(
            "{} is of kind {}; {} is only for {}",
            client.id,
            client.kind,
            elevation.name,
            elevation.client_kinds.join(", ")
        )));
    }
    check_evidence(elevation, approval)?;
    if approval.reviewer.trim().is_empty() {
        return Err(Failure::new("--reviewer must say who decided"));
    }
    if approval
        .expires_at
        .is_some_and(|end| end <= approval.approved_at)
    {
        return Err(Failure::new("--expires lies in the past"));
    }
    desk.store().approve(approval).await.map_err(stored)?;
    Ok(format!("{} may use {}.", client.name, elevation.name))
}

fn check_evidence(elevation: &Elevation, approval: &Approval) -> Result<(), Failure> {
    let missing: Vec<_> = elevation
        .evidence
        .iter()
        .filter(|name| {
            approval
                .evidence
                .get(*name)
                .is_none_or(|reference| reference.trim().is_empty())
        })
        .map(|name| format!("--evidence {name}=REFERENCE"))
        .collect();
    if !missing.is_empty() {
        return Err(Failure::new(format!("still needed: {}", missing.join(" "))));
    }
    match approval
        .evidence
        .keys()
        .find(|name| !elevation.evidence.contains(name))
    {
        Some(stranger) => Err(Failure::new(format!(
            "{} asks for no evidence {stranger:?}; it asks for {}",
            elevation.name,
            elevation.evidence.join(", ")
        ))),
        None => Ok(()),
    }
}

/// An app's approvals, one a line.
pub async fn list(desk: &Desk, realm: &str, client: &str) -> Result<String, Failure> {
    let approvals = desk
        .store()
        .approvals(realm, client)
        .await
        .map_err(stored)?;
    if approvals.is_empty() {
        return Ok(String::from("no approvals."));
    }
    let now = desk.now();
    let lines: Vec<_> = approvals
        .iter()
        .map(|approval| {
            let state = match (approval.withdrawn_at, approval.expires_at) {
                (Some(at), _) => format!("withdrawn {at}"),
                (None, Some(end)) if end <= now => format!("expired {end}"),
                (None, Some(end)) => format!("until {end}"),
                (None, None) => String::from("without end"),
            };
            let evidence: Vec<_> = approval
                .evidence
                .iter()
                .map(|(name, reference)| format!("{name}={reference}"))
                .collect();
            format!(
                "approval {}: {state}; by {} on {}; {}",
                approval.elevation,
                approval.reviewer,
                approval.approved_at,
                evidence.join(", ")
            )
        })
        .collect();
    Ok(lines.join("\n"))
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
