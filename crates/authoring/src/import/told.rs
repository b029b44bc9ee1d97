//! What is told of each operation.

use super::access::{Access, Said};
use super::walk::Operation;

/// One operation, and what became of it.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) file: String,
    pub(crate) pointer: String,
    pub(crate) name: String,
    pub(crate) id: Option<String>,
    pub(crate) said: Said,
    /// Its paths in the catalog.
    pub(crate) written: Vec<String>,
}

impl Told {
    pub(crate) fn of(operation: &Operation, said: Said, written: Vec<String>) -> Self {
        Self {
            file: operation.place.file.display().to_string(),
            pointer: operation.place.pointer.clone(),
            name: operation.name(),
            id: operation.id().map(str::to_owned),
            said,
            written,
        }
    }

    pub(crate) fn access(&self) -> &Access {
        &self.said.access
    }

    /// The scopes it names.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        let lists = match &self.said.access {
            Access::Scopes(lists) => lists.as_slice(),
            _ => &[],
        };
        lists.iter().flatten().map(String::as_str)
    }

    /// A word for programs.
    pub(crate) fn state(&self) -> &'static str {
        match self.said.access {
            Access::Scopes(_) => "scopes",
            Access::AnyToken => "any-token",
            Access::Public => "public",
            Access::OtherCredentials => "other-credentials",
            Access::Unsaid => "unsaid",
            Access::Denied => "denied",
        }
    }
}
