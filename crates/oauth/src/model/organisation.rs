use scope::OrganisationKey;
use serde::{Deserialize, Serialize};

use super::{ExternalId, Position, Timestamp, Uuid};

/// The company whose data is meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organisation {
    /// The realm.
    pub realm: String,
    /// Time-ordered (UUID version 7).
    pub id: Uuid,
    /// A short name for URLs, unique in the realm.
    pub slug: String,
    /// A number, unique in the realm, for APIs that count their tenants.
    pub number: i64,
    /// Its name as people write it.
    pub name: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// What the system it comes from calls it, if it comes from one.
    pub external: Option<ExternalId>,
    /// Grows with each change, from 1.
    pub version: i64,
}

impl Organisation {
    /// Does this key of it have this value?
    #[must_use]
    pub fn is_named(&self, key: OrganisationKey, value: &str) -> bool {
        match key {
            OrganisationKey::Id => Uuid::try_parse(value).is_ok_and(|id| id == self.id),
            OrganisationKey::Slug => self.slug == value,
            OrganisationKey::Number => value.parse() == Ok(self.number),
        }
    }
}

/// A set of rights in one organisation; the rights are names of the catalog's scopes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Role {
    /// The realm.
    pub realm: String,
    /// The organisation that has this role.
    pub organisation: Uuid,
    /// Its name, unique in the organisation.
    pub name: String,
    /// Scope names, or names with one `*`.
    pub rights: Vec<String>,
    /// Grows with each change, from 1; 0 before it is stored.
    pub version: i64,
}

/// What a person may do in an organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rights {
    /// All rights of all their roles there: scope names, or names with one `*`.
    pub names: Vec<String>,
    /// What was issued to them for the organisation up to here counts no more.
    pub cut_off: Option<Position>,
}

/// A person's place in an organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Membership {
    /// The realm.
    pub realm: String,
    /// The organisation.
    pub organisation: Uuid,
    /// The person.
    pub user: Uuid,
    /// Names of the organisation's roles.
    pub roles: Vec<String>,
    /// What was issued to the person for this organisation up to here counts no more.
    pub cut_off: Option<Position>,
    /// Grows with each change, from 1; 0 before it is stored.
    pub version: i64,
}
