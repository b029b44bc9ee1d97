//! `scopegate migrate`: a database's tables as this program knows them.

use std::process::ExitCode;

use crate::arguments::ServeArguments;
use crate::configuration::Configuration;
use crate::failure::Outcome;
use crate::output::print_line;
use crate::serve::runtime;

/// Brings the tables up to date, or says why not. A server does the same when it starts; by
/// this command it is done before, by whoever may change tables.
pub fn run(arguments: &ServeArguments) -> Outcome {
    let database = Configuration::read(&arguments.config)?.database;
    runtime()?.block_on(async {
        database.open().await?.close().await;
        print_line(&format!("the tables of {database} are up to date"))?;
        Ok(ExitCode::SUCCESS)
    })
}
