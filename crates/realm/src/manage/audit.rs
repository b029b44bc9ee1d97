//! The audit record: read, and erased from.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use oauth::audit::{Act, Actor, AuditKey, AuditQuery, AuditRow, Fields, Subject, SubjectKind};
use oauth::model::Uuid;
use storage::{Store, Wiped};

use super::{Desk, Refused};
use crate::fault::Fault;

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

/// What is personal in one part of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Personal {
    /// Nothing.
    Nothing,
    /// What was sealed.
    Told(Fields),
    /// The key is gone.
    Erased,
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
        let mut keys = HashMap::new();
        let mut entries = Vec::new();
        for row in self.store.audit_rows(query).await? {
            let (acting, person) = (row.acting_person(), row.person);
            for id in [acting, person].into_iter().flatten() {
                if let Entry::Vacant(unknown) = keys.entry((row.realm.clone(), id)) {
                    unknown.insert(self.store.audit_key(&row.realm, id).await?);
                }
            }
            let key = |id: Option<Uuid>| *keys.get(&(row.realm.clone(), id?))?;
            let actor = opened(row.sealed_actor.is_some(), key(acting), |key| {
                row.open_actor(key)
            });
            let person = opened(row.sealed_person.is_some(), key(person), |key| {
                row.open_person(key)
            });
            entries.push(AuditEntry { row, actor, person });
        }
        Ok(entries)
    }
}

fn opened(
    is_sealed: bool,
    key: Option<AuditKey>,
    open: impl FnOnce(&AuditKey) -> Option<Fields>,
) -> Personal {
    if !is_sealed {
        return Personal::Nothing;
    }
    let told = key.as_ref().and_then(open);
    told.map_or(Personal::Erased, Personal::Told)
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

impl Desk<'_> {
    /// Destroys the key of a person: what is personal of them in the audit record up to now is
    /// told to nobody any more, and the chain holds as before. Then wipes what destroyed keys
    /// left in the database's files; if that could not be done, this can be called again.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub async fn erase_person(self, by: &Actor, person: Uuid) -> Result<Erased, Refused> {
        let subject = Subject::new(SubjectKind::Person, person);
        let record = self.record(by, Act::PersonErased, subject).about_id(person);
        let was_there = self
            .store
            .destroy_audit_key(self.realm(), person, &record)
            .await?;
        let traces = match self.store.wipe_audit_keys().await {
            Ok(Wiped::Everywhere) => Traces::Nowhere,
            Ok(Wiped::InTables) => Traces::InLog,
            Err(error) => Traces::Anywhere(error.to_string()),
        };
        Ok(Erased { was_there, traces })
    }
}
