use super::{Said, Server, so_already};
use crate::arguments::records::SessionCommand;
use crate::failure::Failure;

/// Runs one command on signed-in browsers.
pub async fn run(server: &Server, command: &SessionCommand) -> Result<Said, Failure> {
    match command {
        SessionCommand::List { realm, username } => Ok(list(server, realm, username).await?.into()),
        SessionCommand::End {
            realm,
            username,
            session,
        } => {
            let desk = server.desk(realm)?;
            let person = desk.person(username).await?;
            let ended = desk.sign_out(server.operator(), &person, session.as_deref());
            Ok(match ended.await? {
                0 => so_already(format!("{username} is signed in nowhere.")),
                1 => format!("{username} was signed out of one browser.").into(),
                many => format!("{username} was signed out of {many} browsers.").into(),
            })
        }
    }
}

async fn list(server: &Server, realm: &str, username: &str) -> Result<String, Failure> {
    let desk = server.desk(realm)?;
    let person = desk.person(username).await?;
    let sessions = desk.sessions(&person).await?;
    if sessions.is_empty() {
        return Ok(format!("{username} is signed in nowhere."));
    }
    let lines = sessions.iter().map(|session| {
        let name: String = session.hash.to_string().chars().take(16).collect();
        format!(
            "{name}  since {}, until {}",
            session.created_at, session.expires_at
        )
    });
    Ok(lines.collect::<Vec<_>>().join("\n"))
}
