//! What is personal in the audit record, read by the keys of the people.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use oauth::audit::{Act, AuditKey, AuditQuery, AuditRow, Fields};
use oauth::model::Uuid;
use storage::{Store, StoreError};

/// How many erasures are read at once.
const AT_ONCE: usize = 500;

/// What is personal in one part of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Personal {
    /// Nothing.
    Nothing,
    /// What was sealed.
    Told(Fields),
    /// The key was destroyed.
    Erased {
        /// The position of the record that says so.
        by: i64,
    },
    /// The key is gone or another, and no record says that somebody erased it.
    Unreadable,
}

/// A person of a realm.
type Who = (String, Uuid);

/// The keys that were asked for, and who was erased when.
pub(super) struct PersonalKeys<'a> {
    store: &'a dyn Store,
    keys: HashMap<Who, Option<AuditKey>>,
    erased: HashMap<Who, i64>,
}

impl<'a> PersonalKeys<'a> {
    pub(super) fn of(store: &'a dyn Store) -> Self {
        Self {
            store,
            keys: HashMap::new(),
            erased: HashMap::new(),
        }
    }

    /// About who acted, and about whom it is about.
    pub(super) async fn read(
        &mut self,
        row: &AuditRow,
    ) -> Result<(Personal, Personal), StoreError> {
        let (acting, person) = (row.acting_person(), row.person);
        let is_sealed = row.sealed_actor.is_some();
        let actor = self
            .part(row, is_sealed, acting, |key| row.open_actor(key))
            .await?;
        let is_sealed = row.sealed_person.is_some();
        let person = self
            .part(row, is_sealed, person, |key| row.open_person(key))
            .await?;
        Ok((actor, person))
    }

    async fn part(
        &mut self,
        row: &AuditRow,
        is_sealed: bool,
        person: Option<Uuid>,
        open: impl FnOnce(&AuditKey) -> Option<Fields>,
    ) -> Result<Personal, StoreError> {
        if !is_sealed {
            return Ok(Personal::Nothing);
        }
        let Some(person) = person else {
            return Ok(Personal::Unreadable);
        };
        let who = (row.realm.clone(), person);
        if let Some(told) = self.key(&who).await?.as_ref().and_then(open) {
            return Ok(Personal::Told(told));
        }
        // It may have been erased since they were read.
        if self.erased_behind(&who, row.position).is_none() {
            self.read_erased().await?;
        }
        let by = self.erased_behind(&who, row.position);
        Ok(by.map_or(Personal::Unreadable, |by| Personal::Erased { by }))
    }

    async fn key(&mut self, who: &Who) -> Result<Option<AuditKey>, StoreError> {
        Ok(match self.keys.entry(who.clone()) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(unknown) => {
                let key = self.store.audit_key(&who.0, who.1).await?;
                *unknown.insert(key)
            }
        })
    }

    fn erased_behind(&self, who: &Who, position: i64) -> Option<i64> {
        self.erased.get(who).copied().filter(|by| *by > position)
    }

    /// The last erasure of everybody.
    async fn read_erased(&mut self) -> Result<(), StoreError> {
        let mut wanted = AuditQuery {
            act: Some(Act::PersonErased.to_string()),
            ..AuditQuery::first(AT_ONCE)
        };
        loop {
            let rows = self.store.audit_rows(&wanted).await?;
            let Some(last) = rows.last() else {
                return Ok(());
            };
            wanted.after = Some(last.position);
            for row in rows {
                if let Some(person) = row.person {
                    self.erased.insert((row.realm, person), row.position);
                }
            }
        }
    }
}
