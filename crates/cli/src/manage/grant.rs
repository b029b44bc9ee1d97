use oauth::model::RevocationReason;

use super::{Said, Server, evidence, so_already};
use crate::arguments::records::GrantCommand;
use crate::failure::Failure;

/// Runs one command on what apps were let in to.
pub async fn run(server: &Server, command: &GrantCommand) -> Result<Said, Failure> {
    match command {
        GrantCommand::List { realm, username } => Ok(list(server, realm, username).await?.into()),
        GrantCommand::Evidence { realm, grant, json } => {
            let evidence = server.desk(realm)?.evidence(*grant).await?;
            let text = match json {
                true => format!("{:#}", evidence::as_json(&evidence)),
                false => evidence::as_text(&evidence),
            };
            Ok(text.into())
        }
        GrantCommand::Revoke { realm, grant } => {
            let desk = server.desk(realm)?;
            let reason = RevocationReason::ByProvider;
            let ended = desk.revoke_grant(server.operator(), *grant, reason);
            let text = format!("the app's access ({grant}) has ended.");
            if ended.await? {
                return Ok(text.into());
            }
            // One that never was has not ended.
            desk.evidence(*grant).await?;
            Ok(so_already(text))
        }
    }
}

async fn list(server: &Server, realm: &str, username: &str) -> Result<String, Failure> {
    let desk = server.desk(realm)?;
    let person = desk.person(username).await?;
    let grants = desk.grants(&person).await?;
    if grants.is_empty() {
        return Ok(format!("{username} has let no app in."));
    }
    let places = desk.places_of(&person).await?;
    let lines = grants.iter().map(|grant| {
        let place = places
            .iter()
            .find(|(organisation, _)| Some(organisation.id) == grant.organisation);
        let place = match (place, grant.organisation) {
            (Some((organisation, _)), _) => organisation.slug.clone(),
            (None, Some(organisation)) => organisation.to_string(),
            (None, None) => String::from("any organisation"),
        };
        format!("{}  {}  {place}  {}", grant.id, grant.client, grant.granted)
    });
    Ok(lines.collect::<Vec<_>>().join("\n"))
}
