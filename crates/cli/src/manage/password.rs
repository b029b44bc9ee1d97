//! A new password from standard input: typed unseen and twice at a terminal, or one piped line.

use std::io::{BufRead, IsTerminal};

use oauth::password::{LONGEST, OwnWords, PasswordError};

use crate::failure::Failure;

/// The most bytes of a line with a password: its one spelling may be a third of another, and a byte
/// order mark and an end of the line stand around it.
const LONGEST_LINE: u64 = 3 * LONGEST as u64 + 5;

/// One password, of which no more is read than it can have. Nothing of it is ever on a command line.
/// `own` is what it must not be made of.
///
/// # Errors
///
/// What cannot be read, is too long, or was typed in two ways.
pub fn read(own: &OwnWords) -> Result<String, Failure> {
    let input = std::io::stdin();
    if !input.is_terminal() {
        return line_of(input.lock());
    }
    typed(own, |prompt| {
        eprint!("{prompt}");
        let line = rpassword::read_password();
        line.map_err(Failure::while_doing("cannot read from the terminal"))
    })
}

/// Twice, since nobody sees what they type.
fn typed(own: &OwnWords, ask: impl Fn(&str) -> Result<String, Failure>) -> Result<String, Failure> {
    let first = ask("New password (it is not shown): ")?;
    // Whoever cannot have it need not type it again.
    oauth::password::new(&first, own).map_err(|error| Failure::new(error.to_string()))?;
    match ask("The same again: ")? == first {
        true => Ok(first),
        false => Err(Failure::new(
            "the two are not the same; nothing was changed. Run the command again",
        )),
    }
}

fn line_of(input: impl BufRead) -> Result<String, Failure> {
    let mut line = Vec::new();
    input
        .take(LONGEST_LINE + 1)
        .read_until(b'\n', &mut line)
        .map_err(Failure::while_doing("cannot read standard input"))?;
    if line.len() as u64 > LONGEST_LINE {
        return Err(Failure::new(PasswordError::Long.to_string()));
    }
    let line =
        String::from_utf8(line).map_err(Failure::while_doing("cannot read standard input"))?;
    // Some shells begin what they pipe with a byte order mark, which nobody types at sign-in.
    let line = line.trim_start_matches('\u{feff}');
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::io::{BufReader, repeat};

    use super::*;

    #[test]
    fn no_more_is_read_than_a_password_can_have() {
        // In Hangul one letter may be written as three.
        let longest = "\u{1112}\u{1161}\u{11ab}".repeat(LONGEST / 3);
        assert!(oauth::password::typed(&longest).is_ok());
        let piped = format!("\u{feff}{longest}\r\nmore");
        assert_eq!(line_of(piped.as_bytes()).unwrap(), longest);
        for endless in [b'x', 0] {
            assert!(line_of(BufReader::new(repeat(endless))).is_err());
        }
    }

    #[test]
    fn a_typed_password_is_the_same_twice_and_one_that_can_be() {
        let types = |lines: [&'static str; 2]| {
            let asked = Cell::new(0);
            let own = OwnWords::of(["anna.muster@muster.example"]);
            let typed = typed(&own, |_| {
                let number = asked.replace(asked.get() + 1);
                Ok(lines[number].to_owned())
            });
            (typed.ok(), asked.get())
        };
        let good = "correct horse";
        assert_eq!(types([good, good]), (Some(good.to_owned()), 2));
        assert_eq!(types([good, "correct house"]), (None, 2));
        assert_eq!(types(["short", "short"]), (None, 1));
        assert_eq!(types(["Anna Muster 1987"; 2]), (None, 1));
    }
}
