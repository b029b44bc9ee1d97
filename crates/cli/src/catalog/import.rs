use std::io::Write;
use std::process::ExitCode;

use authoring::{Allow, OnDisk, Options, Source};

use super::file::{replace, write_new};
use crate::arguments::catalog::{Allowing, ImportArguments};
use crate::failure::{Failure, Outcome};
use crate::input;
use crate::output::{print, print_line};

/// Makes a catalog of descriptions, and says what came of it.
pub fn run(arguments: &ImportArguments) -> Outcome {
    let options = options(arguments)?;
    let imported = authoring::import(&arguments.files, &options, &OnDisk)
        .map_err(|unreadable| Failure::new(unreadable.to_string()))?;
    let report = &imported.report;
    let is_written = write(arguments, &options, imported.catalog.as_deref())?;
    let mut json = arguments.json.then(|| report.json());
    match (is_written, &mut json) {
        (true, Some(json)) => print_line(&format!("{json:#}"))?,
        (true, None) => print(&report.text())?,
        (false, Some(json)) => {
            if let Some(members) = json.as_object_mut() {
                members.insert("catalog".to_owned(), imported.catalog.clone().into());
            }
            print_line(&format!("{json:#}"))?;
        }
        (false, None) => {
            print(imported.catalog.as_deref().unwrap_or_default())?;
            // Beside the catalog, so that a pipe gets that alone.
            let _ = std::io::stderr().write_all(report.text().as_bytes());
        }
    }
    Ok(ExitCode::from(u8::from(!report.is_clean())))
}

/// Writes the catalog where a file is named; where none is, it goes to standard output.
fn write(
    arguments: &ImportArguments,
    options: &Options,
    catalog: Option<&str>,
) -> Result<bool, Failure> {
    let (file, is_new) = match (&arguments.output, &arguments.update) {
        (Some(file), _) => (file, true),
        (None, Some(file)) => (file, false),
        (None, None) => return Ok(false),
    };
    match (catalog, &options.update) {
        (Some(text), _) if is_new => {
            write_new(file, text, ", or take what is new into it with --update")?
        }
        (Some(text), Some((_, before))) if text != before => replace(file, text)?,
        _ => {}
    }
    Ok(true)
}

fn options(arguments: &ImportArguments) -> Result<Options, Failure> {
    let allow = |own| match own {
        Allowing::Keep => Allow::Keep,
        Allowing::Deny => Allow::Deny,
    };
    let mut options = Options::default();
    options.any_token = allow(arguments.any_token);
    options.public = allow(arguments.public);
    options.lists.clone_from(&arguments.lists);
    options.fall_through = arguments.fall_through;
    options.propose = arguments.propose;
    if let Some(file) = &arguments.update {
        let name = file.display().to_string();
        let text = input::file(file)?;
        options.update = Some((name, text));
    }
    for pair in arguments.scopes_from.chunks(2) {
        options.scopes_from.push(match pair {
            [kind, pattern] if kind == "description" => {
                Source::description(pattern).map_err(Failure::while_doing("--scopes-from"))?
            }
            [kind, name] if kind == "extension" => Source::extension(name),
            _ => {
                return Err(Failure::new(
                    "--scopes-from takes `description PATTERN` or `extension NAME`",
                ));
            }
        });
    }
    Ok(options)
}
