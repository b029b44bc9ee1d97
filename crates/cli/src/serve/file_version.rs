use std::fs::Metadata;
use std::path::Path;
use std::time::SystemTime;

/// What tells one version of a file from the next, at the end of whatever links lead to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileVersion {
    modified: SystemTime,
    bytes: u64,
    place: Place,
}

impl FileVersion {
    /// The one that is there now; none, where there is no file.
    pub fn of(path: &Path) -> Option<Self> {
        let metadata = std::fs::metadata(path).ok()?;
        metadata.is_file().then(|| Self::told(&metadata)).flatten()
    }

    fn told(metadata: &Metadata) -> Option<Self> {
        Some(Self {
            modified: metadata.modified().ok()?,
            bytes: metadata.len(),
            place: place(metadata),
        })
    }
}

/// Device, number of the file, and when anything of it changed last: a file that was put in the
/// place of another may be as large, and say that it is as old.
#[cfg(unix)]
type Place = (u64, u64, i64, i64);

#[cfg(unix)]
fn place(metadata: &Metadata) -> Place {
    use std::os::unix::fs::MetadataExt;
    (
        metadata.dev(),
        metadata.ino(),
        metadata.ctime(),
        metadata.ctime_nsec(),
    )
}

#[cfg(not(unix))]
type Place = ();

#[cfg(not(unix))]
fn place(_: &Metadata) -> Place {}
