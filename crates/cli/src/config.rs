//! `scopegate config`: questions about the configuration file.

use std::path::Path;
use std::process::ExitCode;

use crate::arguments::ConfigCommand;
use crate::configuration::{self, Configuration};
use crate::failure::Outcome;
use crate::output::{print, print_line};

/// Runs one of its commands.
pub fn run(command: &ConfigCommand) -> Outcome {
    match command {
        ConfigCommand::Check(arguments) => check(&arguments.config),
        ConfigCommand::Reference => {
            print(&configuration::markdown())?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// Names what is wrong in the file, and in the files it names.
fn check(path: &Path) -> Outcome {
    let (found, mistakes) = Configuration::examine(path)?;
    let mut wrong: Vec<String> = Vec::new();
    if !mistakes.is_empty() {
        wrong.push(mistakes.to_string());
    }
    if let Some(configuration) = &found {
        wrong.extend(configuration.check_surroundings());
    }
    if wrong.is_empty() {
        print_line(&format!("{} is right", path.display()))?;
        return Ok(ExitCode::SUCCESS);
    }
    print_line(&wrong.join("\n"))?;
    Ok(ExitCode::from(1))
}
