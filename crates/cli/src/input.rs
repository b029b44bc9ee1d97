//! What commands read: files and standard input, and no more of them than anybody writes.

use std::fmt::Display;
use std::io::{self, Read};
use std::path::Path;

use authoring::open_file;

use crate::failure::Failure;

/// The most bytes: those of the largest description that is read.
const MOST: u64 = 64 << 20;

/// The text of a file.
pub fn file(path: &Path) -> Result<String, Failure> {
    read(path).map_err(cannot_read(&path.display().to_string()))
}

/// The same, for whoever says which file it is.
pub fn read(path: &Path) -> io::Result<String> {
    text(bounded(open_file(path)?, MOST)?).map_err(io::Error::other)
}

/// What a file holds, or standard input where it is `-`, of at most so many bytes.
pub fn bytes(path: &Path, most: u64) -> Result<Vec<u8>, Failure> {
    if path == Path::new("-") {
        return bounded(io::stdin().lock(), most).map_err(cannot_read("standard input"));
    }
    file_bytes(path, most).map_err(|error| {
        let or = match open_file(path).is_err_and(|error| error.kind() == NO_FILE) {
            true => ", or give it on standard input, as -",
            false => "",
        };
        cannot_read(&path.display().to_string())(format!("{error}{or}"))
    })
}

/// What a file holds, of at most so many bytes.
pub fn file_bytes(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    bounded(open_file(path)?, most)
}

/// What is neither a file nor a folder.
const NO_FILE: io::ErrorKind = io::ErrorKind::InvalidInput;

fn cannot_read<E: Display>(name: &str) -> impl FnOnce(E) -> Failure {
    Failure::while_doing(format!("cannot read {name}"))
}

fn bounded(input: impl Read, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let read = input.take(most + 1).read_to_end(&mut bytes);
    if bytes.len() as u64 > most {
        let most = match most >> 20 {
            0 => format!("{} KiB", most >> 10),
            most => format!("{most} MiB"),
        };
        return Err(io::Error::other(format!("it is longer than {most}")));
    }
    read?;
    Ok(bytes)
}

fn text(bytes: Vec<u8>) -> Result<String, String> {
    String::from_utf8(bytes).map_err(|error| {
        let good = error.utf8_error().valid_up_to();
        let lines = error.as_bytes().iter().take(good);
        let line = lines.filter(|byte| **byte == b'\n').count() + 1;
        format!("line {line} has a byte that no UTF-8 text can have; save the file as UTF-8")
    })
}

#[cfg(test)]
mod tests {
    use std::io::repeat;

    use super::*;

    #[test]
    fn what_never_ends_is_not_read_to_its_end() {
        let said = bounded(repeat(b'a'), 1 << 20).unwrap_err();
        assert_eq!(said.to_string(), "it is longer than 1 MiB");
        let said = bounded(repeat(b'a'), 64 << 10).unwrap_err();
        assert_eq!(said.to_string(), "it is longer than 64 KiB");
        let some = bounded(&b"a\nb\xFF"[..], 1 << 20).unwrap();
        let said = text(some).unwrap_err();
        assert!(said.starts_with("line 2 has a byte"), "{said}");
        assert_eq!(text(b"all".to_vec()).unwrap(), "all");
    }
}
