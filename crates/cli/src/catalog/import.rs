use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use authoring::{Allow, Imported, OnDisk, Options, Source};

use super::file::{replace, write_new};
use crate::arguments::catalog::{Allowing, ImportArguments};
use crate::failure::{Failure, Outcome};
use crate::input;
use crate::output::{print, print_line};
use crate::shipped::description_file;

/// Makes a catalog of descriptions, and says what came of it.
pub fn run(arguments: &ImportArguments) -> Outcome {
    let options = options(arguments)?;
    let imported = authoring::import(&arguments.files, &options, &OnDisk)
        .map_err(|unreadable| Failure::new(unreadable.to_string()))?;
    let report = &imported.report;
    let is_written = write(arguments, &options, &imported)?;
    let mut json = arguments.json.then(|| report.json());
    match (is_written, &mut json) {
        (true, Some(json)) => print_line(&format!("{json:#}"))?,
        (true, None) => {
            print(&report.text())?;
            if let (Some(file), Some(_)) = (written_file(arguments), &imported.description) {
                print_line(&format!(
                    "\nWhat the description says of parameters, bodies and answers is in {}.",
                    description_file(file).display()
                ))?;
            }
        }
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
    if let Some(why) = report.why_nothing() {
        return Err(Failure::new(format!("nothing was written: {why}")));
    }
    Ok(ExitCode::from(u8::from(!report.is_clean())))
}

/// The file that takes the catalog; none where it goes to standard output.
fn written_file(arguments: &ImportArguments) -> Option<&Path> {
    let file = arguments.output.as_ref().or(arguments.update.as_ref());
    file.map(PathBuf::as_path)
}

/// Writes the catalog where a file is named, and the description beside it.
fn write(
    arguments: &ImportArguments,
    options: &Options,
    imported: &Imported,
) -> Result<bool, Failure> {
    let Some(file) = written_file(arguments) else {
        return Ok(false);
    };
    let is_new = arguments.output.is_some();
    let beside = description_file(file);
    if is_new && imported.description.is_some() && beside.exists() && !file.exists() {
        return Err(Failure::new(format!(
            "{} is there already, beside no catalog of that name: remove it, give another name, or leave it alone with --no-schemas",
            beside.display()
        )));
    }
    match (imported.catalog.as_deref(), &options.update) {
        (Some(text), _) if is_new => {
            write_new(file, text, ", or take what is new into it with --update")?
        }
        (Some(text), Some((_, before))) if text != before => replace(file, text)?,
        _ => {}
    }
    if let Some(description) = &imported.description {
        let text = description.to_text();
        match beside.exists() {
            // Nobody edits it: what is new takes the place of what was there.
            true => replace(&beside, &text)?,
            false => write_new(&beside, &text, "")?,
        }
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
    options.keep_description = !arguments.no_schemas && written_file(arguments).is_some();
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
