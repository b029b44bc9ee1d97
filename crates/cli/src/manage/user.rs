use oauth::model::User;
use oauth::naming;
use realm::accounts::links::{self, Letter};
use realm::mail::Carrier;
use realm::manage::{
    AddPerson, ChangePerson, DeletePerson, Desk, Invite, Linked, PersonChange, Refused, Settled,
};
use server::pages::{Language, letters};

use super::{Said, Server, deletion, every, password, settled, so_already};
use crate::arguments::manage::{Confirmed, IfVersion};
use crate::arguments::records::{
    Invitation, InvitationAgain, InvitedBy, SecondFactorCommand, UserCommand,
};
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
        UserCommand::Email {
            realm,
            username,
            email,
            seen,
        } => {
            let change = PersonChange::Email(email.clone());
            let now = change_person(server, realm, username, seen, change).await?;
            let text = match &now.record.email {
                Some(email) => format!("{username} is written to at {email}."),
                None => format!("{username} is written to at no address of their own."),
            };
            Ok(settled(&now, text))
        }
        UserCommand::Password {
            realm,
            username,
            seen,
        } => {
            // Whoever is not there, or is not as they were seen, needs no password.
            let desk = server.desk(realm)?;
            let person = desk.person_as_seen(username, seen.version).await?;
            let password = password::read(&desk.own_words_of(&person))?;
            let change = PersonChange::Password(password);
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
        UserCommand::Reset { realm, username } => {
            let desk = server.desk(realm)?;
            let issuer = server.issuer(realm)?;
            let linked = desk.link_to_password(server.operator(), &issuer, username);
            let linked = linked.await?;
            Ok(Said::from(format!(
                "{username} can choose a new password until {}, once (an earlier link counts no \
                 more):\n{}",
                linked.link.until, linked.link.url
            )))
        }
        UserCommand::Invite(invitation) => invite(server, invitation).await,
        UserCommand::InviteAgain(again) => invite_again(server, again).await,
        UserCommand::SecondFactor {
            command: SecondFactorCommand::Off { realm, username },
        } => {
            let desk = server.desk(realm)?;
            let person = desk.person(username).await?;
            let text = format!("{username} signs in without a second factor.");
            let was_on = desk.second_factor_off(server.operator(), &person).await?;
            Ok(match was_on {
                true => Said::from(text),
                false => so_already(text),
            })
        }
    }
}

/// The link is printed, or mailed where that is asked for.
async fn invite(server: &Server, invitation: &Invitation) -> Result<Said, Failure> {
    let Invitation {
        realm,
        email,
        username,
        organisation,
        roles,
        by,
    } = invitation;
    let desk = server.desk(realm)?;
    let issuer = server.issuer(realm)?;
    // Before anybody is added whom nobody can tell.
    let letter = Invited::by(server, &desk, by)?;
    let place = organisation.clone().map(|slug| (slug, roles.clone()));
    let command = Invite {
        username: username.as_ref().unwrap_or(email).clone(),
        email: email.clone(),
        place,
    };
    let linked = desk.invite(server.operator(), &issuer, command).await?;
    let Linked { person, .. } = &linked;
    let done = format!("invited {} (number {})", person.username, person.number);
    letter.tell(&done, &linked, email).await
}

/// The same for somebody who was invited before.
async fn invite_again(server: &Server, again: &InvitationAgain) -> Result<Said, Failure> {
    let InvitationAgain {
        realm,
        username,
        by,
    } = again;
    let desk = server.desk(realm)?;
    let issuer = server.issuer(realm)?;
    let letter = Invited::by(server, &desk, by)?;
    let person = desk.person_to_invite_again(username).await?;
    let to = match (links::address_of(&person), by.mail) {
        (None, true) => {
            return Err(Failure::new(format!(
                "it is not known where to write to {username}; `scopegate user email {realm} \
                 {username} ADDRESS` says so"
            )));
        }
        (to, _) => to.unwrap_or_default(),
    };
    let linked = desk.invite_again(server.operator(), &issuer, username);
    let linked = linked.await?;
    let done = format!("invited {username} again, and an earlier link counts no more");
    letter.tell(&done, &linked, &to).await
}

/// How somebody gets to know of their invitation: by mail, or by whoever reads the link here.
struct Invited {
    by_mail: Option<(Carrier, Letter)>,
}

impl Invited {
    fn by(server: &Server, desk: &Desk<'_>, by: &InvitedBy) -> Result<Self, Failure> {
        let language = language_of(by.language.as_deref())?;
        let title = desk.catalog().title().get(language.code()).to_owned();
        let by_mail = match by.mail {
            true => Some((server.carrier()?, letters::invitation(language, &title))),
            false => None,
        };
        Ok(Self { by_mail })
    }

    async fn tell(self, done: &str, linked: &Linked, to: &str) -> Result<Said, Failure> {
        let Linked { person, link } = linked;
        let by_hand = format!(
            "Until {}, once, this link lets them choose name and password:\n{}",
            link.until, link.url
        );
        let Some((carrier, letter)) = self.by_mail else {
            return Ok(Said::from(format!("{done}. {by_hand}")));
        };
        let mail = letter(person, link).to(to);
        Ok(match carrier.send(&mail).await {
            Ok(()) => Said::from(format!("{done}; a mail is on its way to {to}.")),
            Err(error) => Said::not_so(format!(
                "{done}, but the mail was not sent: {error}\n{by_hand}"
            )),
        })
    }
}

fn language_of(code: Option<&str>) -> Result<Language, Failure> {
    let Some(code) = code else {
        return Ok(Language::English);
    };
    let found = Language::ALL.into_iter().find(|known| known.code() == code);
    found.ok_or_else(|| {
        let known = Language::ALL.map(Language::code).join(", ");
        Failure::new(format!(
            "{code:?} is no language of the pages; write one of {known}"
        ))
    })
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
        password: password::read(&desk.own_words(&[username, name]))?,
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
