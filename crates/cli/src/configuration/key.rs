//! What may stand in the configuration: the one list that reading, checking and the
//! reference are made from.

/// One key of a table.
#[derive(Debug)]
pub struct Key {
    /// As it is written.
    pub name: &'static str,
    /// What to write behind it, for people.
    pub form: &'static str,
    /// The key with a value that is good in some file, as TOML.
    pub example: &'static str,
    /// What counts when it is not there.
    pub absent: Absent,
    /// What it is for.
    pub about: &'static str,
}

/// What it means that a key is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Absent {
    /// It has to be.
    Mistake,
    /// As if this stood there.
    Means(&'static str),
    /// What it would bring is off.
    Off(&'static str),
}

/// One table of the file.
#[derive(Debug)]
pub struct Table {
    /// Its head as it is written; empty for the beginning of the file.
    pub head: &'static str,
    /// What it is for.
    pub about: &'static str,
    /// Its keys, in the order of the reference.
    pub keys: &'static [&'static Key],
}
