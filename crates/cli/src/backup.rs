//! `scopegate backup` and `scopegate restore`: a server's SQLite database to a file and back.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use authoring::open_file;
use oauth::audit::Act;
use realm::{Clock, SystemClock};
use storage::{SqliteClaim, SqliteFile, StoreError};
use tempfile::{NamedTempFile, TempPath};

use crate::arguments::{BackupArguments, RestoreArguments};
use crate::configuration::{Configuration, Database};
use crate::demo;
use crate::failure::{Failure, Outcome};
use crate::manage::record_of;
use crate::output::print_line;
use crate::serve::runtime;

/// Writes the database as it is at one moment to a file; servers go on meanwhile.
pub fn backup(arguments: &BackupArguments) -> Outcome {
    let database = database(&arguments.config, arguments.data.as_deref(), "pg_dump")?;
    let to = &arguments.file;
    if is_same(&database, to) {
        return Err(Failure::new(format!(
            "{} is the database itself; give the backup another name",
            to.display()
        )));
    }
    refuse_no_place(to)?;
    if to.exists() && !arguments.force {
        return Err(Failure::new(format!(
            "{} is there already; give another name, or --force to replace it",
            to.display()
        )));
    }
    runtime()?.block_on(async {
        let copy = empty_beside(to)?;
        SqliteFile::at(&database)
            .copy_to(&copy)
            .await
            .map_err(Failure::while_doing("cannot back up"))?;
        let schema = synced_and_verified(&copy, "the copy is not good").await?;
        let bytes = copy.metadata().map_err(failed("read", &copy))?.len();
        let done = if arguments.force {
            copy.persist(to).map_err(|error| error.error)
        } else {
            copy.persist_noclobber(to).map_err(|error| error.error)
        };
        done.map_err(failed("write", to))?;
        sync_folder_of(to)?;
        print_line(&format!(
            "backed up {} to {}: {bytes} bytes, schema {schema}, verified",
            database.display(),
            to.display()
        ))?;
        Ok(ExitCode::SUCCESS)
    })
}

/// A file can be written where a folder is, and no folder is in its own place.
fn refuse_no_place(to: &Path) -> Result<(), Failure> {
    if to.is_dir() {
        return Err(Failure::new(format!(
            "{} is a folder; name a file in it",
            to.display()
        )));
    }
    let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty());
    match folder {
        Some(folder) if !folder.is_dir() => Err(Failure::new(format!(
            "there is no folder {}; make it first, or write the backup elsewhere",
            folder.display()
        ))),
        _ => Ok(()),
    }
}

/// Puts a backup in the place of the database, which no server may have open.
pub fn restore(arguments: &RestoreArguments) -> Outcome {
    let database = database(&arguments.config, arguments.data.as_deref(), "pg_restore")?;
    let from = &arguments.file;
    if is_same(&database, from) {
        return Err(Failure::new(format!(
            "{} is the database itself; give the backup to restore from",
            from.display()
        )));
    }
    refuse_log_beside(from)?;
    runtime()?.block_on(async {
        let copy = copy_beside(from, &database)?;
        let refused = format!(
            "{} cannot be restored and nothing was changed",
            from.display()
        );
        let schema = synced_and_verified(&copy, &refused).await?;
        let realms = cut_off(&copy).await?;
        synced_and_verified(&copy, &refused).await?;
        let replaced = replace(&database, copy, arguments.force).await?;
        print_line(&format!(
            "restored {} from {}: schema {schema}, verified",
            database.display(),
            from.display()
        ))?;
        if let Some(kept) = replaced {
            print_line(&format!(
                "the unreadable database is kept as {}",
                kept.display()
            ))?;
        }
        print_line(
            "Everything is as it was at the backup: grants, clients and people removed since are back.",
        )?;
        print_line(if realms.is_empty() {
            "What was issued before still counts. Run `scopegate migrate`, and then `scopegate realm cut-off` for each realm."
        } else {
            "Every session, code and token issued until now has ended: people sign in and apps ask anew."
        })?;
        Ok(ExitCode::SUCCESS)
    })
}

/// What was issued since the backup, and what was ended since, is not known any more: nothing of
/// it counts. Answers the realms.
async fn cut_off(copy: &Path) -> Result<Vec<String>, Failure> {
    let now = SystemClock::new().now();
    let record = |realm: &str| record_of(realm, Act::DatabaseRestored, now);
    let realms = SqliteFile::at(copy).cut_off_realms(now, record).await;
    realms.map_err(Failure::while_doing("cannot end what was issued"))
}

/// The SQLite file of a server, or of a demo.
fn database(config: &Path, data: Option<&Path>, tool: &str) -> Result<PathBuf, Failure> {
    if let Some(folder) = data {
        return Ok(folder.join(demo::DATABASE));
    }
    match Configuration::read(config)?.database {
        Database::File(path) => Ok(path),
        Database::Url(_) => Err(Failure::new(format!(
            "this server's database is PostgreSQL; use {tool}, which comes with it, and run \
             `scopegate realm cut-off` for each realm of a database that was put back"
        ))),
    }
}

