use std::collections::BTreeSet;
use std::time::Duration;

use oauth::audit::{Act, Actor, AuditRecord, Subject};
use oauth::model::{Client, Organisation, Position, Status, Timestamp, User, Uuid};
use oauth::password::{self, OwnWords, PasswordError};
use oauth::status::{self, StatusChange};
use scope::Catalog;
use storage::Store;

use super::Refused;
use crate::clock::Clock;
use crate::random::Random;

/// How often an act is worked out anew because somebody else changed its record meanwhile. Each
/// time somebody else was done, so as many can act on one record at once.
const TRIES: usize = 64;

/// Where one realm is administered: its records, what they mean, and what making new ones takes.
/// A server has it, and so has a command that opens the store beside it.
#[derive(Clone, Copy)]
pub struct Desk<'a> {
    pub(super) store: &'a dyn Store,
    pub(super) catalog: &'a Catalog,
    pub(super) clock: &'a dyn Clock,
    pub(super) random: &'a dyn Random,
    pub(super) rights: RightsBrought,
    are_passwords_shown: bool,
}

/// What people who sign in elsewhere may bring along of their rights.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RightsBrought {
    /// Names of roles, which are kept.
    Roles,
    /// The rights themselves, which count for so long.
    Rights(Duration),
    /// Nothing that counts: their system is asked.
    Nothing,
}

impl<'a> Desk<'a> {
    /// The desk of the catalog's realm.
    #[must_use]
    pub fn new(
        store: &'a dyn Store,
        catalog: &'a Catalog,
        clock: &'a dyn Clock,
        random: &'a dyn Random,
    ) -> Self {
        Self {
            store,
            catalog,
            clock,
            random,
            rights: RightsBrought::Roles,
            are_passwords_shown: false,
        }
    }

    /// The same where people bring along something else of their rights than roles.
    #[must_use]
    pub fn taking(self, rights: RightsBrought) -> Self {
        Self { rights, ..self }
    }

    /// The same where passwords are on show, as in the demo: they may be guessed.
    #[must_use]
    pub fn showing_passwords(self) -> Self {
        Self {
            are_passwords_shown: true,
            ..self
        }
    }

    /// What a password here must not be made of: words of a person, by what they are called and
    /// written to, and of the realm.
    #[must_use]
    pub fn own_words(&self, person: &[&str]) -> OwnWords {
        let titles = self.catalog.title().iter().map(|(_, title)| title);
        let realm = titles.chain([self.realm()]);
        OwnWords::of(person.iter().copied().chain(realm))
    }

    /// The same of a person who is here.
    #[must_use]
    pub fn own_words_of(&self, person: &User) -> OwnWords {
        let User { username, name, .. } = person;
        self.own_words(&[username, name, person.email.as_deref().unwrap_or_default()])
    }

    /// The one spelling of a new password.
    pub(super) fn new_password(
        &self,
        password: &str,
        own: &OwnWords,
    ) -> Result<String, PasswordError> {
        match self.are_passwords_shown {
            true => password::typed(password),
            false => password::new(password, own),
        }
    }

