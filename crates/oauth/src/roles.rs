//! The roles of an organisation: those the catalog gives, and what another may be made of.

use scope::Catalog;

use crate::model::{Role, Uuid};
use crate::scope_list::{self, ScopeListError};

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
/// Names a scope the catalog has not got. A name with `*` may stand for none yet.
pub fn rights(catalog: &Catalog, text: &str) -> Result<Vec<String>, ScopeListError> {
    let mut rights = Vec::new();
    for right in text.split_whitespace() {
        if !right.contains('*') {
            scope_list::known(catalog, right)?;
        }
        rights.push(right.to_owned());
    }
    Ok(rights)
}
