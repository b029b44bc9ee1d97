//! `scopegate catalog …`: questions to a catalog, without a server.

mod check;
mod docs;
mod explain;
mod export;
mod file;
mod import;
mod lint;
mod minimal;
mod minimal_text;
mod new;
mod show;
mod texts;

use crate::arguments::catalog::CatalogCommand;
use crate::failure::Outcome;

/// Runs one of them.
pub fn run(command: CatalogCommand) -> Outcome {
    match command {
        CatalogCommand::Check { catalog } => check::run(&catalog),
        CatalogCommand::Show {
            catalog,
            json,
            language,
        } => show::run(&catalog, json, language.as_deref()),
        CatalogCommand::Explain(arguments) => explain::run(&arguments),
        CatalogCommand::Minimal(arguments) => minimal::run(&arguments),
        CatalogCommand::Import(arguments) => import::run(&arguments),
        CatalogCommand::Export(arguments) => export::run(&arguments),
        CatalogCommand::New { name, output } => new::run(&name, output),
        CatalogCommand::Texts(command) => texts::run(command),
        CatalogCommand::Lint(arguments) => lint::run(&arguments),
        CatalogCommand::Docs(arguments) => docs::run(&arguments),
    }
}