    /// What the realm's records mean.
    #[must_use]
    pub fn catalog(&self) -> &'a Catalog {
        self.catalog
    }

    /// The realm's name.
    #[must_use]
    pub fn realm(&self) -> &'a str {
        self.catalog.id()
    }

    /// The time of day.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// A client that must be there.
    ///
    /// # Errors
    ///
    /// [`Refused::NoSuch`], or when the store cannot tell; so for the others.
    pub async fn client(self, id: &str) -> Result<Client, Refused> {
        let client = self.store.client(self.realm(), id).await?;
        client.ok_or_else(|| self.no_such("client", id))
    }

    /// A person who must be there, by the name they sign in with.
    ///
    /// # Errors
    ///
    /// As [`Desk::client`].
    pub async fn person(self, username: &str) -> Result<User, Refused> {
        let user = self.store.user_by_username(self.realm(), username).await?;
        user.ok_or_else(|| self.no_such("user", username))
    }

    /// An organisation that must be there, by its short name.
    ///
    /// # Errors
    ///
    /// As [`Desk::client`].
    pub async fn organisation(self, slug: &str) -> Result<Organisation, Refused> {
        let found = self.store.organisation_by_slug(self.realm(), slug).await?;
        found.ok_or_else(|| self.no_such("organisation", slug))
    }

    /// An organisation by its id, if it is there.
    ///
    /// # Errors
    ///
    /// When the store cannot tell.
    pub async fn organisation_with(self, id: Uuid) -> Result<Option<Organisation>, Refused> {
        Ok(self.store.organisation(self.realm(), id).await?)
    }

    /// The record of an act, before it says what it changes.
    pub(super) fn record(&self, by: &Actor, act: Act, subject: Subject) -> AuditRecord {
        let random = self.random_bytes();
        AuditRecord::new(self.realm(), by, act, subject, self.now(), &random)
    }

    /// The record with what tells a reader more than ids: the organisation's short name, and the
    /// person it is about, if they are there.
    pub(super) async fn naming(
        &self,
        mut record: AuditRecord,
        organisation: Option<Uuid>,
        person: Option<Uuid>,
    ) -> Result<AuditRecord, Refused> {
        if let Some(id) = organisation
            && let Some(found) = self.store.organisation(self.realm(), id).await?
        {
            record = record.named("organisation", &found.slug);
        }
        if let Some(id) = person {
            record = match self.store.user(self.realm(), id).await? {
                Some(found) => record.about(&found),
                None => record.about_id(id),
            };
        }
        Ok(record)
    }

    /// What comes of stopping somebody, or of letting them act again.
    pub(super) fn stands(
        &self,
        who: &str,
        status: Status,
        change: StatusChange,
    ) -> Result<(Status, Option<Position>), Refused> {
        let decided = status::decide(status, change, self.now());
        decided.map_err(|problem| Refused::Status {
            who: who.to_owned(),
            problem,
        })
    }

    pub(super) fn no_such(&self, what: &'static str, key: impl ToString) -> Refused {
        Refused::NoSuch {
            realm: self.realm().to_owned(),
            what,
            key: key.to_string(),
        }
    }

    pub(super) fn random_bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.random.fill(&mut bytes);
        bytes
    }

    pub(super) fn new_id(&self) -> Uuid {
        oauth::id::uuid_v7(self.now(), self.random_bytes())
    }
}

/// What an act settled: the record as it is now, or what it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled<T> {
    /// The record.
    pub record: T,
    /// Was it another before? If not, nothing was written, and there is no audit record.
    pub is_changed: bool,
}

impl<T> Settled<T> {
    pub(super) fn changed(record: T) -> Self {
        Self {
            record,
            is_changed: true,
        }
    }

    pub(super) fn unchanged(record: T) -> Self {
        Self {
            record,
            is_changed: false,
        }
    }
}

/// Are these the same names, in whatever order?
pub(super) fn same_names(these: &[String], those: &[String]) -> bool {
    let names = |all: &[String]| all.iter().cloned().collect::<BTreeSet<_>>();
    names(these) == names(those)
}

/// Has the record still the version that whoever gives the command has seen?
pub(super) fn as_seen(
    what: &'static str,
    key: &str,
    seen: Option<i64>,
    found: i64,
) -> Result<(), Refused> {
    if seen.is_none_or(|seen| seen == found) {
        return Ok(());
    }
    Err(Refused::Changed {
        what,
        key: key.to_owned(),
    })
}

/// Works an act out, and works it out anew when somebody changed what it had read; but not for
/// somebody who has `seen` a version, and decided by that.
pub(super) async fn until_unchanged<T, F>(
    seen: Option<i64>,
    act: impl Fn() -> F,
) -> Result<T, Refused>
where
    F: Future<Output = Result<T, Refused>>,
{
    let tries = if seen.is_some() { 1 } else { TRIES };
    for _ in 1..tries {
        match act().await {
            Err(Refused::Changed { .. }) => {}
            done => return done,
        }
    }
    act().await
}
