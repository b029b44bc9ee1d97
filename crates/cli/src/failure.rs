use std::fmt::Display;
use std::io::Write;
use std::process::ExitCode;

/// Why a command could not be done: what was wrong, where, and what to do.
#[derive(Debug)]
pub struct Failure(String);

impl Failure {
    /// A failure with its message, written for the person at the terminal.
    pub fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }

    /// For `map_err`: what was being done, and what stopped it.
    pub fn while_doing<E: Display>(what: impl Into<String>) -> impl FnOnce(E) -> Self {
        let what = what.into();
        move |error| Self(format!("{what}: {error}"))
    }

    /// Prints it and gives the exit status for a wrong question.
    pub fn report(self) -> ExitCode {
        // Somebody may have closed that too; the exit status still tells.
        let _ = writeln!(std::io::stderr(), "scopegate: {}", self.0);
        ExitCode::from(2)
    }
}

impl Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a command comes to.
pub type Outcome = Result<ExitCode, Failure>;
