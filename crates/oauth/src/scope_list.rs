//! Lists of scopes as an administrator writes them: every name must be the catalog's.

use scope::{Catalog, Scope, ScopeSyntaxError};

use crate::quote::quote;

/// Why a text is no list of a catalog's scopes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScopeListError {
    /// It cannot be read.
    #[error("{:?} is no list of scopes: {problem}", quote(text))]
    Unreadable {
        /// The text.
        text: String,
        /// What is wrong with it.
        problem: ScopeSyntaxError,
    },
    /// It names what the catalog has not got.
    #[error("catalog {catalog} has no scope {}", quote(&unknown.join(", ")))]
    Unknown {
        /// The catalog.
        catalog: String,
        /// The names.
        unknown: Vec<String>,
    },
}

/// Reads a list, in the order it was written.
///
/// # Errors
/// Names every scope the catalog has not got.
pub fn known(catalog: &Catalog, text: &str) -> Result<Scope, ScopeListError> {
    let scope = Scope::parse(text).map_err(|problem| ScopeListError::Unreadable {
        text: text.to_owned(),
        problem,
    })?;
    let (_, unknown) = catalog.set_of(scope.iter());
    if unknown.is_empty() {
        return Ok(scope);
    }
    Err(ScopeListError::Unknown {
        catalog: catalog.id().to_owned(),
        unknown,
    })
}
