//! What changes of people's accounts by their own hand, and the second factors that administrators
//! take.

use oauth::audit::{Act, Actor, AuditRecord, Subject, SubjectKind};
use oauth::model::{CodeUse, Position, SecondFactor, TokenHash, User, Uuid};
use oauth::password::OwnWords;
use oauth::second_factor::recovery;
use oauth::token::MasterKeys;
use oauth::{Secret, naming};

use super::desk::until_unchanged;
use super::{Desk, Refused};
use crate::accounts::links::Opened;
use crate::accounts::second_factor::Place;
use crate::{password, throttle};

/// So many second factors are read at once, to be stored anew.
const AT_ONCE: usize = 500;

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
        let hash = self
            .hashed_aside(password, &self.own_words_of(person))
            .await?;
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
        let own = self.own_words_by_link(opened, name.as_deref());
        let hash = self.hashed_aside(password, &own).await?;
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

    /// Uses up a recovery code.
    pub(crate) async fn use_recovery_code(
        self,
        by: &Actor,
        person: Uuid,
        code: &TokenHash,
    ) -> Result<CodeUse, Refused> {
        let record = self.record_of_person(by, Act::RecoveryCodeUsed, person);
        let (store, now) = (self.store, self.now());
        let used = store.use_recovery_code(self.realm(), person, code, now, &record);
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

    /// Takes a person's second factor away; answers whether they had one. Wrong codes they gave count
    /// no more, so that they can set one up at once.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub async fn second_factor_off(self, by: &Actor, person: &User) -> Result<bool, Refused> {
        let record = self.record_of_person(by, Act::SecondFactorOff, person.id);
        let record = record.about(person);
        let store = self.store;
        let attempts = throttle::key_of_codes(person.id);
        let removed = store.remove_second_factor(self.realm(), person.id, &attempts, &record);
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

    /// What a password that is chosen by a link must not be made of, where they are called so.
    #[must_use]
    pub fn own_words_by_link(&self, opened: &Opened, name: Option<&str>) -> OwnWords {
        let person = &opened.user;
        self.own_words(&[
            name.unwrap_or(&person.name),
            &person.username,
            person.email.as_deref().unwrap_or_default(),
        ])
    }

    async fn hashed_aside(self, password: &str, own: &OwnWords) -> Result<String, Refused> {
        let password = self.new_password(password, own)?;
        let hashed = password::hash_aside(password, self.random_bytes()).await;
        hashed.map_err(Refused::Unhashed)
    }

    fn changed_account(self, by: &Actor, act: Act, before: &User, after: &User) -> AuditRecord {
        let record = self.record_of_person(by, act, before.id);
        record.about(before).changed(before, after)
    }

    pub(super) fn record_of_person(self, by: &Actor, act: Act, person: Uuid) -> AuditRecord {
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
