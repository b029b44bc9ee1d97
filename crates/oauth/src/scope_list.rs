//! Lists of scopes as an administrator writes them: every name must be the catalog's.

use scope::{Catalog, Scope, ScopeStatus, ScopeSyntaxError, ScopeToken};

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
    #[error("catalog {catalog} has no scope {}{}", quote(&unknown.join(", ")), separated(unknown))]
    Unknown {
        /// The catalog.
        catalog: String,
        /// The names.
        unknown: Vec<String>,
    },
}

/// What helps where several names stand in one, as in other lists.
pub(crate) fn separated<'a, N: AsRef<str> + 'a>(
    names: impl IntoIterator<Item = &'a N>,
) -> &'static str {
    let mut names = names.into_iter();
    match names.any(|name| name.as_ref().contains([',', ';'])) {
        true => "; separate scopes by spaces, not by commas",
        false => "",
    }
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

/// The same where a name may hold one `*`, which stands for any text: it is every scope that the
/// catalog has now and that is not retired, in the catalog's order.
///
/// # Errors
/// Names every scope the catalog has not got, and every pattern that no scope fits.
pub fn expanded(catalog: &Catalog, text: &str) -> Result<Scope, ScopeListError> {
    if !text.contains('*') {
        return known(catalog, text);
    }
    let given = Scope::parse(text).map_err(|problem| ScopeListError::Unreadable {
        text: text.to_owned(),
        problem,
    })?;
    let mut names: Vec<&str> = Vec::new();
    let mut unknown = Vec::new();
    for name in given.iter() {
        let before = names.len();
        if catalog.find(name).is_some() {
            names.push(name);
        } else if name.contains('*') {
            let matching = catalog.matching(name).into_iter();
            let fitting = matching
                .filter_map(|id| catalog.scope(id))
                .filter(|scope| scope.status != ScopeStatus::Retired);
            names.extend(fitting.map(|scope| scope.name.as_str()));
        }
        if names.len() == before {
            unknown.push(name.to_owned());
        }
    }
    if unknown.is_empty() {
        let tokens = names
            .into_iter()
            .filter_map(|name| ScopeToken::parse(name).ok());
        return Ok(tokens.collect());
    }
    Err(ScopeListError::Unknown {
        catalog: catalog.id().to_owned(),
        unknown,
    })
}
