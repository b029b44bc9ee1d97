//! What the database's errors mean to a caller.

use sqlx::error::{DatabaseError, ErrorKind};

use super::database;
use crate::error::StoreError;

/// What a statement was about, for errors that must name it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct About<'a> {
    /// The record written: its kind and key.
    pub(crate) record: (&'static str, &'a str),
    /// What it refers to: kind and key.
    pub(crate) parent: (&'static str, &'a str),
}

/// An error of a statement that cannot violate a constraint.
#[expect(clippy::needless_pass_by_value, reason = "the shape map_err wants")]
pub(crate) fn fault(error: sqlx::Error) -> StoreError {
    let about = About {
        record: ("record", "?"),
        parent: ("record", "?"),
    };
    fault_about(&error, about)
}

/// An error of a statement that may find its key taken or its parent missing.
pub(crate) fn fault_about(error: &sqlx::Error, about: About<'_>) -> StoreError {
    match error {
        sqlx::Error::Database(error) => database_fault(error.as_ref(), about),
        sqlx::Error::Io(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed
        | sqlx::Error::Tls(_)
        | sqlx::Error::Protocol(_) => StoreError::Unavailable(error.to_string()),
        _ => StoreError::Refused(error.to_string()),
    }
}

fn database_fault(error: &dyn DatabaseError, about: About<'_>) -> StoreError {
    if database::is_lost_race(error) {
        return StoreError::Contended(error.to_string());
    }
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
    database::meaning(error)
}
