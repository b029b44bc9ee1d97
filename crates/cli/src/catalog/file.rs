//! Files that are written: whole, and never over what somebody may have edited.

use std::io::{ErrorKind, Write};
use std::path::Path;

use crate::failure::Failure;

/// In place of a file, all of it or nothing.
pub(super) fn replace(file: &Path, text: &str) -> Result<(), Failure> {
    let folder = file
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let written =
        tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new("."))).and_then(|mut new| {
            new.write_all(text.as_bytes())?;
            new.as_file()
                .set_permissions(std::fs::metadata(file)?.permissions())?;
            new.persist(file).map_err(|error| error.error)?;
            Ok(())
        });
    written.map_err(Failure::while_doing(format!(
        "cannot write {}",
        file.display()
    )))
}

/// Never over a file that somebody may have edited; `otherwise` is what to do about that besides
/// giving another name.
pub(super) fn write_new(file: &Path, text: &str, otherwise: &str) -> Result<(), Failure> {
    let mut options = std::fs::File::options();
    let opened = options.write(true).create_new(true).open(file);
    let written = opened.and_then(|mut opened| opened.write_all(text.as_bytes()));
    written.map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => Failure::new(format!(
            "{} is there already, and may have been edited: give another name{otherwise}",
            file.display()
        )),
        _ => Failure::new(format!("cannot write {}: {error}", file.display())),
    })
}
