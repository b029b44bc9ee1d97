use std::io::{BufRead, IsTerminal};

use oauth::model::User;
use oauth::naming;
use oauth::password::{LONGEST, PasswordError};
use realm::manage::{AddPerson, ChangePerson, DeletePerson, Desk, PersonChange, Refused, Settled};

use super::{Said, Server, deletion, every, settled};
use crate::arguments::manage::{Confirmed, IfVersion};
use crate::arguments::records::UserCommand;
use crate::failure::Failure;

/// Runs one command on people.
pub async fn run(server: &Server, command: &UserCommand) -> Result<Said, Failure> {
    match command {
        UserCommand::Add {
            realm,
            username,
            name,
        } => Ok(add(server, realm, username, name).await?.into()),
        UserCommand::List { realm } => Ok(list(&server.desk(realm)?).await?.into()),
        UserCommand::Rename {
            realm,
            username,
            names,
            seen,
        } => {
            let change = PersonChange::Names {
                username: names.username.clone(),
                name: names.name.clone(),
            };
            let now = change_person(server, realm, username, seen, change).await?;
            let User { username, name, .. } = &now.record;
            Ok(settled(&now, format!("{name} signs in as {username}.")))
        }
        UserCommand::Password {
            realm,
            username,
            seen,
        } => {
            // Whoever is not there, or is not as they were seen, needs no password.
            let desk = server.desk(realm)?;
            desk.person_as_seen(username, seen.version).await?;
            let change = PersonChange::Password(read_password()?);
            let now = change_person(server, realm, username, seen, change).await?;
            let text = format!(
                "{username} has a new password, and was signed out everywhere; apps have to ask \
                 anew."
            );
            Ok(settled(&now, text))
        }
        UserCommand::Suspend {
            realm,
            username,
            seen,
        } => {
            let suspend = PersonChange::Suspend;
            let now = change_person(server, realm, username, seen, suspend).await?;
            let text = format!("{username} can do nothing for now; nor can apps for them.");
            Ok(settled(&now, text))
        }
        UserCommand::Resume {
            realm,
            username,
            seen,
        } => {
            let now = change_person(server, realm, username, seen, PersonChange::Resume).await?;
            let text = format!("{username} goes on, and so do apps for them.");
            Ok(settled(&now, text))
        }
        UserCommand::Disable {
            realm,
            username,
            seen,
        } => {
            let disable = PersonChange::Disable;
            let now = change_person(server, realm, username, seen, disable).await?;
            let text = format!("{username} can do nothing any more; nor can apps for them.");
            Ok(settled(&now, text))
        }
        UserCommand::Enable {
            realm,
            username,
            seen,
        } => {
            let now = change_person(server, realm, username, seen, PersonChange::Enable).await?;
            let text = format!("{username} may sign in again; apps have to ask anew.");
            Ok(settled(&now, text))
        }
        UserCommand::Delete {
            realm,
            username,
            confirmed,
        } => delete(server, realm, username, confirmed).await,
    }
}

async fn delete(
    server: &Server,
    realm: &str,
    username: &str,
    confirmed: &Confirmed,
) -> Result<Said, Failure> {
    let desk = server.desk(realm)?;
    let command = DeletePerson {
        username: username.to_owned(),
        version: confirmed.seen.version,
    };
    if !confirmed.yes {
        let (person, ending) = desk.ends_with_person(&command).await?;
        return Ok(deletion::unconfirmed(
            &person.username,
            &ending,
            person.version,
        ));
    }
    let gone = desk.delete_person(server.operator(), command).await?;
    Ok(Said::from(format!(
        "{} is deleted (id {id}). What the audit record tells of them stays until `scopegate audit \
         erase {realm} --person {id}`.",
        gone.username,
        id = gone.id
    )))
}

async fn change_person(
    server: &Server,
    realm: &str,
    username: &str,
    seen: &IfVersion,
    change: PersonChange,
) -> Result<Settled<User>, Failure> {
    let command = ChangePerson {
        username: username.to_owned(),
        version: seen.version,
        change,
    };
    let desk = server.desk(realm)?;
    Ok(desk.change_person(server.operator(), command).await?)
}

async fn add(server: &Server, realm: &str, username: &str, name: &str) -> Result<String, Failure> {
    let desk = server.desk(realm)?;
    // Before anybody thinks of a password for a name that cannot be.
    naming::username(username).map_err(Refused::from)?;
    let command = AddPerson {
        username: username.to_owned(),
        name: name.to_owned(),
        password: read_password()?,
    };
    let user = desk.add_person(server.operator(), command).await?;
    Ok(format!(
        "added {username} (number {}). Give them a place: scopegate organisation member {realm} SLUG {username} --role ROLE",
        user.number
    ))
}

async fn list(desk: &Desk<'_>) -> Result<String, Failure> {
    let users = every(async |page| desk.people(page).await).await?;
    let mut lines = Vec::new();
    for user in &users {
        let places: Vec<_> = desk
            .places_of(user)
            .await?
            .iter()
            .map(|(organisation, membership)| {
                format!("{} ({})", organisation.slug, membership.roles.join(", "))
            })
            .collect();
        lines.push(format!(
            "{}  {}  {}  version {}{}",
            user.username,
            user.name,
            if places.is_empty() {
                String::from("no organisation")
            } else {
                places.join(", ")
            },
            user.version,
            super::unless_active(user.status)
        ));
    }
    if lines.is_empty() {
        return Ok(format!("realm {} has no users yet.", desk.realm()));
    }
    Ok(lines.join("\n"))
}

/// The most bytes of a line with a password: its one spelling may be a third of another, and a byte
/// order mark and an end of the line stand around it.
const LONGEST_LINE: u64 = 3 * LONGEST as u64 + 5;

/// One line of standard input, of which no more is read than a password can have. Nothing of it is
/// ever on a command line.
fn read_password() -> Result<String, Failure> {
    let input = std::io::stdin();
    if input.is_terminal() {
        eprintln!("New password, then Enter (it is shown while you type):");
    }
    line_of(input.lock())
}

fn line_of(input: impl BufRead) -> Result<String, Failure> {
    let mut line = Vec::new();
    input
        .take(LONGEST_LINE + 1)
        .read_until(b'\n', &mut line)
        .map_err(Failure::while_doing("cannot read standard input"))?;
    if line.len() as u64 > LONGEST_LINE {
        return Err(Failure::new(PasswordError::Long.to_string()));
    }
    let line =
        String::from_utf8(line).map_err(Failure::while_doing("cannot read standard input"))?;
    // Some shells begin what they pipe with a byte order mark, which nobody types at sign-in.
    let line = line.trim_start_matches('\u{feff}');
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

#[cfg(test)]
mod tests {
    use std::io::{BufReader, repeat};

    use super::*;

    #[test]
    fn no_more_is_read_than_a_password_can_have() {
        // In Hangul one letter may be written as three.
        let longest = "\u{1112}\u{1161}\u{11ab}".repeat(LONGEST / 3);
        assert!(oauth::password::new(&longest).is_ok());
        let piped = format!("\u{feff}{longest}\r\nmore");
        assert_eq!(line_of(piped.as_bytes()).unwrap(), longest);
        for endless in [b'x', 0] {
            assert!(line_of(BufReader::new(repeat(endless))).is_err());
        }
    }
}
