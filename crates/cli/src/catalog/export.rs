use std::io::Write;
use std::process::ExitCode;

use authoring::{ExportOptions, OnDisk};

use super::docs::addresses;
use super::file::write_new;
use super::show::language_of;
use crate::arguments::catalog::ExportArguments;
use crate::failure::{Failure, Outcome};
use crate::output::print;
use crate::shipped;

/// Writes a catalog into a description, and says what came of it.
pub fn run(arguments: &ExportArguments) -> Outcome {
    let catalog = shipped::catalog(&arguments.catalog)?;
    let extension = arguments.output.as_ref().and_then(|own| own.extension());
    let options = ExportOptions {
        addresses: addresses(&catalog, &arguments.at),
        language: language_of(&catalog, arguments.language.as_deref())?.to_owned(),
        is_plain: arguments.plain,
        as_json: extension.is_some_and(|own| own.eq_ignore_ascii_case("json")),
    };
    let description = arguments.openapi.as_deref();
    let exported = authoring::export(&catalog, description, &options, &OnDisk)
        .map_err(|unreadable| Failure::new(unreadable.to_string()))?;
    let report = &exported.report;
    let told = match arguments.json {
        true => format!("{:#}\n", report.json()),
        false => report.text(),
    };
    match &arguments.output {
        Some(file) => {
            write_new(file, &exported.description, "")?;
            print(&told)?;
        }
        None => {
            print(&exported.description)?;
            // Beside the description, so that a pipe gets that alone.
            let _ = std::io::stderr().write_all(told.as_bytes());
        }
    }
    Ok(ExitCode::from(u8::from(!report.is_clean())))
}
