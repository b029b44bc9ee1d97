use aws_lc_rs::digest::{Context, SHA256};

use super::fields::Fields;
use super::seal::{AuditKey, Part};
use crate::model::{Timestamp, Uuid};

/// An audit record as it is kept. Words are kept as text: one that a later version knows is
/// shown and verified all the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRow {
    /// The place of its act in the sequence of changes.
    pub position: i64,
    /// Time-ordered (UUID version 7).
    pub id: Uuid,
    /// The realm.
    pub realm: String,
    /// When.
    pub at: Timestamp,
    /// `operator`, `person`, `client` or `system`.
    pub actor_kind: String,
    /// Account, UUID or `client_id`.
    pub actor_id: Option<String>,
    /// What was done.
    pub act: String,
    /// Kind of record.
    pub subject_kind: String,
    /// Which one.
    pub subject_id: String,
    /// What else it is known by, such as the app of a grant; a JSON object.
    pub subject_names: String,
    /// The person it is about.
    pub person: Option<Uuid>,
    /// The fields that changed, as they were; a JSON object.
    pub before: String,
    /// The fields that changed, as they are; a JSON object.
    pub after: String,
    /// The address of a client that acted for no person.
    pub address: Option<String>,
    /// The name of the request.
    pub request_id: Option<String>,
    /// Keeps the digest from telling what it is of.
    pub salt: [u8; 32],
    /// What is personal about who acted, under their key.
    pub sealed_actor: Option<Vec<u8>>,
    /// What is personal about whom it is about, under their key.
    pub sealed_person: Option<Vec<u8>>,
}

/// Which rows are wanted, and in which order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AuditQuery {
    /// Only this realm's.
    pub realm: Option<String>,
    /// Only what this person did, or was done to them.
    pub person: Option<Uuid>,
    /// Only this act.
    pub act: Option<String>,
    /// Only what is about this kind of record.
    pub subject_kind: Option<String>,
    /// Only what is about the record with this id.
    pub subject_id: Option<String>,
    /// Only what comes behind this position; `None` leaves nothing out, wherever it stands.
    pub after: Option<i64>,
    /// Only what comes before this position.
    pub before: Option<i64>,
    /// The latest first, not the oldest.
    pub newest_first: bool,
    /// How many at most.
    pub limit: usize,
}

impl AuditQuery {
    /// The first rows of all realms.
    #[must_use]
    pub fn first(limit: usize) -> Self {
        Self {
            limit,
            ..Self::default()
        }
    }

    /// The first rows of all realms behind a position.
    #[must_use]
    pub fn behind(position: i64, limit: usize) -> Self {
        Self {
            after: Some(position),
            ..Self::first(limit)
        }
    }
}

impl AuditRow {
    /// The person who acted, if a person did.
    #[must_use]
    pub fn acting_person(&self) -> Option<Uuid> {
        let id = self.actor_id.as_deref()?;
        (self.actor_kind == "person").then(|| Uuid::try_parse(id).ok())?
    }

    /// What is personal about who acted, under their key; `None` if it cannot be read.
    #[must_use]
    pub fn open_actor(&self, key: &AuditKey) -> Option<Fields> {
        key.open(self.id, Part::Actor, self.sealed_actor.as_deref()?)
    }

    /// What is personal about whom it is about, under their key; `None` if it cannot be read.
    #[must_use]
    pub fn open_person(&self, key: &AuditKey) -> Option<Fields> {
        key.open(self.id, Part::Person, self.sealed_person.as_deref()?)
    }

    /// SHA-256 over every field, salted. Each has its length before it, and those that may be
    /// missing say whether they are, so that no two rows are written alike.
    #[must_use]
    pub(super) fn digest(&self) -> [u8; 32] {
        let Self {
            position,
            id,
            realm,
            at,
            actor_kind,
            actor_id,
            act,
            subject_kind,
            subject_id,
            subject_names,
            person,
            before,
            after,
            address,
            request_id,
            salt,
            sealed_actor,
            sealed_person,
        } = self;
        let mut digest = Digest::begin(b"scopegate audit row 1");
        digest.field(Some(salt));
        digest.field(Some(&position.to_be_bytes()));
        digest.field(Some(id.as_bytes()));
        digest.field(Some(realm.as_bytes()));
        digest.field(Some(&at.as_millisecond().to_be_bytes()));
        digest.field(Some(actor_kind.as_bytes()));
        digest.field(actor_id.as_deref().map(str::as_bytes));
        digest.field(Some(act.as_bytes()));
        digest.field(Some(subject_kind.as_bytes()));
        digest.field(Some(subject_id.as_bytes()));
        digest.field(Some(subject_names.as_bytes()));
        digest.field(person.as_ref().map(|person| person.as_bytes().as_slice()));
        digest.field(Some(before.as_bytes()));
        digest.field(Some(after.as_bytes()));
        digest.field(address.as_deref().map(str::as_bytes));
        digest.field(request_id.as_deref().map(str::as_bytes));
        digest.field(sealed_actor.as_deref());
        digest.field(sealed_person.as_deref());
        digest.end()
    }
}

/// SHA-256 over fields.
pub(super) struct Digest(Context);

impl Digest {
    /// Of something that nothing else is taken for.
    pub(super) fn begin(what: &[u8]) -> Self {
        let mut digest = Self(Context::new(&SHA256));
        digest.field(Some(what));
        digest
    }

    pub(super) fn field(&mut self, value: Option<&[u8]>) {
        match value {
            None => self.0.update(&[0]),
            Some(value) => {
                self.0.update(&[1]);
                self.0.update(&(value.len() as u64).to_be_bytes());
                self.0.update(value);
            }
        }
    }

    pub(super) fn end(self) -> [u8; 32] {
        let mut bytes = [0; 32];
        bytes.copy_from_slice(self.0.finish().as_ref());
        bytes
    }
}
