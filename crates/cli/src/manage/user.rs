use std::io::{BufRead, IsTerminal};

use oauth::model::User;

use super::{Desk, every, stored};
use crate::arguments::UserCommand;
use crate::failure::Failure;

/// The fewest characters a new password may have.
const SHORTEST_PASSWORD: usize = 8;

/// Runs one command on people.
pub async fn run(desk: &Desk, command: &UserCommand) -> Result<String, Failure> {
    match command {
        UserCommand::Add {
            realm,
            username,
            name,
        } => add(desk, realm, username, name).await,
        UserCommand::List { realm } => list(desk, realm).await,
        UserCommand::Password { realm, username } => {
            let mut user = desk.user(realm, username).await?;
            user.password_hash = read_password(desk)?;
            desk.store().update_user(&user).await.map_err(stored)?;
            Ok(format!("{username} has a new password."))
        }
        UserCommand::Disable { realm, username } => {
            let mut user = desk.user(realm, username).await?;
            user.disabled_at = Some(desk.now());
            desk.store().update_user(&user).await.map_err(stored)?;
            Ok(format!(
                "{username} can do nothing any more; nor can apps for them."
            ))
        }
        UserCommand::Enable { realm, username } => {
            let mut user = desk.user(realm, username).await?;
            user.disabled_at = None;
            desk.store().update_user(&user).await.map_err(stored)?;
            Ok(format!("{username} may sign in again."))
        }
    }
}

async fn add(desk: &Desk, realm: &str, username: &str, name: &str) -> Result<String, Failure> {
    desk.catalog(realm)?;
    if username.trim().is_empty() || username.chars().any(char::is_whitespace) {
        return Err(Failure::new("a username is one word, without spaces"));
    }
    let user = User {
        realm: realm.to_owned(),
        id: desk.new_id(),
        number: 0,
        username: username.to_owned(),
        name: name.to_owned(),
        password_hash: read_password(desk)?,
        created_at: desk.now(),
        disabled_at: None,
        cut_off: None,
        external: None,
        version: 1,
    };
    let user = desk.store().insert_user(&user).await.map_err(stored)?;
    Ok(format!(
        "added {username} (number {}). Give them a place: scopegate organisation member {realm} SLUG {username} --role ROLE",
        user.number
    ))
}

async fn list(desk: &Desk, realm: &str) -> Result<String, Failure> {
    desk.catalog(realm)?;
    let users = every(async |page| desk.store().users(realm, page).await).await?;
    let mut lines = Vec::new();
    for user in &users {
        let places = desk
            .store()
            .memberships(realm, user.id)
            .await
            .map_err(stored)?;
        let places: Vec<_> = places
            .iter()
            .map(|(organisation, membership)| {
                format!("{} ({})", organisation.slug, membership.roles.join(", "))
            })
            .collect();
        lines.push(format!(
            "{}  {}  {}{}",
            user.username,
            user.name,
            if places.is_empty() {
                String::from("no organisation")
            } else {
                places.join(", ")
            },
            if user.disabled_at.is_some() {
                "  disabled"
            } else {
                ""
            }
        ));
    }
    if lines.is_empty() {
        return Ok(format!("realm {realm} has no users yet."));
    }
    Ok(lines.join("\n"))
}

/// One line of standard input, hashed. Nothing of it is ever on a command line.
fn read_password(desk: &Desk) -> Result<String, Failure> {
    let input = std::io::stdin();
    if input.is_terminal() {
        eprintln!("New password, then Enter (it is shown while you type):");
    }
    let mut line = String::new();
    input
        .lock()
        .read_line(&mut line)
        .map_err(Failure::while_doing("cannot read standard input"))?;
    let password = line.trim_end_matches(['\r', '\n']);
    if password.chars().count() < SHORTEST_PASSWORD {
        return Err(Failure::new(format!(
            "a password has at least {SHORTEST_PASSWORD} characters; give it on standard input"
        )));
    }
    realm::password::hash(password, desk.random_bytes())
        .map_err(Failure::while_doing("cannot hash the password"))
}
