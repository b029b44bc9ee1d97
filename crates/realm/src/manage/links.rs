//! Links by which people choose a password: of somebody who is invited, and of somebody who lost
//! theirs. A later one takes the place of the earlier.

use oauth::audit::{Act, Actor, AuditRecord};
use oauth::model::{Position, Status, Ticket, TicketPurpose, User};
use oauth::{SecretKind, naming};
use storage::ArrivalStep;

use super::desk::until_unchanged;
use super::{Desk, Refused};
use crate::accounts::links::{Link, life};

/// An invitation of somebody who is not here yet.
#[derive(Debug, Clone)]
pub struct Invite {
    /// What they will sign in with: their address, most of the time.
    pub username: String,
    /// Their email address.
    pub email: String,
    /// Where they belong at once: an organisation's short name, and roles there.
    pub place: Option<(String, Vec<String>)>,
}

/// A link that was made for a person.
#[derive(Debug, Clone)]
pub struct Linked {
    /// Who.
    pub person: User,
    /// What to send them.
    pub link: Link,
}

impl Desk<'_> {
    /// Makes a link by which a person can choose a new password, in the place of an earlier one.
    ///
    /// # Errors
    ///
    /// [`Refused::NoSuch`], or when the store fails.
    pub async fn link_to_password(
        self,
        by: &Actor,
        issuer: &str,
        username: &str,
    ) -> Result<Linked, Refused> {
        let person = self.person(username).await?;
        self.give_link(by, issuer, person, TicketPurpose::Reset)
            .await
    }

    /// Adds a person without a password, with their place and a link by which they choose one: all of
    /// it, or nothing.
    ///
    /// # Errors
    ///
    /// [`Refused::Name`], [`Refused::Invited`], [`Refused::Taken`], [`Refused::NoSuch`],
    /// [`Refused::NoRole`], or when the store fails.
    pub async fn invite(
        self,
        by: &Actor,
        issuer: &str,
        command: Invite,
    ) -> Result<Linked, Refused> {
        let username = naming::username(&command.username)?;
        let email = naming::email(&command.email)?;
        let there = self.store.user_by_username(self.realm(), &username);
        let waits = |there: &User| there.password_hash.is_none() && there.external.is_none();
        if there.await?.is_some_and(|there| waits(&there)) {
            return Err(Refused::Invited { username });
        }
        until_unchanged(None, || async {
            let person = User {
                realm: self.realm().to_owned(),
                id: self.new_id(),
                number: 0,
                name: username.clone(),
                username: username.clone(),
                email: Some(email.clone()),
                email_verified: false,
                language: None,
                password_hash: None,
                created_at: self.now(),
                status: Status::Active,
                external: None,
                cut_off: None,
                sessions_cut_off: None,
                version: 1,
            };
            let record = self.record_of_person(by, Act::PersonAdded, person.id);
            let record = record.about(&person).made(&person);
            let mut steps = vec![ArrivalStep::InsertUser(person.clone(), record)];
            if let Some((slug, roles)) = &command.place {
                let organisation = self.organisation(slug).await?;
                let roles = self.roles_called(&organisation, roles).await?;
                let place = (&organisation, &person);
                self.put_place(by, place, None, (roles, None), &mut steps);
            }
            let made = self.make_link(by, issuer, &person, TicketPurpose::Invitation);
            let (link, ticket, record) = made.await?;
            steps.push(ArrivalStep::GiveTicket(ticket, record));
            self.store.record_arrival(&steps).await?;
            let person = self.store.user(self.realm(), person.id).await?;
            let person = person.ok_or_else(|| self.no_such("user", &username))?;
            Ok(Linked { person, link })
        })
        .await
    }

    /// Makes another link for somebody who was invited and has chosen no password yet; the one they
    /// had counts no more.
    ///
    /// # Errors
    ///
    /// [`Refused::NoSuch`], [`Refused::HasPassword`], or when the store fails.
    pub async fn invite_again(
        self,
        by: &Actor,
        issuer: &str,
        username: &str,
    ) -> Result<Linked, Refused> {
        let person = self.person_to_invite_again(username).await?;
        self.give_link(by, issuer, person, TicketPurpose::Invitation)
            .await
    }

    /// Whom [`Desk::invite_again`] means.
    ///
    /// # Errors
    ///
    /// As that.
    pub async fn person_to_invite_again(self, username: &str) -> Result<User, Refused> {
        let person = self.person(username).await?;
        match person.password_hash {
            None => Ok(person),
            Some(_) => Err(Refused::HasPassword {
                username: person.username,
            }),
        }
    }

    async fn give_link(
        self,
        by: &Actor,
        issuer: &str,
        person: User,
        purpose: TicketPurpose,
    ) -> Result<Linked, Refused> {
        let (link, ticket, record) = self.make_link(by, issuer, &person, purpose).await?;
        self.store.give_ticket(&ticket, &record).await?;
        Ok(Linked { person, link })
    }

    /// A link, what is kept of it, and the record of giving it.
    async fn make_link(
        self,
        by: &Actor,
        issuer: &str,
        person: &User,
        purpose: TicketPurpose,
    ) -> Result<(Link, Ticket, AuditRecord), Refused> {
        let secret = oauth::secret::generate(SecretKind::AccountLink, self.random_bytes());
        let now = self.now();
        let ticket = Ticket {
            hash: secret.hash(),
            realm: self.realm().to_owned(),
            user: person.id,
            purpose,
            position: Position(self.store.latest_change().await?),
            created_at: now,
            expires_at: now.saturating_add(life(purpose)).unwrap_or(now),
        };
        let act = match purpose {
            TicketPurpose::Invitation => Act::PersonInvited,
            TicketPurpose::Reset | TicketPurpose::SecondFactor => Act::PasswordLinkMade,
        };
        let record = self.record_of_person(by, act, person.id).about(person);
        let link = Link::of(issuer, &secret, ticket.expires_at);
        Ok((link, ticket, record))
    }
}