/// The old database steps aside, the copy takes its place in one step, and the old one goes
/// when the new one has proved good. Answers where an unreadable old one was left.
async fn replace(database: &Path, copy: TempPath, force: bool) -> Result<Option<PathBuf>, Failure> {
    let aside = with_suffix(database, ".replaced");
    if aside.exists() {
        return Err(Failure::new(format!(
            "{} is left from an earlier restore; move it away first",
            aside.display()
        )));
    }
    let claim = claim(database, force).await?;
    if database.exists() {
        // A second name, not a new one: there is no moment without a database, in which a
        // server that starts would make an empty one.
        fs::hard_link(database, &aside).map_err(failed("make", &aside))?;
    }
    for suffix in ["-wal", "-shm", "-journal"] {
        // They belong to the old database; SQLite would apply them to the new one.
        rename_if_there(&with_suffix(database, suffix), &with_suffix(&aside, suffix))?;
    }
    copy.persist(database)
        .map_err(|error| failed("write", database)(error.error))?;
    sync_folder_of(database)?;
    let readable = claim.is_some();
    if let Some(claim) = claim {
        claim.release().await;
    }
    if let Err(error) = SqliteFile::at(database).verify().await {
        fs::rename(&aside, database).map_err(failed("put back", database))?;
        return Err(Failure::new(format!(
            "the restored database cannot be read, and the old one was put back: {error}"
        )));
    }
    if !aside.exists() {
        return Ok(None);
    }
    if !readable {
        return Ok(Some(aside));
    }
    fs::remove_file(&aside).map_err(failed("remove", &aside))?;
    sync_folder_of(database)?;
    Ok(None)
}

/// Keeps everybody else off the old database; `None` if there is none, or none that can be
/// read and the person insists.
async fn claim(database: &Path, force: bool) -> Result<Option<SqliteClaim>, Failure> {
    if !database.exists() {
        return Ok(None);
    }
    match SqliteFile::at(database).claim().await {
        Ok(claim) => Ok(Some(claim)),
        Err(StoreError::Unavailable(problem)) if problem.contains("locked") => {
            Err(Failure::new(format!(
                "{} is in use; stop the server and every other command on it, then restore again",
                database.display()
            )))
        }
        Err(_) if force => Ok(None),
        Err(error) => Err(Failure::new(format!(
            "cannot tell whether a server uses the old database: {error}; \
             make sure that none runs, then give --force to replace it (it will be kept aside)"
        ))),
    }
}

/// An empty file for the owner only, in the folder of `path` so that it can take its place
/// in one step; it goes with the value.
fn empty_beside(path: &Path) -> Result<TempPath, Failure> {
    let folder = folder_of(path);
    let made = tempfile::Builder::new()
        .prefix(".scopegate-")
        .suffix(".part")
        .tempfile_in(folder);
    let made: NamedTempFile = made.map_err(failed("write in", folder))?;
    Ok(made.into_temp_path())
}

fn copy_beside(from: &Path, database: &Path) -> Result<TempPath, Failure> {
    let mut source = open_file(from).map_err(failed("read", from))?;
    let copy = empty_beside(database)?;
    let mut target = File::options()
        .write(true)
        .open(&copy)
        .map_err(failed("write", &copy))?;
    io::copy(&mut source, &mut target).map_err(Failure::while_doing(format!(
        "cannot copy {} beside the database",
        from.display()
    )))?;
    Ok(copy)
}

/// A database file somebody copied by hand while a server ran lacks what is in its log.
fn refuse_log_beside(from: &Path) -> Result<(), Failure> {
    let log = with_suffix(from, "-wal");
    match fs::metadata(&log) {
        Ok(found) if found.len() > 0 => Err(Failure::new(format!(
            "{} lies beside {}: that is a database in use and no backup; make one with `scopegate backup`",
            log.display(),
            from.display()
        ))),
        _ => Ok(()),
    }
}

/// On the disk, whole, and with tables this program knows: the version of those.
async fn synced_and_verified(file: &Path, otherwise: &str) -> Result<i64, Failure> {
    // Some systems sync only what is open for writing.
    File::options()
        .write(true)
        .open(file)
        .and_then(|file| file.sync_all())
        .map_err(failed("sync", file))?;
    SqliteFile::at(file)
        .verify()
        .await
        .map_err(Failure::while_doing(otherwise))
}

/// A new name is on the disk when its folder is.
fn sync_folder_of(path: &Path) -> Result<(), Failure> {
    let folder = folder_of(path);
    if cfg!(unix) {
        File::open(folder)
            .and_then(|folder| folder.sync_all())
            .map_err(failed("sync", folder))?;
    }
    Ok(())
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

fn rename_if_there(from: &Path, to: &Path) -> Result<(), Failure> {
    match fs::rename(from, to) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed("move", from)(error)),
        _ => Ok(()),
    }
}

fn is_same(one: &Path, other: &Path) -> bool {
    match (one.canonicalize(), other.canonicalize()) {
        (Ok(one), Ok(other)) => one == other,
        _ => false,
    }
}

fn failed(what: &str, path: &Path) -> impl FnOnce(io::Error) -> Failure {
    Failure::while_doing(format!("cannot {what} {}", path.display()))
}
