//! `scopegate migrate`: a database's tables as this program knows them.

use std::process::ExitCode;

use storage::Upgrade;

use crate::arguments::MigrateArguments;
use crate::configuration::{Configuration, NOT_FINISHED};
use crate::failure::Outcome;
use crate::output::print_line;
use crate::serve::runtime;

/// Brings the tables up to date, or says why not. A server does the same when it starts, but
/// never finishes an upgrade; by this command it is done before, by whoever may change tables.
pub fn run(arguments: &MigrateArguments) -> Outcome {
    let database = Configuration::read(&arguments.config)?.database;
    runtime()?.block_on(async {
        if arguments.finish {
            database.migrate(Upgrade::Finish).await?;
        }
        let opened = database.open().await?;
        print_line(&format!("the tables of {database} are up to date"))?;
        if !opened.is_upgrade_finished().await? {
            print_line(NOT_FINISHED)?;
        }
        opened.close().await;
        Ok(ExitCode::SUCCESS)
    })
}
