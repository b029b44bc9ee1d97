//! What a command says, on standard output, and what it says beside that, on standard error.

use std::io::{ErrorKind, Write};

use crate::failure::Failure;

/// Writes a text. A reader that has seen enough and closed its end (`| head`) is no failure.
pub fn print(text: &str) -> Result<(), Failure> {
    let mut output = std::io::stdout().lock();
    match output
        .write_all(text.as_bytes())
        .and_then(|()| output.flush())
    {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(Failure::new(format!(
            "cannot write to the standard output: {error}"
        ))),
        _ => Ok(()),
    }
}

/// The same with the end of a line.
pub fn print_line(text: &str) -> Result<(), Failure> {
    print(&format!("{text}\n"))
}

/// Says something that is no part of the output.
pub fn complain(text: &str) {
    // Somebody may have closed that too.
    let _ = writeln!(std::io::stderr(), "scopegate: {text}");
}
