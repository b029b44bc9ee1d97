use std::process::ExitCode;

use scope::Catalog;

use crate::failure::Outcome;
use crate::output::print_line;
use crate::shipped;

/// Names every mistake, or says what the catalog holds.
pub fn run(name_or_file: &str) -> Outcome {
    let (name, text) = shipped::text_of(name_or_file)?;
    match Catalog::parse(&name, &text) {
        Ok(catalog) => {
            print_line(&format!(
                "{name}: no mistakes. {} scopes, {} endpoints, languages {}.",
                catalog.scopes().len(),
                catalog.endpoints().len(),
                catalog.languages().join(", ")
            ))?;
            Ok(ExitCode::SUCCESS)
        }
        Err(mistakes) => {
            eprintln!("{mistakes}");
            Ok(ExitCode::from(1))
        }
    }
}
