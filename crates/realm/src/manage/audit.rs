//! The audit record: read, and erased from.

use oauth::audit::{Act, Actor, AuditQuery, AuditRecord, AuditRow, Subject, SubjectKind};
use oauth::model::{Timestamp, Uuid};
use storage::{Store, Wiped};

use super::personal::{Personal, PersonalKeys};
use crate::fault::Fault;
use crate::random::Random;

/// The audit record of every realm of a store.
#[derive(Clone, Copy)]
pub struct AuditTrail<'a> {
    pub(super) store: &'a dyn Store,
}

/// A row, with what is personal in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// The row as it is kept.
    pub row: AuditRow,
    /// About who acted.
    pub actor: Personal,
    /// About whom it is about.
    pub person: Personal,
}

impl<'a> AuditTrail<'a> {
    /// The audit record of the store.
    #[must_use]
    pub fn new(store: &'a dyn Store) -> Self {
        Self { store }
    }

    /// Rows by position.
    ///
    /// # Errors
    ///
    /// When the store cannot tell; so for every function here.
    pub async fn entries(self, query: &AuditQuery) -> Result<Vec<AuditEntry>, Fault> {
        let mut keys = PersonalKeys::of(self.store);
        let mut entries = Vec::new();
        for row in self.store.audit_rows(query).await? {
            let (actor, person) = keys.read(&row).await?;
            entries.push(AuditEntry { row, actor, person });
        }
        Ok(entries)
    }

    /// Is anything recorded of the realm?
    ///
    /// # Errors
    ///
    /// When the store cannot tell.
    pub async fn knows(self, realm: &str) -> Result<bool, Fault> {
        let query = AuditQuery {
            realm: Some(realm.to_owned()),
            ..AuditQuery::first(1)
        };
        Ok(!self.store.audit_rows(&query).await?.is_empty())
    }

    /// A person of a realm, by id or by what they sign in with. The realm need not be configured
    /// any more.
    ///
    /// # Errors
    ///
    /// When the store cannot tell.
    pub async fn person(self, realm: &str, name: &str) -> Result<Option<Uuid>, Fault> {
        if let Ok(id) = Uuid::try_parse(name) {
            return Ok(Some(id));
        }
        let found = self.store.user_by_username(realm, name).await?;
        Ok(found.map(|person| person.id))
    }
}

/// What came of erasing a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erased {
    /// Was there anything that could be read?
    pub was_there: bool,
    /// What is left of keys that were destroyed, theirs and others.
    pub traces: Traces,
}

/// What is left of keys that were destroyed. Copies of the database from before hold them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Traces {
    /// No file of the database holds them.
    Nowhere,
    /// The database's write-ahead log holds them until it is recycled.
    InLog,
    /// Files of the database may hold them, for this reason.
    Anywhere(String),
}

impl AuditTrail<'_> {
    /// Destroys the key of a person: what is personal of them in the audit record up to now is
    /// told to nobody any more, and the chain holds as before. Then wipes what destroyed keys
    /// left in the database's files; if that could not be done, this can be called again. The
    /// realm need not be configured any more.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub async fn erase(
        self,
        by: &Actor,
        (realm, person): (&str, Uuid),
        now: Timestamp,
        random: &dyn Random,
    ) -> Result<Erased, Fault> {
        let mut bytes = [0; AuditRecord::RANDOM_BYTES];
        random.fill(&mut bytes);
        let subject = Subject::new(SubjectKind::Person, person);
        let record = AuditRecord::new(realm, by, Act::PersonErased, subject, now, &bytes);
        let record = record.about_id(person);
        let was_there = self.store.destroy_audit_key(realm, person, &record).await?;
        let traces = match self.store.wipe_audit_keys().await {
            Ok(Wiped::Everywhere) => Traces::Nowhere,
            Ok(Wiped::InTables) => Traces::InLog,
            Err(error) => Traces::Anywhere(error.to_string()),
        };
        Ok(Erased { was_there, traces })
    }
}
