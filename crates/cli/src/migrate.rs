//! `scopegate migrate`: a database's tables as this program knows them.

use std::process::ExitCode;

use oauth::audit::Act;
use realm::{Clock, SystemClock};
use storage::Upgrade;

use crate::arguments::MigrateArguments;
use crate::configuration::{Configuration, Database, NOT_FINISHED, Opened};
use crate::failure::{Failure, Outcome};
use crate::manage::record_of;
use crate::output::print_line;
use crate::serve::runtime;

/// Brings the tables up to date, or says why not. A server does the same when it starts, but
/// never finishes an upgrade; by this command it is done before, by whoever may change tables.
pub fn run(arguments: &MigrateArguments) -> Outcome {
    let configuration = Configuration::read(&arguments.config)?;
    let database = &configuration.database;
    runtime()?.block_on(async {
        let was_up_to_date = is_up_to_date(database, arguments.finish).await;
        if arguments.finish {
            database.migrate(Upgrade::Finish).await?;
        }
        let opened = database.open().await?;
        if arguments.finish && !was_up_to_date {
            record(&opened, &configuration).await?;
        }
        print_line(&if was_up_to_date {
            format!("nothing to do: the tables of {database} are up to date")
        } else {
            format!("brought up: the tables of {database} are up to date")
        })?;
        if !opened.is_upgrade_finished().await? {
            print_line(NOT_FINISHED)?;
        }
        opened.close().await;
        Ok(ExitCode::SUCCESS)
    })
}

/// Who finished the upgrade, in the record of each realm.
async fn record(opened: &Opened, configuration: &Configuration) -> Result<(), Failure> {
    let now = SystemClock::new().now();
    for (catalog, _) in configuration.catalogs()? {
        let realm = catalog.id();
        let record = record_of(realm, Act::UpgradeFinished, now);
        let recorded = opened.store().record_upgrade(realm, &record).await;
        recorded.map_err(Failure::while_doing(
            "the upgrade is finished, but not recorded",
        ))?;
    }
    Ok(())
}

/// Is there nothing to do? Not where that cannot be told: doing it tells why.
async fn is_up_to_date(database: &Database, finish: bool) -> bool {
    let Ok(opened) = database.open_as_it_is().await else {
        return false;
    };
    let is_up_to_date = !finish || opened.is_upgrade_finished().await.unwrap_or(false);
    opened.close().await;
    is_up_to_date
}
