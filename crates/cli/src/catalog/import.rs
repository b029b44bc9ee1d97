use std::io::{ErrorKind, Write};
use std::path::Path;
use std::process::ExitCode;

use authoring::{Allow, OnDisk, Options, Source};

use crate::arguments::catalog::{Allowing, ImportArguments};
use crate::failure::{Failure, Outcome};
use crate::output::{print, print_line};

/// Makes a catalog of descriptions, and says what came of it.
pub fn run(arguments: &ImportArguments) -> Outcome {
    let options = options(arguments)?;
    let imported = authoring::import(&arguments.files, &options, &OnDisk)
        .map_err(|unreadable| Failure::new(unreadable.to_string()))?;
    let catalog = imported.catalog.as_deref().unwrap_or_default();
    let report = &imported.report;
    match (&arguments.output, arguments.json) {
        (Some(file), _) => {
            if !catalog.is_empty() {
                write_new(file, catalog)?;
            }
            match arguments.json {
                true => print_line(&format!("{:#}", report.json()))?,
                false => print(&report.text())?,
            }
        }
        (None, true) => {
            let mut json = report.json();
            if let Some(members) = json.as_object_mut() {
                members.insert("catalog".to_owned(), imported.catalog.clone().into());
            }
            print_line(&format!("{json:#}"))?;
        }
        (None, false) => {
            print(catalog)?;
            // Beside the catalog, so that a pipe gets that alone.
            let _ = std::io::stderr().write_all(report.text().as_bytes());
        }
    }
    Ok(ExitCode::from(u8::from(!report.is_clean())))
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

/// Never over a file that somebody may have edited.
fn write_new(file: &Path, text: &str) -> Result<(), Failure> {
    let mut options = std::fs::File::options();
    let opened = options.write(true).create_new(true).open(file);
    let written = opened.and_then(|mut opened| opened.write_all(text.as_bytes()));
    written.map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => Failure::new(format!(
            "{} is there already, and may have been edited; give another name",
            file.display()
        )),
        _ => Failure::new(format!("cannot write {}: {error}", file.display())),
    })
}
