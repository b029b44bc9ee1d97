//! People who sign in.

use oauth::audit::{Act, Actor, Subject, SubjectKind};
use oauth::model::{Ending, Membership, Organisation, Page, PageRequest, Position, Status, User};
use oauth::naming;
use oauth::password::OwnWords;
use oauth::status::StatusChange;

use super::desk::{Settled, as_seen, until_unchanged};
use super::{Desk, Refused};
use crate::password;

/// A new person.
#[derive(Clone)]
pub struct AddPerson {
    /// What they sign in with.
    pub username: String,
    /// Their name.
    pub name: String,
    /// Their first password.
    pub password: String,
}

/// A change of a person.
#[derive(Clone)]
pub struct ChangePerson {
    /// What they sign in with.
    pub username: String,
    /// The version that was seen, if the change is for that only.
    pub version: Option<i64>,
    /// What is changed.
    pub change: PersonChange,
}

/// The end of a person's account.
#[derive(Debug, Clone)]
pub struct DeletePerson {
    /// What they sign in with.
    pub username: String,
    /// The version that was seen, if they are to be deleted only as that.
    pub version: Option<i64>,
}

/// What of a person is changed. The rest stays, whatever else happens to it meanwhile.
#[derive(Clone)]
pub enum PersonChange {
    /// Another name to sign in with, or to be called. Whoever is signed in as them stays so.
    Names {
        /// What they sign in with, if another.
        username: Option<String>,
        /// Their name, if another.
        name: Option<String>,
    },
    /// Another address to write to, or none.
    Email(Option<String>),
    /// Another password. Whoever is signed in as them is not any more, and apps have to ask anew.
    Password(String),
    /// They, and apps for them, may do nothing for now.
    Suspend,
    /// What they and apps for them could do before they were suspended, they can again.
    Resume,
    /// They, and apps for them, may do nothing any more.
    Disable,
    /// They may sign in again. Apps have to ask anew.
    Enable,
}

