//! The audit record: read, linked, held to its chain, and erased from.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use oauth::audit::{
    Act, Actor, Anchor, AuditKey, AuditLink, AuditQuery, AuditRow, Break, Fields, Subject,
    SubjectKind, Walk,
};
use oauth::model::Uuid;
use storage::{Store, StoreError};

use super::{Desk, Refused};
use crate::fault::Fault;

/// How many rows are read at once.
const AT_ONCE: usize = 500;

/// The audit record of every realm of a store.
#[derive(Clone, Copy)]
pub struct AuditTrail<'a> {
    store: &'a dyn Store,
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

/// What came of holding the record to its chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verification {
    /// Why it does not hold; `None` if it does.
    pub broken: Option<String>,
    /// The last link that was reached.
    pub links: i64,
    /// Rows behind the last link, which wait for theirs.
    pub waiting: usize,
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

    /// Links the rows that have no link yet, in the order of their positions. Several nodes may
    /// do so at once: each row is linked by one of them.
    ///
    /// # Errors
    ///
    /// When the store cannot do it.
    pub async fn link(self) -> Result<(), Fault> {
        loop {
            let last = self.store.last_audit_link().await?;
            let after = last.as_ref().map_or(0, |last| last.position);
            let rows = self.store.audit_rows(&behind(after)).await?;
            if rows.is_empty() {
                return Ok(());
            }
            let links = AuditLink::chain(last.as_ref(), &rows);
            self.store.append_audit_links(&links).await?;
        }
    }

    /// The last link once everything is linked: its anchor is to be kept elsewhere.
    ///
    /// # Errors
    ///
    /// When the store cannot do it.
    pub async fn head(self) -> Result<Option<AuditLink>, Fault> {
        self.link().await?;
        Ok(self.store.last_audit_link().await?)
    }

    /// Is every row as it was linked, none gone and none added, and does the chain pass the
    /// anchor?
    ///
    /// # Errors
    ///
    /// When the store cannot tell.
    pub async fn verify(self, anchor: Option<Anchor>) -> Result<Verification, Fault> {
        let mut walk = Walk::past(anchor);
        let walked = self.walk(&mut walk).await;
        let (links, position) = walk.reached();
        let broken = match walked {
            Ok(()) => walk.end().err().map(|broken| broken.to_string()),
            Err(Walked::Broken(broken)) => Some(broken.to_string()),
            Err(Walked::Stopped(unreadable @ StoreError::InconsistentRow { .. })) => {
                Some(unreadable.to_string())
            }
            Err(Walked::Stopped(error)) => return Err(error.into()),
        };
        let waiting = match broken {
            None => self.waiting(position).await?,
            Some(_) => 0,
        };
        Ok(Verification {
            broken,
            links,
            waiting,
        })
    }

    async fn walk(self, walk: &mut Walk) -> Result<(), Walked> {
        loop {
            let (number, position) = walk.reached();
            let links = self.store.audit_links(number, AT_ONCE).await?;
            if links.is_empty() {
                return Ok(());
            }
            let mut rows = self.store.audit_rows(&behind(position)).await?.into_iter();
            for link in links {
                let row = rows.next();
                if let Some(added) = row.as_ref().filter(|row| row.position < link.position) {
                    let position = added.position;
                    return Err(Walked::Broken(Break::RowAdded { position }));
                }
                let row = row.filter(|row| row.position == link.position);
                walk.step(link, row.as_ref()).map_err(Walked::Broken)?;
            }
        }
    }

    async fn waiting(self, mut after: i64) -> Result<usize, Fault> {
        let mut waiting = 0;
        loop {
            let rows = self.store.audit_rows(&behind(after)).await?;
            let Some(last) = rows.last() else {
                return Ok(waiting);
            };
            waiting += rows.len();
            after = last.position;
        }
    }
}

/// Why a walk came to no end.
enum Walked {
    Broken(Break),
    Stopped(StoreError),
}

impl From<StoreError> for Walked {
    fn from(error: StoreError) -> Self {
        Self::Stopped(error)
    }
}

fn behind(after: i64) -> AuditQuery {
    AuditQuery {
        realm: None,
        after,
        limit: AT_ONCE,
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

impl Desk<'_> {
    /// Destroys the key of a person: what is personal of them in the audit record up to now can
    /// be read by nobody any more, and the chain holds as before. Answers whether there was
    /// anything.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub async fn erase_person(self, by: &Actor, person: Uuid) -> Result<bool, Refused> {
        let subject = Subject::new(SubjectKind::Person, person);
        let record = self.record(by, Act::PersonErased, subject).about_id(person);
        let destroyed = self
            .store
            .destroy_audit_key(self.realm(), person, &record)
            .await?;
        Ok(destroyed)
    }
}
