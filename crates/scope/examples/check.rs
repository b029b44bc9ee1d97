//! Checks a catalog file, and runs a file of decision cases against it:
//! `cargo run -q -p scope --example check -- catalogs/bexio.toml [crates/scope/cases/bexio.toml]`

use std::process::ExitCode;

use scope::Catalog;
use scope::cases::CaseFile;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let Some(file) = arguments.next() else {
        eprintln!("usage: check CATALOG [CASES]");
        return ExitCode::FAILURE;
    };
    match check(&file, arguments.next().as_deref()) {
        Ok(report) => {
            println!("{report}");
            ExitCode::SUCCESS
        }
        Err(report) => {
            eprintln!("{report}");
            ExitCode::FAILURE
        }
    }
}

/// What there is to say about a catalog file, and about its cases if they are named.
pub fn check(file: &str, cases: Option<&str>) -> Result<String, String> {
    let read =
        |file: &str| std::fs::read_to_string(file).map_err(|error| format!("{file}: {error}"));
    let catalog = Catalog::parse(file, &read(file)?)
        .map_err(|errors| format!("{errors}\n{} mistakes in {file}", errors.mistakes().len()))?;
    let (scopes, endpoints) = (catalog.scopes().len(), catalog.endpoints().len());
    let summary = format!("{file}: no mistakes; {scopes} scopes, {endpoints} endpoints");
    let Some(cases_file) = cases else {
        return Ok(summary);
    };
    let cases =
        CaseFile::parse(&read(cases_file)?).map_err(|error| format!("{cases_file}: {error}"))?;
    let mut failures = Vec::new();
    for case in &cases.cases {
        if let Err(differences) = case.check(&catalog) {
            failures.push(format!(
                "{}\n  {}\n  {}",
                case.name,
                case.request,
                differences.join("\n  ")
            ));
        }
    }
    let total = cases.cases.len();
    if failures.is_empty() {
        Ok(format!("{summary}\n{cases_file}: all {total} cases hold"))
    } else {
        Err(format!(
            "{summary}\n{}\n{cases_file}: {} of {total} cases fail",
            failures.join("\n"),
            failures.len()
        ))
    }
}
