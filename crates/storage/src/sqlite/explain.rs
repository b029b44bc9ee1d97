//! Why a file cannot be opened for writing, as the system says it, and what to do.
//!
//! SQLite needs to write the file, and to make and write two files beside it. Where it may
//! not, it says only "unable to open database file" or "disk I/O error".

use std::fs::{File, OpenOptions};
use std::io::{Error, ErrorKind};
use std::path::{Path, PathBuf};

use crate::error::StoreError;

/// What SQLite said when it opened a file, made clearer by trying what it tried.
pub(super) fn refused_open(error: StoreError, path: &Path) -> StoreError {
    let said = match &error {
        StoreError::NotWritable(said) => said,
        StoreError::Unavailable(_) => {
            return match try_writing(path) {
                Err((refused, place)) if is_about_writing(&refused) => {
                    not_writable(&refused, &place)
                }
                _ => error,
            };
        }
        _ => return error,
    };
    match try_writing(path) {
        Err((refused, place)) => not_writable(&refused, &place),
        Ok(()) => StoreError::NotWritable(format!("{said}; {}", what_to_do(None))),
    }
}

/// What the system said when the file was made.
pub(super) fn refused_file(error: &Error, path: &Path) -> StoreError {
    if is_about_writing(error) {
        return not_writable(error, path);
    }
    StoreError::Unavailable(error.to_string()).about_file(path)
}

/// The first thing that the system refuses, and what it is about.
fn try_writing(path: &Path) -> Result<(), (Error, PathBuf)> {
    OpenOptions::new()
        .append(true)
        .open(path)
        .map_err(|error| (error, path.to_owned()))?;
    let mut beside = path.as_os_str().to_owned();
    beside.push("-probe");
    let beside = PathBuf::from(beside);
    let folder = path.parent().unwrap_or(path);
    let made = File::create_new(&beside).and_then(|file| {
        // As much as SQLite's own file of shared memory needs at first.
        let written = std::io::Write::write_all(&mut &file, &[0; 32_768]);
        let removed = std::fs::remove_file(&beside);
        written.and(removed)
    });
    match made {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        made => made.map_err(|error| (error, folder.to_owned())),
    }
}

fn not_writable(refused: &Error, place: &Path) -> StoreError {
    let todo = what_to_do(Some(refused.kind()));
    StoreError::NotWritable(format!("{}: {refused}; {todo}", place.display()))
}

/// Is it the right or the room to write that is missing?
fn is_about_writing(error: &Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::PermissionDenied
            | ErrorKind::ReadOnlyFilesystem
            | ErrorKind::StorageFull
            | ErrorKind::QuotaExceeded
            | ErrorKind::FileTooLarge
    )
}

fn what_to_do(refused: Option<ErrorKind>) -> &'static str {
    match refused {
        Some(ErrorKind::StorageFull | ErrorKind::QuotaExceeded) => {
            "free space on its disk and start again"
        }
        Some(ErrorKind::FileTooLarge) => {
            "raise the limit on the size of files (ulimit -f) and start again"
        }
        Some(ErrorKind::ReadOnlyFilesystem) => {
            "mount the disk for writing, or put the database elsewhere"
        }
        Some(ErrorKind::PermissionDenied) => {
            "give the user who runs this program the right to write the file and its folder"
        }
        _ => "look whether its disk is full, and whether the file and its folder may be written",
    }
}
