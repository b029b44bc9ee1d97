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
    let mut text = String::new();
    let read = input.take(MOST + 1).read_to_string(&mut text);
    if text.len() as u64 > MOST {
        let most = MOST >> 20;
        return Err(Failure::new(format!(
            "cannot read {name}: it is longer than {most} MB"
        )));
    }
    read.map_err(Failure::while_doing(format!("cannot read {name}")))?;
    Ok(text)
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
