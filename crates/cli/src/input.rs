//! What commands read: files and standard input, and no more of them than anybody writes.

use std::fmt::Display;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use crate::failure::Failure;

/// The most bytes: those of the largest description that is read.
const MOST: u64 = 64 << 20;

/// The text of a file.
pub fn file(path: &Path) -> Result<String, Failure> {
    let name = path.display().to_string();
    let file = File::open(path).map_err(cannot_read(&name))?;
    text(bounded(file, &name, MOST)?, &name)
}

/// What a file holds, or standard input where it is `-`, of at most so many bytes.
pub fn bytes(path: &Path, most: u64) -> Result<Vec<u8>, Failure> {
    if path == Path::new("-") {
        return bounded(std::io::stdin().lock(), STANDARD, most);
    }
    let name = path.display().to_string();
    bounded(File::open(path).map_err(cannot_read(&name))?, &name, most)
}

const STANDARD: &str = "standard input";

fn cannot_read<E: Display>(name: &str) -> impl FnOnce(E) -> Failure {
    Failure::while_doing(format!("cannot read {name}"))
}

fn bounded(input: impl Read, name: &str, most: u64) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let read = input.take(most + 1).read_to_end(&mut bytes);
    if bytes.len() as u64 > most {
        let most = most >> 20;
        return Err(cannot_read(name)(format!("it is longer than {most} MB")));
    }
    read.map_err(cannot_read(name))?;
    Ok(bytes)
}

fn text(bytes: Vec<u8>, name: &str) -> Result<String, Failure> {
    String::from_utf8(bytes).map_err(|error| {
        let good = error.utf8_error().valid_up_to();
        let lines = error.as_bytes().iter().take(good);
        let line = lines.filter(|byte| **byte == b'\n').count() + 1;
        cannot_read(name)(format!(
            "line {line} has a byte that no UTF-8 text can have; save the file as UTF-8"
        ))
    })
}

#[cfg(test)]
mod tests {
    use std::io::repeat;

    use super::*;

    #[test]
    fn what_never_ends_is_not_read_to_its_end() {
        let said = bounded(repeat(b'a'), "it", 1 << 20).unwrap_err();
        assert_eq!(said.to_string(), "cannot read it: it is longer than 1 MB");
        let some = bounded(&b"a\nb\xFF"[..], "it", 1 << 20).unwrap();
        let said = text(some, "it").unwrap_err().to_string();
        assert!(
            said.starts_with("cannot read it: line 2 has a byte"),
            "{said}"
        );
        assert_eq!(text(b"all".to_vec(), "it").unwrap(), "all");
    }
}
