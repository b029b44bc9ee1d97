use std::path::PathBuf;
use std::process::ExitCode;

use scope::Catalog;

use super::file::write_new;
use crate::failure::{Failure, Outcome};
use crate::output::print_line;

/// Writes a small catalog to begin with.
pub fn run(name: &str, output: Option<PathBuf>) -> Outcome {
    let file = output.unwrap_or_else(|| PathBuf::from(format!("{name}.toml")));
    let text = authoring::new_catalog(name);
    Catalog::parse(&file.display().to_string(), &text)
        .map_err(|mistakes| Failure::new(mistakes.to_string()))?;
    write_new(&file, &text, "")?;
    let file = file.display();
    print_line(&format!(
        "wrote {file}\n\nedit it, and look at it with\n  scopegate catalog check {file}\n  scopegate catalog lint {file}\n  scopegate demo --catalog {file}"
    ))?;
    Ok(ExitCode::SUCCESS)
}
