//! `scopegate demo`: realms with sandbox APIs, sample people and sample apps, from nothing but this
//! binary; or from a catalog or a description besides.

mod kept;
mod look;
mod own;
mod people;
mod sample;
mod world;

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use oauth::policy::{RealmPolicy, Sandbox};
use realm::endpoint_limits::EndpointPaces;
use realm::mail::{Carrier, MailSettings, Way};
use realm::{App, SystemClock, SystemRandom, Taken};
use storage::SqliteStore;

use crate::arguments::DemoArguments;
use crate::configuration::Log;
use crate::failure::{Failure, Outcome};
use crate::output::print_line;
use crate::playground::{self, Demo, Samples};
use crate::serve::{
    CatalogFiles, OwnFronts, follow, listen, router, runtime, start_log, until_stopped,
};

pub use kept::catalogs;

/// The database's file in a demo's directory.
pub const DATABASE: &str = "scopegate.sqlite";

/// Runs until it is told to stop.
pub fn run(arguments: &DemoArguments) -> Outcome {
    start_log(&Log::quiet())?;
    runtime()?.block_on(demo(arguments))
}

async fn demo(arguments: &DemoArguments) -> Outcome {
    // Before it is read, so that a change in between is seen.
    let files = CatalogFiles::at(arguments.catalog.as_deref().into_iter());
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
    .base_url(&format!("http://{host}"))
    // Whoever tries it floods nobody but themselves.
    .endpoint_paces(EndpointPaces::OFF)
    .mail(mail_into(&folder)?);
    let (mut catalogs, mut samples) = (Vec::new(), Vec::new());
    for world in worlds {
        if let Some(description) = world.description {
            app = app.description(world.catalog.id(), description);
        }
        catalogs.push(Arc::new(world.catalog));
        samples.push(world.sample);
    }
    // Behind the database, which says best what a disk does not take.
    kept::keep(&folder, &catalogs)?;
    let named = arguments.catalog.as_deref().into_iter();
    let files = files.for_realms(named.zip(catalogs.iter().map(|catalog| catalog.id())));
    for catalog in catalogs {
        let policy = RealmPolicy {
            sandbox: Sandbox::IsTheApi,
            ..RealmPolicy::default()
        };
        if let Some(look) = look::look(catalog.id())? {
            app = app.look(catalog.id(), look);
        }
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
    let fronts = Arc::new(OwnFronts::of(&app));
    let server = router::public(&app, &fronts);
    let samples = Arc::new(Samples::new(demo));
    let playground = playground::router(Arc::clone(&app), server.clone(), Arc::clone(&samples));
    let router = server.merge(playground).layer(sample_people);
    let following = follow(Arc::clone(&app), files, None, async |taken| {
        for Taken { realm, .. } in taken {
            if let Err(failure) = keep_up(&folder, &app, &samples, realm).await {
                tracing::warn!(%failure, "the demo's apps and commands know the catalog from before");
            }
        }
    });
    tokio::select! {
        outcome = until_stopped(Arc::clone(&app), fronts, listener, router) => outcome,
        never = following => match never {},
    }
}

/// Mail of a demo goes nowhere: each is a file to look at.
fn mail_into(folder: &Path) -> Result<Carrier, Failure> {
    let settings = MailSettings {
        from: "Scopegate demo <demo@scopegate.example>".to_owned(),
        way: Way::Folder(folder.join("mail")),
    };
    Carrier::new(settings).map_err(Failure::while_doing("cannot send mail"))
}

/// Commands on the demo know its realm as it is now, and its apps may ask for what is new.
async fn keep_up(folder: &Path, app: &App, samples: &Samples, id: &str) -> Result<(), Failure> {
    let Some(realm) = app.realm(id) else {
        return Ok(());
    };
    kept::keep(folder, &[realm.catalog()])?;
    let sample = own::realm(realm.catalog());
    samples.put(id, people::register_again(app, &sample).await?);
    print_line(&format!(
        "realm {id}: the changed catalog counts from now on"
    ))
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
