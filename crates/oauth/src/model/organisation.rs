use std::time::Duration;

use scope::OrganisationKey;
use serde::{Deserialize, Serialize};

use super::{ExternalId, Position, Timestamp, Uuid, whole_milliseconds};

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
    /// Does this key of it have this value? Only in its one canonical text: what a gate takes
    /// for an organisation and the API does not, or takes for another, must not pass.
    #[must_use]
    pub fn is_named(&self, key: OrganisationKey, value: &str) -> bool {
        match key {
            OrganisationKey::Id => {
                value
                    == self
                        .id
                        .hyphenated()
                        .encode_lower(&mut Uuid::encode_buffer())
            }
            OrganisationKey::Slug => self.slug == value,
            OrganisationKey::Number => {
                value.parse() == Ok(self.number) && is_canonical_number(value)
            }
        }
    }
}

/// Without `+`, and without a zero in front.
fn is_canonical_number(value: &str) -> bool {
    let digits = value.strip_prefix('-').unwrap_or(value);
    value == "0" || !digits.starts_with(['+', '0'])
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
    /// What they were given there when they signed in elsewhere, if rights come that way.
    pub given: Option<GivenRights>,
    /// What was issued to them for the organisation up to here counts no more.
    pub cut_off: Option<Position>,
}

/// What a person was given to do in an organisation when they signed in with the system that knows
/// it. The next sign-in replaces it as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GivenRights {
    /// Scope names, or names with one `*`; at most [`GivenRights::MOST`].
    pub names: Vec<String>,
    /// When they were given.
    pub at: Timestamp,
    /// From when on they count no more, unless they are given anew.
    pub until: Timestamp,
}

impl GivenRights {
    /// So many names are given in one organisation at most.
    pub const MOST: usize = 1_000;

    /// Rights that are given at `at` and count for so long.
    #[must_use]
    pub fn new(names: Vec<String>, at: Timestamp, valid_for: Duration) -> Self {
        let at = whole_milliseconds(at);
        let until = at.saturating_add(valid_for).unwrap_or(Timestamp::MAX);
        Self {
            names,
            at,
            until: whole_milliseconds(until),
        }
    }

    /// Do they still count?
    #[must_use]
    pub fn count(&self, now: Timestamp) -> bool {
        now < self.until
    }
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
    /// What they were given there when they signed in elsewhere. It counts where rights come that
    /// way, and roles do where they do not.
    pub given: Option<GivenRights>,
    /// What was issued to the person for this organisation up to here counts no more.
    pub cut_off: Option<Position>,
    /// Grows with each change, from 1; 0 before it is stored.
    pub version: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbered(number: i64) -> Organisation {
        Organisation {
            realm: "r".to_owned(),
            id: Uuid::from_u128(0x0191_abcd_0000_7000_8000_0000_0000_00ef),
            slug: "muster".to_owned(),
            number,
            name: "Muster".to_owned(),
            created_at: Timestamp::UNIX_EPOCH,
            external: None,
            version: 1,
        }
    }

    #[test]
    fn a_number_names_an_organisation_in_one_way() {
        for number in [0, 7, 10, -3, i64::MAX] {
            let (one, text) = (numbered(number), number.to_string());
            assert!(one.is_named(OrganisationKey::Number, &text));
            for other in ["+", "0", "00", "-", " ", "-0"] {
                let other = format!("{other}{text}");
                assert!(!one.is_named(OrganisationKey::Number, &other), "{other}");
            }
            for other in [format!("{text}.0"), format!("{text} "), String::new()] {
                assert!(!one.is_named(OrganisationKey::Number, &other), "{other}");
            }
        }
    }

    #[test]
    fn an_id_names_an_organisation_in_one_way() {
        let one = numbered(1);
        let id = "0191abcd-0000-7000-8000-0000000000ef";
        assert!(one.is_named(OrganisationKey::Id, id));
        for other in [
            id.to_uppercase(),
            id.replace('-', ""),
            format!("urn:uuid:{id}"),
            format!("{{{id}}}"),
            format!("{id} "),
        ] {
            assert!(!one.is_named(OrganisationKey::Id, &other), "{other}");
        }
    }
}
