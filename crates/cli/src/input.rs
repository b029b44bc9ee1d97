//! What commands read: files and standard input, and no more of them than anybody writes.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use crate::failure::Failure;

/// The most bytes: those of the largest description that is read.
const MOST: u64 = 64 << 20;

/// The text of a file.
pub fn file(path: &Path) -> Result<String, Failure> {
    let name = path.display().to_string();
    let cannot = Failure::while_doing(format!("cannot read {name}"));
    text(File::open(path).map_err(cannot)?, &name)
}

/// All of standard input.
pub fn standard() -> Result<String, Failure> {
    text(std::io::stdin().lock(), "standard input")
}

fn text(input: impl Read, name: &str) -> Result<String, Failure> {
    let cannot = Failure::while_doing(format!("cannot read {name}"));
    let mut bytes = Vec::new();
    let read = input.take(MOST + 1).read_to_end(&mut bytes);
    if bytes.len() as u64 > MOST {
        return Err(cannot(format!("it is longer than {} MB", MOST >> 20)));
    }
    if let Err(error) = read {
        return Err(cannot(error.to_string()));
    }
    String::from_utf8(bytes).map_err(|error| {
        let good = error.utf8_error().valid_up_to();
        let lines = error.as_bytes().iter().take(good);
        let line = lines.filter(|byte| **byte == b'\n').count() + 1;
        cannot(format!(
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
        let said = text(repeat(b'a'), "it").unwrap_err().to_string();
        assert_eq!(said, "cannot read it: it is longer than 64 MB");
        assert!(text(repeat(0xff).take(3), "it").is_err());
        assert_eq!(text("all".as_bytes(), "it").unwrap(), "all");
    }
}
