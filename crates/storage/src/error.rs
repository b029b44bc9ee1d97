/// Why a store could not do what it was asked. Never answered as success.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The database cannot be reached, is locked for too long, is shutting down, or was lost
    /// while it worked. A change that was asked for may have been made: where a connection is
    /// lost at its commit, or a disk fails to sync, only the database can tell later.
    #[error("the database does not answer: {0}")]
    Unavailable(String),
    /// The disk is full or the database may not be written. Nothing was changed, and a crash
    /// does not change that.
    #[error("the database cannot be written: {0}")]
    NotWritable(String),
    /// How the database is to be reached is written wrongly, or it is not one to be used as it is:
    /// its tables are older, or somebody else's. Only told when a store is opened or upgraded.
    #[error("{0}")]
    Misconfigured(String),
    /// A record with this key is already there.
    #[error("{what} {key:?} already exists")]
    AlreadyExists {
        /// Kind of record.
        what: &'static str,
        /// Its key.
        key: String,
    },
    /// A record with this key was there and was deleted; the key is not given again.
    #[error("{what} {key:?} was deleted, and nobody gets its id again")]
    GivenOnce {
        /// Kind of record.
        what: &'static str,
        /// Its key.
        key: String,
    },
    /// A record was changed since it was read. Nothing was written.
    #[error("{what} {key:?} was changed meanwhile; read it again and decide anew")]
    Conflict {
        /// Kind of record.
        what: &'static str,
        /// Its key.
        key: String,
    },
    /// A record that must exist does not.
    #[error("{what} {key:?} does not exist")]
    NotFound {
        /// Kind of record.
        what: &'static str,
        /// Its key.
        key: String,
    },
    /// A row that cannot be: someone changed the database by other means.
    #[error("table {table}, column {column}, row {row}: {problem}")]
    InconsistentRow {
        /// Table.
        table: &'static str,
        /// Column.
        column: &'static str,
        /// The row's key.
        row: String,
        /// What is wrong with it.
        problem: String,
    },
    /// The schema is newer than this program knows.
    #[error(
        "the database has schema {found}, this program knows up to {known}; use a newer scopegate"
    )]
    NewerSchema {
        /// In the database.
        found: i64,
        /// In the program.
        known: i64,
    },
    /// Another transaction was in the way and this one was undone. Stores try again by
    /// themselves and never answer this.
    #[doc(hidden)]
    #[error("another transaction was in the way: {0}")]
    Contended(String),
    /// Anything else the database says; a defect of this program.
    #[error("the database refused: {0}")]
    Refused(String),
}

impl StoreError {
    /// Names the file that a fault is about.
    pub(crate) fn about_file(self, path: &std::path::Path) -> Self {
        let named = |problem: String| format!("{}: {problem}", path.display());
        match self {
            Self::Unavailable(problem) => Self::Unavailable(named(problem)),
            Self::NotWritable(problem) => Self::NotWritable(named(problem)),
            Self::Misconfigured(problem) => Self::Misconfigured(named(problem)),
            Self::Refused(problem) => Self::Refused(named(problem)),
            other => other,
        }
    }
}
