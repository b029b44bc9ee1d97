//! The roles of an organisation: those the catalog gives, and what another may be made of; and rights
//! that another system names.

use std::collections::HashSet;

use scope::{Catalog, ScopeToken};

use crate::model::{GivenRights, Role, Uuid};
use crate::quote::quote;
use crate::scope_list::{self, ScopeListError, separated};

/// The roles that a catalog gives to each new organisation.
#[must_use]
pub fn of_catalog(catalog: &Catalog, organisation: Uuid) -> Vec<Role> {
    let roles = catalog.roles().iter();
    roles
        .map(|role| Role {
            realm: catalog.id().to_owned(),
            organisation,
            name: role.name.clone(),
            rights: catalog
                .names(&role.rights)
                .into_iter()
                .map(str::to_owned)
                .collect(),
            version: 0,
        })
        .collect()
}

/// Reads the rights of a role: names of scopes, or names with one `*`, between spaces.
///
/// # Errors
/// Names a scope the catalog has not got, or what can be no pattern. A name with one `*` may stand for none
/// yet.
pub fn rights(catalog: &Catalog, text: &str) -> Result<Vec<String>, ScopeListError> {
    let mut rights = Vec::new();
    for right in text.split_whitespace() {
        if !is_pattern(right) {
            scope_list::known(catalog, right)?;
        }
        rights.push(right.to_owned());
    }
    Ok(rights)
}

/// A name of scopes with one `*`.
fn is_pattern(name: &str) -> bool {
    let parts = name.split_once('*');
    parts.is_some_and(|(start, end)| could_be_a_scope(start) && could_be_a_scope(end))
}

/// Why names of rights that another system told cannot be taken. None of them is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RightsError {
    /// More than anybody needs.
    #[error("there are {found} rights{}, and at most {most} are taken", patterned(*most))]
    TooMany {
        /// How many came.
        found: usize,
        /// How many may.
        most: usize,
    },
    /// One that the catalog has not got.
    #[error(
        "right number {place}, {:?}, is no scope of catalog {catalog}{}; name scopes of the catalog, or patterns with one `*`",
        quote(name),
        separated([name])
    )]
    Unknown {
        /// Which of them, from 1.
        place: usize,
        /// The name.
        name: String,
        /// The catalog.
        catalog: String,
    },
}

/// So many of them may hold a `*`.
const MOST_PATTERNS: usize = 100;

fn patterned(most: usize) -> &'static str {
    match most {
        MOST_PATTERNS => " with a `*`",
        _ => "",
    }
}

/// Reads rights as another system told them, all or none: each is the name of a scope, or a name with
/// one `*`, which may stand for none yet. Each is kept once, in the order in which it came.
///
/// # Errors
/// The first that the catalog has not got, or more than [`GivenRights::MOST`].
pub fn told<N: AsRef<str>>(catalog: &Catalog, names: &[N]) -> Result<Vec<String>, RightsError> {
    let too_many = |found, most| Err(RightsError::TooMany { found, most });
    if names.len() > GivenRights::MOST {
        return too_many(names.len(), GivenRights::MOST);
    }
    let has_star = |name: &&N| name.as_ref().contains('*');
    let patterns = names.iter().filter(has_star).count();
    if patterns > MOST_PATTERNS {
        return too_many(patterns, MOST_PATTERNS);
    }
    let mut told: Vec<String> = Vec::with_capacity(names.len());
    let mut seen = HashSet::with_capacity(names.len());
    for (index, name) in names.iter().enumerate() {
        let name = name.as_ref();
        if !is_pattern(name) && catalog.find(name).is_none() {
            return Err(RightsError::Unknown {
                place: index.saturating_add(1),
                name: quote(name).into_owned(),
                catalog: catalog.id().to_owned(),
            });
        }
        if seen.insert(name) {
            told.push(name.to_owned());
        }
    }
    Ok(told)
}

/// A part of a scope's name, or nothing of it, and without a further `*`.
fn could_be_a_scope(part: &str) -> bool {
    part.is_empty() || (!part.contains('*') && ScopeToken::parse(part).is_ok())
}
