//! Where descriptions come from, and why one cannot be read.

use std::fmt;
use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::Path;

use crate::unseen::{shown, with_numbers};

/// A place with files. Nothing here ever asks the network.
pub trait Files {
    /// The bytes of a file.
    ///
    /// # Errors
    /// Says in a few words what stands against it.
    fn read(&self, path: &Path) -> Result<Vec<u8>, String>;
}

/// The files of this machine.
#[derive(Debug, Clone, Copy)]
pub struct OnDisk;

impl Files for OnDisk {
    fn read(&self, path: &Path) -> Result<Vec<u8>, String> {
        let most = super::bytes::MOST_BYTES as u64 + 1;
        let file = open_file(path).map_err(|error| error.to_string())?;
        let mut bytes = Vec::new();
        file.take(most)
            .read_to_end(&mut bytes)
            .map_err(|error| error.to_string())?;
        Ok(bytes)
    }
}

/// Opens what is a file and nothing else.
///
/// # Errors
/// Those of the system; and it is a folder, or a pipe or a device, which could keep whoever reads it
/// for ever.
pub fn open_file(path: &Path) -> io::Result<File> {
    let found = std::fs::metadata(path)?;
    let refused = |kind, why| Err(io::Error::new(kind, why));
    if found.is_dir() {
        return refused(ErrorKind::IsADirectory, "it is a folder, not a file");
    }
    if !found.is_file() {
        let why = "it is a pipe, a socket or a device, which may never end: save what comes from it in a file";
        return refused(ErrorKind::InvalidInput, why);
    }
    File::open(path)
}

/// Why nothing could be made of the files.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unreadable {
    /// The file.
    pub file: String,
    /// What is wrong with it.
    pub what: String,
    /// What to do about it.
    pub help: String,
}

impl Unreadable {
    pub(crate) fn new(file: &Path, what: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            file: with_numbers(&file.display().to_string()),
            what: shown(&what.into()),
            help: with_numbers(&help.into()),
        }
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}\n  help: {}", self.file, self.what, self.help)
    }
}

impl std::error::Error for Unreadable {}
