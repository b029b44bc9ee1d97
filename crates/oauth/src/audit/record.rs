use std::collections::BTreeMap;
use std::net::IpAddr;

use serde_json::{Value, json};

use super::act::{Act, Subject};
use super::actor::{Actor, Who};
use super::fields::{Audited, Fields, difference};
use super::row::AuditRow;
use super::seal::{AuditKey, Part};
use crate::id::uuid_v7;
use crate::model::{Timestamp, User, Uuid};

/// What is kept of one act. Whoever performs it stores this in the same transaction, or nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRecord {
    /// Time-ordered (UUID version 7).
    pub id: Uuid,
    /// The realm.
    pub realm: String,
    /// When.
    pub at: Timestamp,
    /// Who, and from where.
    pub actor: Actor,
    /// What was done.
    pub act: Act,
    /// To which record.
    pub subject: Subject,
    /// What else that record is known by. Ids alone tell a reader little, and what stayed the
    /// same is left out below.
    pub names: Fields,
    /// The person it is about, whose key seals what is personal.
    pub person: Option<Uuid>,
    /// What they sign in with.
    pub username: Option<String>,
    /// The fields that changed, as they were.
    pub before: Audited,
    /// The fields that changed, as they are.
    pub after: Audited,
    random: Random,
}

/// What storing it takes of randomness.
#[derive(Clone, PartialEq, Eq)]
struct Random {
    salt: [u8; 32],
    actor_key: [u8; 32],
    actor_nonce: [u8; 12],
    person_key: [u8; 32],
    person_nonce: [u8; 12],
}

impl std::fmt::Debug for Random {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Random(…)")
    }
}

impl AuditRecord {
    /// How many random bytes a record takes.
    pub const RANDOM_BYTES: usize = 10 + 32 + 2 * (32 + 12);

    /// A record of an act that changed nothing yet.
    #[must_use]
    pub fn new(
        realm: &str,
        actor: &Actor,
        act: Act,
        subject: Subject,
        now: Timestamp,
        random: &[u8; Self::RANDOM_BYTES],
    ) -> Self {
        let mut rest = random.as_slice();
        Self {
            id: uuid_v7(now, take(&mut rest)),
            realm: realm.to_owned(),
            at: now,
            actor: actor.clone(),
            act,
            subject,
            names: Fields::new(),
            person: None,
            username: None,
            before: Audited::default(),
            after: Audited::default(),
            random: Random {
                salt: take(&mut rest),
                actor_key: take(&mut rest),
                actor_nonce: take(&mut rest),
                person_key: take(&mut rest),
                person_nonce: take(&mut rest),
            },
        }
    }

    /// It is about this person.
    #[must_use]
    pub fn about(mut self, person: &User) -> Self {
        self.person = Some(person.id);
        self.username = Some(person.username.clone());
        self
    }

    /// The record it is about is known by this, too. Nothing personal: it stays for good.
    #[must_use]
    pub fn named(mut self, name: &str, value: &str) -> Self {
        self.names.insert(name.to_owned(), json!(value));
        self
    }

    /// It is about the person with this id.
    #[must_use]
    pub fn about_id(mut self, person: Uuid) -> Self {
        self.person = Some(person);
        self
    }

    /// Something was made.
    #[must_use]
    pub fn made(mut self, after: impl Into<Audited>) -> Self {
        self.after = after.into();
        self
    }

    /// Something was removed.
    #[must_use]
    pub fn removed(mut self, before: impl Into<Audited>) -> Self {
        self.before = before.into();
        self
    }

    /// Something was changed; what stayed the same is left out.
    #[must_use]
    pub fn changed(mut self, before: impl Into<Audited>, after: impl Into<Audited>) -> Self {
        (self.before, self.after) = (before.into(), after.into());
        difference(&mut self.before.plain, &mut self.after.plain);
        difference(&mut self.before.personal, &mut self.after.personal);
        self
    }

