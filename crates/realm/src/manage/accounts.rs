//! What changes of people's accounts by their own hand, and the links and second factors that
//! administrators give and take.

use oauth::audit::{Act, Actor, AuditRecord, Subject, SubjectKind};
use oauth::model::{Position, SecondFactor, Status, Ticket, TicketPurpose, TokenHash, User, Uuid};
use oauth::second_factor::recovery;
use oauth::token::MasterKeys;
use oauth::{Secret, SecretKind, naming};

use super::desk::until_unchanged;
use super::{Desk, Refused, SetMembership};
use crate::accounts::links::{Link, MOST, Opened, life};
use crate::accounts::second_factor::Place;
use crate::password;

/// So many second factors are read at once, to be stored anew.
const AT_ONCE: usize = 500;

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
    /// The person chooses another password, having given the old one. They are signed out
    /// everywhere, and apps go on; whoever keeps them signed in here begins a session behind that.
    ///
    /// # Errors
    ///
    /// [`Refused::Password`], [`Refused::NoSuch`], or when the store fails.
    pub async fn choose_password(
        self,
        by: &Actor,
        person: &User,
        password: &str,
    ) -> Result<(), Refused> {
        let hash = self.hashed_aside(password).await?;
        until_unchanged(None, || async {
            let before = self.person_with(person.id).await?;
            // Whoever changed it meanwhile knows it, and this one does not any more.
            if before.password_hash != person.password_hash {
                return Err(self.no_such("user", &person.username));
            }
            let user = User {
                password_hash: Some(hash.clone()),
                sessions_cut_off: Some(Position::HERE),
                ..before.clone()
            };
            let record = self.changed_account(by, Act::PersonPasswordChanged, &before, &user);
            Ok(self.store.update_user(&user, &record).await?)
        })
        .await
    }

    /// The person chooses a password by a link, and with an invitation what they are called.
    /// Answers whether the link was still good. They are signed out everywhere, and apps go on.
    ///
    /// # Errors
    ///
    /// [`Refused::Password`], [`Refused::Name`], or when the store fails.
    pub async fn choose_by_link(
        self,
        by: &Actor,
        opened: &Opened,
        password: &str,
        name: &str,
    ) -> Result<bool, Refused> {
        let name = match opened.is_invitation {
            true => Some(naming::name(name)?),
            false => None,
        };
        let hash = self.hashed_aside(password).await?;
        let act = match opened.is_invitation {
            true => Act::InvitationAccepted,
            false => Act::PersonPasswordReset,
        };
        until_unchanged(None, || async {
            let before = self.person_with(opened.user.id).await?;
            let user = User {
                password_hash: Some(hash.clone()),
                name: name.clone().unwrap_or_else(|| before.name.clone()),
                sessions_cut_off: Some(Position::HERE),
                ..before.clone()
            };
            let record = self.changed_account(by, act, &before, &user);
            let (ticket, now) = (&opened.ticket.hash, self.now());
            let store = self.store;
            let set = store.update_user_by_ticket(&user, ticket, now, &record);
            Ok(set.await?)
        })
        .await
    }

    /// Makes a link by which a person can choose a new password.
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

    /// Adds a person without a password, with a link by which they choose one.
    ///
    /// # Errors
    ///
    /// [`Refused::Name`], [`Refused::Taken`], and as [`Desk::set_membership`]; where a place cannot be given, the
    /// person is there without it.
    pub async fn invite(
        self,
        by: &Actor,
        issuer: &str,
        command: Invite,
    ) -> Result<Linked, Refused> {
        // Before anybody is added: is there such a place, with these roles?
        if let Some((slug, roles)) = &command.place {
            let organisation = self.organisation(slug).await?;
            self.roles_called(&organisation, roles).await?;
        }
        let username = naming::username(&command.username)?;
        let email = naming::email(&command.email)?;
        let person = User {
            realm: self.realm().to_owned(),
            id: self.new_id(),
            number: 0,
            name: username.clone(),
            username,
            email: Some(email),
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
        let person = self.store.insert_user(&person, &record).await?;
        if let Some((organisation, roles)) = command.place {
            let place = SetMembership {
                organisation,
                username: person.username.clone(),
                roles,
                version: None,
            };
            self.set_membership(by, place).await?;
        }
        self.give_link(by, issuer, person, TicketPurpose::Invitation)
            .await
    }

    async fn give_link(
        self,
        by: &Actor,
        issuer: &str,
        person: User,
        purpose: TicketPurpose,
    ) -> Result<Linked, Refused> {
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
        let record = self.record_of_person(by, act, person.id).about(&person);
        self.store.give_ticket(&ticket, MOST, &record).await?;
        let link = Link::of(issuer, &secret, ticket.expires_at);
        Ok(Linked { person, link })
    }

    /// From now on the person's second factor counts; answers whether it does by this.
    pub(crate) async fn confirm_second_factor(
        self,
        by: &Actor,
        factor: &SecondFactor,
        step: i64,
        codes: &[Secret],
    ) -> Result<bool, Refused> {
        let record = self.record_of_person(by, Act::SecondFactorOn, factor.user);
        let (codes, now) = (hashes(codes), self.now());
        let store = self.store;
        let confirmed = store.confirm_second_factor(factor, step, &codes, now, &record);
        Ok(confirmed.await?)
    }

    /// A recovery code is used up; answers whether the person had it.
    pub(crate) async fn use_recovery_code(
        self,
        by: &Actor,
        person: Uuid,
        code: &TokenHash,
    ) -> Result<bool, Refused> {
        let record = self.record_of_person(by, Act::RecoveryCodeUsed, person);
        let used = self
            .store
            .use_recovery_code(self.realm(), person, code, &record);
        Ok(used.await?)
    }

    /// Other recovery codes; answers whether there is a second factor that they belong to.
    pub(crate) async fn replace_recovery_codes(
        self,
        by: &Actor,
        person: Uuid,
        codes: &[Secret],
    ) -> Result<bool, Refused> {
        let record = self.record_of_person(by, Act::RecoveryCodesReplaced, person);
        let codes = hashes(codes);
        let store = self.store;
        let replaced = store.replace_recovery_codes(self.realm(), person, &codes, &record);
        Ok(replaced.await?)
    }

    /// Takes a person's second factor away; answers whether they had one.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub async fn second_factor_off(self, by: &Actor, person: &User) -> Result<bool, Refused> {
        let record = self.record_of_person(by, Act::SecondFactorOff, person.id);
        let record = record.about(person);
        let store = self.store;
        let removed = store.remove_second_factor(self.realm(), person.id, &record);
        Ok(removed.await?)
    }

    /// Does a person sign in with a second factor?
    ///
    /// # Errors
    ///
    /// When the store cannot tell.
    pub async fn has_second_factor(self, person: &User) -> Result<bool, Refused> {
        let found = self.store.second_factor(self.realm(), person.id).await?;
        Ok(found.is_some_and(|factor| factor.confirmed_at.is_some()))
    }

    /// The second factors of the realm that are not stored as the first master key wraps them,
    /// each as it is stored and as it would be.
    pub(super) async fn second_factors_not_wrapped(
        self,
        keys: &MasterKeys,
    ) -> Result<Vec<(SecondFactor, Vec<u8>)>, Refused> {
        let mut found = Vec::new();
        let mut after = None;
        loop {
            let some = self
                .store
                .second_factors(self.realm(), after, AT_ONCE)
                .await?;
            let Some(last) = some.last() else {
                return Ok(found);
            };
            after = Some(last.user);
            for factor in some {
                let place = Place::of(&factor.realm, factor.user);
                let opened = keys.open_secret_first(place.parts(), &factor.secret);
                let opened = opened.map_err(|error| {
                    let realm = self.realm().to_owned();
                    Refused::Keys(crate::keys::KeysError::Unusable(realm, error))
                })?;
                if !keys.is_secret_wrapped(&factor.secret) {
                    let wrapped = keys.wrap_secret(place.parts(), &opened, self.random_bytes());
                    found.push((factor, wrapped));
                }
            }
        }
    }

    /// Stores them so; answers how many were changed.
    pub(super) async fn wrap_second_factors(
        self,
        by: &Actor,
        keys: &MasterKeys,
    ) -> Result<usize, Refused> {
        let mut changed = 0;
        for (factor, wrapped) in self.second_factors_not_wrapped(keys).await? {
            let record = self.record_of_person(by, Act::SecondFactorWrapped, factor.user);
            let store = self.store;
            let rewrapped = store.rewrap_second_factor(&factor, &wrapped, &record);
            changed += usize::from(rewrapped.await?);
        }
        Ok(changed)
    }

    async fn person_with(self, id: Uuid) -> Result<User, Refused> {
        let found = self.store.user(self.realm(), id).await?;
        found.ok_or_else(|| self.no_such("user", id))
    }

    async fn hashed_aside(self, password: &str) -> Result<String, Refused> {
        let password = oauth::password::new(password)?;
        let hashed = password::hash_aside(password, self.random_bytes()).await;
        hashed.map_err(Refused::Unhashed)
    }

    fn changed_account(self, by: &Actor, act: Act, before: &User, after: &User) -> AuditRecord {
        let record = self.record_of_person(by, act, before.id);
        record.about(before).changed(before, after)
    }

    fn record_of_person(self, by: &Actor, act: Act, person: Uuid) -> AuditRecord {
        let subject = Subject::new(SubjectKind::Person, person);
        self.record(by, act, subject).about_id(person)
    }
}

fn hashes(codes: &[Secret]) -> Vec<TokenHash> {
    let codes = codes.iter();
    codes
        .filter_map(|code| recovery::hash(code.expose()))
        .collect()
}
