//! Where a call's records are.

use super::said::Said;
use super::shape::Collection;

/// A place with the parameters of a call filled in.
pub(super) struct Spot<'s> {
    pub(super) name: String,
    pub(super) collection: &'s Collection,
    /// Ids of the parents.
    pub(super) parent: String,
    /// Are these what its records lie below?
    pub(super) is_usual: bool,
    /// Id of the record and the parameter it came from; empty where there is one record only.
    pub(super) item: Option<(String, String)>,
}

impl Spot<'_> {
    pub(super) fn said(&self) -> Option<&Said> {
        self.collection.said.as_ref()
    }
}