impl Desk<'_> {
    /// The people of the realm by username.
    ///
    /// # Errors
    ///
    /// When the store cannot tell.
    pub async fn people(self, page: &PageRequest) -> Result<Page<User>, Refused> {
        Ok(self.store.users(self.realm(), page).await?)
    }

    /// The organisations of a person by name, with their place there.
    ///
    /// # Errors
    ///
    /// When the store cannot tell.
    pub async fn places_of(
        self,
        person: &User,
    ) -> Result<Vec<(Organisation, Membership)>, Refused> {
        Ok(self.store.memberships(self.realm(), person.id).await?)
    }

    /// Adds a person.
    ///
    /// # Errors
    ///
    /// [`Refused::Name`], [`Refused::Password`], [`Refused::Taken`], or when the store
    /// fails.
    pub async fn add_person(self, by: &Actor, command: AddPerson) -> Result<User, Refused> {
        let username = naming::username(&command.username)?;
        let name = naming::name(&command.name)?;
        let own = self.own_words(&[&username, &name]);
        let hash = self.hashed(&command.password, &own)?;
        let user = User {
            realm: self.realm().to_owned(),
            id: self.new_id(),
            number: 0,
            username,
            name,
            email: None,
            email_verified: false,
            language: None,
            password_hash: Some(hash),
            created_at: self.now(),
            status: Status::Active,
            external: None,
            cut_off: None,
            sessions_cut_off: None,
            version: 1,
        };
        let subject = Subject::new(SubjectKind::Person, user.id);
        let record = self.record(by, Act::PersonAdded, subject);
        let record = record.about(&user).made(&user);
        Ok(self.store.insert_user(&user, &record).await?)
    }

    /// Changes a person; answers them as they are now.
    ///
    /// # Errors
    ///
    /// [`Refused::NoSuch`], [`Refused::Name`], [`Refused::Taken`], [`Refused::Password`],
    /// [`Refused::Status`], [`Refused::Changed`], or when the store fails.
    pub async fn change_person(
        self,
        by: &Actor,
        command: ChangePerson,
    ) -> Result<Settled<User>, Refused> {
        let new_hash = match &command.change {
            PersonChange::Password(password) => {
                let person = self.person_as_seen(&command.username, command.version);
                let own = self.own_words_of(&person.await?);
                Some(self.hashed(password, &own)?)
            }
            PersonChange::Names { .. }
            | PersonChange::Email(_)
            | PersonChange::Suspend
            | PersonChange::Resume
            | PersonChange::Disable
            | PersonChange::Enable => None,
        };
        until_unchanged(command.version, || async {
            let before = self.person_as_seen(&command.username, command.version);
            let before = before.await?;
            let mut user = before.clone();
            let stands = |change| self.stands(&command.username, before.status, change);
            let (act, stands) = match &command.change {
                PersonChange::Suspend => (Act::PersonSuspended, stands(StatusChange::Suspend)?),
                PersonChange::Resume => (Act::PersonResumed, stands(StatusChange::Resume)?),
                PersonChange::Disable => (Act::PersonDisabled, stands(StatusChange::Disable)?),
                PersonChange::Enable => (Act::PersonEnabled, stands(StatusChange::Enable)?),
                PersonChange::Names { username, name } => {
                    let username = username.as_deref().map(naming::username).transpose()?;
                    let name = name.as_deref().map(naming::name).transpose()?;
                    user.username = username.unwrap_or(user.username);
                    user.name = name.unwrap_or(user.name);
                    (Act::PersonRenamed, (user.status, None))
                }
                PersonChange::Email(email) => {
                    user.email = email.as_deref().map(naming::email).transpose()?;
                    user.email_verified &= user.email == before.email;
                    (Act::PersonEmailSet, (user.status, None))
                }
                PersonChange::Password(_) => {
                    user.password_hash.clone_from(&new_hash);
                    let here = Some(Position::HERE);
                    (Act::PersonPasswordSet, (user.status, here))
                }
            };
            let (status, cut_off) = stands;
            user.status = status;
            user.cut_off = cut_off.or(user.cut_off);
            if user == before {
                return Ok(Settled::unchanged(user));
            }
            let subject = Subject::new(SubjectKind::Person, user.id);
            let record = self.record(by, act, subject);
            let record = record.about(&user).changed(&before, &user);
            self.store.update_user(&user, &record).await?;
            Ok(Settled::changed(self.person(&user.username).await?))
        })
        .await
    }

    /// A person who must be there, as they were seen.
    ///
    /// # Errors
    ///
    /// [`Refused::NoSuch`], [`Refused::Changed`], or when the store cannot tell.
    pub async fn person_as_seen(
        self,
        username: &str,
        version: Option<i64>,
    ) -> Result<User, Refused> {
        let person = self.person(username).await?;
        as_seen("user", &person.username, version, person.version)?;
        Ok(person)
    }

    /// Whom a deletion means, and what would end with them.
    ///
    /// # Errors
    ///
    /// As [`Desk::delete_person`].
    pub async fn ends_with_person(self, command: &DeletePerson) -> Result<(User, Ending), Refused> {
        let gone = self.person_as_seen(&command.username, command.version);
        let gone = gone.await?;
        let ending = self.store.ends_with_user(self.realm(), gone.id).await?;
        Ok((gone, ending))
    }

    /// Deletes a person, with all that is personal but for the audit record, and what apps hold
    /// for them; answers them as they were. Another may have their username then.
    ///
    /// # Errors
    ///
    /// [`Refused::NoSuch`], [`Refused::Changed`], or when the store fails.
    pub async fn delete_person(self, by: &Actor, command: DeletePerson) -> Result<User, Refused> {
        until_unchanged(command.version, || async {
            let gone = self.person_as_seen(&command.username, command.version);
            let gone = gone.await?;
            let subject = Subject::new(SubjectKind::Person, gone.id);
            let record = self.record(by, Act::PersonDeleted, subject);
            let record = record.about(&gone).removed(&gone);
            self.store.delete_user(&gone, self.now(), &record).await?;
            Ok(gone)
        })
        .await
    }

    fn hashed(&self, password: &str, own: &OwnWords) -> Result<String, Refused> {
        let password = self.new_password(password, own)?;
        password::hash(&password, self.random_bytes())
            .map_err(|error| Refused::Unhashed(error.to_string()))
    }
}
