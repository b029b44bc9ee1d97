//! What the database's errors mean to a caller.

use sqlx::error::{DatabaseError, ErrorKind};

use crate::error::StoreError;

/// What a statement was about, for errors that must name it.
#[derive(Debug, Clone, Copy)]
pub(super) struct About<'a> {
    /// The record written: its kind and key.
    pub(super) record: (&'static str, &'a str),
    /// What it refers to: kind and key.
    pub(super) parent: (&'static str, &'a str),
}

/// An error of a statement that cannot violate a constraint.
#[expect(clippy::needless_pass_by_value, reason = "the shape map_err wants")]
pub(super) fn fault(error: sqlx::Error) -> StoreError {
    let about = About {
        record: ("record", "?"),
        parent: ("record", "?"),
    };
    fault_about(&error, about)
}

/// An error of a statement that may find its key taken or its parent missing.
pub(super) fn fault_about(error: &sqlx::Error, about: About<'_>) -> StoreError {
    match error {
        sqlx::Error::Database(error) => database_fault(error.as_ref(), about),
        sqlx::Error::Io(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed => StoreError::Unavailable(error.to_string()),
        _ => StoreError::Refused(error.to_string()),
    }
}

fn database_fault(error: &dyn DatabaseError, about: About<'_>) -> StoreError {
    match error.kind() {
        ErrorKind::UniqueViolation => {
            return StoreError::AlreadyExists {
                what: about.record.0,
                key: about.record.1.to_owned(),
            };
        }
        ErrorKind::ForeignKeyViolation => {
            return StoreError::NotFound {
                what: about.parent.0,
                key: about.parent.1.to_owned(),
            };
        }
        _ => {}
    }
    let message = error.to_string();
    match primary_code(error) {
        Some(PERM | READONLY | IOERR | FULL) => StoreError::NotWritable(message),
        Some(BUSY | LOCKED | CORRUPT | CANTOPEN | PROTOCOL | NOTADB) => {
            StoreError::Unavailable(message)
        }
        _ => StoreError::Refused(message),
    }
}

// Primary result codes of SQLite; the extended ones keep them in the lowest byte.
const PERM: u32 = 3;
const BUSY: u32 = 5;
const LOCKED: u32 = 6;
const READONLY: u32 = 8;
const IOERR: u32 = 10;
const CORRUPT: u32 = 11;
const FULL: u32 = 13;
const CANTOPEN: u32 = 14;
const PROTOCOL: u32 = 15;
const NOTADB: u32 = 26;

fn primary_code(error: &dyn DatabaseError) -> Option<u32> {
    let extended: u32 = error.code()?.parse().ok()?;
    Some(extended & 0xff)
}
