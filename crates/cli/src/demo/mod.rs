//! `scopegate demo`: realms with sandbox APIs, sample people and sample apps, from nothing but this
//! binary; or from a catalog or a description besides.

mod kept;
mod own;
mod people;
mod sample;
mod world;

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use oauth::policy::{RealmPolicy, Sandbox};
use realm::{App, SystemClock, SystemRandom};
use storage::SqliteStore;

use crate::arguments::DemoArguments;
use crate::configuration::Log;
use crate::failure::{Failure, Outcome};
use crate::playground::{self, Demo};
use crate::serve::{listen, router, runtime, start_log, until_stopped};

pub use kept::catalogs;

/// The database's file in a demo's directory.
pub const DATABASE: &str = "scopegate.sqlite";

/// Runs until it is told to stop.
pub fn run(arguments: &DemoArguments) -> Outcome {
    start_log(&Log::quiet())?;
    runtime()?.block_on(demo(arguments))
}

async fn demo(arguments: &DemoArguments) -> Outcome {
    let worlds = world::worlds(arguments)?;
    let (folder, _gone_at_the_end) = folder(arguments.data.as_deref())?;
    let _alone = alone(&folder)?;
    let file = folder.join(DATABASE);
    let database = SqliteStore::open(&file)
        .await
        .map_err(Failure::while_doing(format!(
            "cannot open {}",
            file.display()
        )))?;
    // Behind the database, which says best what a disk does not take.
    kept::keep(&folder, &worlds)?;
    let listener = listen(arguments.listen)?;
    let address = listener
        .local_addr()
        .map_err(Failure::while_doing("cannot read the own address"))?;
    let host = if address.ip().is_unspecified() {
        format!("127.0.0.1:{}", address.port())
    } else {
        address.to_string()
    };

    let mut app = App::builder(
        Arc::new(database),
        Arc::new(SystemClock::new()),
        Arc::new(SystemRandom),
    )
    .base_url(&format!("http://{host}"));
    let mut samples = Vec::new();
    for world in worlds {
        let catalog = world.catalog;
        samples.push(world.sample);
        if let Some(description) = world.description {
            app = app.description(catalog.id(), description);
        }
        let policy = RealmPolicy {
            sandbox: Sandbox::IsTheApi,
            ..RealmPolicy::default()
        };
        app = app.policy(catalog.id(), policy).realm(catalog);
    }
    let app = app
        .build()
        .await
        .map_err(Failure::while_doing("cannot start"))?;

    let mut demo = Demo::default();
    for realm in samples {
        let entry = people::settle(&app, &realm).await?;
        demo.realms.insert(realm.id.clone(), entry);
    }
    let sample_people = axum::Extension(Arc::new(demo.sample_accounts()));
    let server = router::public(&app);
    let router = server
        .clone()
        .merge(playground::router(Arc::clone(&app), server, demo))
        .layer(sample_people);
    until_stopped(app, listener, router).await
}

/// Two demos on one directory would be two issuers of the same tokens, and each would tell the
/// people of the other's address. The directory is held until the file is closed; where a
/// directory cannot be held, nobody is kept out.
fn alone(folder: &Path) -> Result<Option<File>, Failure> {
    let Ok(held) = File::open(folder) else {
        return Ok(None);
    };
    match held.try_lock() {
        Err(TryLockError::WouldBlock) => Err(Failure::new(format!(
            "another demo runs on {}; stop it first, or give this one a directory of its own with --data",
            folder.display()
        ))),
        Ok(()) | Err(TryLockError::Error(_)) => Ok(Some(held)),
    }
}

/// The directory given, made if need be; otherwise one that is removed at the end.
fn folder(data: Option<&Path>) -> Result<(PathBuf, Option<tempfile::TempDir>), Failure> {
    if let Some(folder) = data {
        std::fs::create_dir_all(folder).map_err(Failure::while_doing(format!(
            "cannot make {}",
            folder.display()
        )))?;
        return Ok((folder.to_owned(), None));
    }
    let temporary = tempfile::Builder::new()
        .prefix("scopegate-demo-")
        .tempdir()
        .map_err(Failure::while_doing("cannot make a temporary directory"))?;
    Ok((temporary.path().to_owned(), Some(temporary)))
}
