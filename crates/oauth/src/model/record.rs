use serde::{Deserialize, Serialize};

/// A place in the sequence of changes: how far it had come when something was made. Later
/// things have later places, whatever the clocks of several nodes say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Position(pub i64);

impl Position {
    /// As a cut-off of a record that is about to be stored: the place before the change that
    /// stores it, which nobody knows earlier.
    pub const HERE: Self = Self(i64::MAX);
}

/// Does what was issued at this place, or before places were kept, end with this cut-off?
#[must_use]
pub fn is_cut_off(issued: Option<Position>, cut_off: Option<Position>) -> bool {
    cut_off.is_some() && issued <= cut_off
}

/// What another system calls a record it is the source of.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ExternalId {
    /// The system.
    pub source: String,
    /// The record's id there; unique in the realm, the source and the kind of record.
    pub id: String,
}
