use std::process::ExitCode;

use scope::{CallLimits, Catalog, Requirement};

use crate::failure::{Failure, Outcome};
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
            tell_limits(catalog.limits())?;
            tell_open(&catalog)?;
            Ok(ExitCode::SUCCESS)
        }
        Err(mistakes) => {
            eprintln!("{mistakes}");
            Ok(ExitCode::from(1))
        }
    }
}

/// How often its API may be called, a line each.
fn tell_limits(limits: &CallLimits) -> Result<(), Failure> {
    for window in &limits.windows {
        print_line(&format!("  at most {window}"))?;
    }
    if limits.one_write_at_a_time {
        print_line("  one write at a time at a path by a token")?;
    }
    Ok(())
}

/// What is open to everybody, loudly: each call of it, on lines of its own.
fn tell_open(catalog: &Catalog) -> Result<(), Failure> {
    let public = catalog.endpoints().iter();
    let public: Vec<_> = public
        .filter(|endpoint| endpoint.requirement == Requirement::Public)
        .collect();
    if public.is_empty() {
        return Ok(());
    }
    print_line(&format!(
        "\nWARNING: PUBLIC, open to everybody without a token ({}):",
        public.len()
    ))?;
    for endpoint in public {
        print_line(&format!("  {} {}", endpoint.method, endpoint.path))?;
    }
    Ok(())
}