    /// The people whose keys seal what is personal in it, in order, each with the key that
    /// becomes theirs if they have none yet.
    #[must_use]
    pub fn people(&self) -> BTreeMap<Uuid, AuditKey> {
        let mut people = BTreeMap::new();
        if let Some(person) = self.person
            && !self.of_person().is_empty()
        {
            people.insert(person, AuditKey(self.random.person_key));
        }
        if let Who::Person { id, .. } = self.actor.who {
            people.insert(id, AuditKey(self.random.actor_key));
        }
        people
    }

    /// The record as it is kept, with the keys of [`AuditRecord::people`]; its position is not
    /// known yet. Of somebody without a key nothing personal is kept.
    #[must_use]
    pub fn row(&self, keys: &BTreeMap<Uuid, AuditKey>) -> AuditRow {
        let seal = |person: Option<Uuid>, part: Part, nonce, fields: Fields| {
            let key = person.and_then(|person| keys.get(&person))?;
            (!fields.is_empty()).then(|| key.seal(self.id, part, nonce, &fields))
        };
        let (actor_kind, actor_id) = self.who();
        let acting = match self.actor.who {
            Who::Person { id, .. } => Some(id),
            _ => None,
        };
        let address = match (acting, self.person) {
            (None, None) => self.address(),
            _ => None,
        };
        AuditRow {
            position: 0,
            id: self.id,
            realm: self.realm.clone(),
            at: self.at,
            actor_kind: actor_kind.to_owned(),
            actor_id,
            act: self.act.to_string(),
            subject_kind: self.subject.kind.to_string(),
            subject_id: self.subject.id.clone(),
            subject_names: Value::Object(self.names.clone()).to_string(),
            person: self.person,
            before: Value::Object(self.before.plain.clone()).to_string(),
            after: Value::Object(self.after.plain.clone()).to_string(),
            address,
            request_id: self.actor.origin.request_id.clone(),
            salt: self.random.salt,
            sealed_actor: seal(
                acting,
                Part::Actor,
                self.random.actor_nonce,
                self.of_actor(),
            ),
            sealed_person: seal(
                self.person,
                Part::Person,
                self.random.person_nonce,
                self.of_person(),
            ),
        }
    }

    fn who(&self) -> (&'static str, Option<String>) {
        match &self.actor.who {
            Who::Operator { account } => ("operator", account.clone()),
            Who::Person { id, .. } => ("person", Some(id.to_string())),
            Who::Client { id } => ("client", Some(id.clone())),
            Who::System => ("system", None),
        }
    }

    /// What is personal about who acted.
    fn of_actor(&self) -> Fields {
        let mut fields = Fields::new();
        if let Who::Person { username, .. } = &self.actor.who {
            fields.insert("username".to_owned(), json!(username));
            if let Some(address) = self.address() {
                fields.insert("address".to_owned(), json!(address));
            }
        }
        fields
    }

    /// What is personal about whom it is about. Whoever acts for them may be at their address.
    fn of_person(&self) -> Fields {
        let mut fields = Fields::new();
        if let Some(username) = &self.username {
            fields.insert("username".to_owned(), json!(username));
        }
        for (name, part) in [("before", &self.before), ("after", &self.after)] {
            if !part.personal.is_empty() {
                fields.insert(name.to_owned(), Value::Object(part.personal.clone()));
            }
        }
        if !matches!(self.actor.who, Who::Person { .. })
            && let Some(address) = self.address()
        {
            fields.insert("address".to_owned(), json!(address));
        }
        fields
    }

    fn address(&self) -> Option<String> {
        let address = self.actor.origin.address.as_ref();
        address.map(IpAddr::to_string)
    }
}

/// The next bytes. There are as many as are taken.
fn take<const N: usize>(rest: &mut &[u8]) -> [u8; N] {
    match rest.split_first_chunk() {
        Some((taken, left)) => {
            *rest = left;
            *taken
        }
        None => [0; N],
    }
}
