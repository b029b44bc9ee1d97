//! The embedded default: one SQLite file, one connection that writes, a few that read.

mod arguments;
mod database;
mod explain;
mod file;
mod options;
mod readers;
mod rotations;
mod schema;
mod script;
mod single_use;
#[path = "../sql/mod.rs"]
mod sql;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use oauth::model::{RefreshToken, Timestamp, TokenHash};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection};

use self::file::CLAIM_PATIENCE;
pub use self::file::{SqliteClaim, SqliteFile};
pub use self::options::SqliteOptions;
use self::readers::Readers;
use self::sql::fault::{self, fault};
use self::sql::schema::State;
use self::writer::{Work, Writer};
use crate::error::StoreError;
use crate::figures::StoreFigures;
use crate::store::Hooks;
use crate::upgrade::Upgrade;

/// A [`Store`](crate::Store) in one SQLite file, or in memory.
///
/// Other processes may use the same file at the same time. Dropping the store is safe, and
/// [`SqliteStore::close`] leaves one tidy file.
pub struct SqliteStore {
    shared: Arc<Shared>,
    hooks: Hooks,
}

/// What all handles to a store that [`Store::hooked`](crate::Store::hooked) makes have in common.
struct Shared {
    /// `None` for a database in memory.
    path: Option<PathBuf>,
    writer: Writer,
    /// `None` for a database in memory, which only its writer sees.
    readers: Option<Readers>,
}

impl SqliteStore {
    /// Opens or makes the file and brings its tables up to date. Must be called within a
    /// tokio runtime, which has to outlive the store.
    ///
    /// # Errors
    /// [`StoreError::NewerSchema`] if a newer program made the file,
    /// [`StoreError::NotWritable`] or [`StoreError::Unavailable`] if it cannot be used.
    pub async fn open(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        Self::open_with(path, &SqliteOptions::default()).await
    }

    /// The same with other than the default options.
    ///
    /// # Errors
    /// As [`SqliteStore::open`].
    pub async fn open_with(
        path: impl AsRef<Path>,
        options: &SqliteOptions,
    ) -> Result<Self, StoreError> {
        let path = path.as_ref();
        // Of a pipe or a device SQLite would read for ever.
        let found = std::fs::metadata(path).map(|found| found.file_type());
        if found.is_ok_and(|found| !found.is_file() && !found.is_dir()) {
            let what = "it is a pipe, a socket or a device, not a file";
            return Err(StoreError::Misconfigured(what.to_owned()).about_file(path));
        }
        let may_write = !options.read_only && !options.check_only;
        if may_write {
            keep_private(path)?;
        }
        let writing = options.writer(path);
        let connection = ready(path, &writing, options).await.map_err(|error| {
            let error = error.about_file(path);
            if may_write {
                explain::refused_open(error, path)
            } else {
                error
            }
        })?;
        let readers = Readers::new(options.reader(path), options.readers, options.busy_timeout);
        Ok(Self::over(Shared {
            path: Some(path.to_owned()),
            writer: Writer::start(connection, Some(writing), options.writes_per_commit),
            readers: Some(readers),
        }))
    }

    /// Brings the tables up to date and answers the step they are at.
    ///
    /// # Errors
    /// As [`SqliteStore::open`].
    pub async fn migrate(path: impl AsRef<Path>, upgrade: Upgrade) -> Result<i64, StoreError> {
        let path = path.as_ref();
        let options = SqliteOptions::default();
        Self::open_with(path, &options).await?.close().await;
        let migrated = async {
            let mut connection = connect(&options.writer(path), options.busy_timeout).await?;
            let step = schema::migrate(&mut connection, upgrade).await?;
            connection.close().await.map_err(fault)?;
            Ok(step)
        };
        migrated
            .await
            .map_err(|error: StoreError| error.about_file(path))
    }

    /// An empty database that lives as long as the store: for tests and trials.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if there is not enough memory.
    pub async fn open_in_memory() -> Result<Self, StoreError> {
        let options = SqliteOptions::default();
        let mut connection = connect(&options.in_memory(), options.busy_timeout).await?;
        schema::migrate(&mut connection, Upgrade::Finish).await?;
        Ok(Self::over(Shared {
            path: None,
            writer: Writer::start(connection, None, options.writes_per_commit),
            readers: None,
        }))
    }

    fn over(shared: Shared) -> Self {
        Self {
            shared: Arc::new(shared),
            hooks: Hooks::default(),
        }
    }

    /// Exchanges a refresh token for its successor. Answers whether this call did.
    async fn exchange_refresh_token(
        &self,
        hash: &TokenHash,
        next: &RefreshToken,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let shared = &self.shared;
        shared.about_file(shared.writer.rotate(*hash, next.clone(), now).await)
    }

    /// Finishes the writes that were handed in and closes all connections. The last one to
    /// close a file moves what is in the log beside it into the file. Does nothing while there
    /// is another handle, made by [`Store::hooked`](crate::Store::hooked).
    pub async fn close(self) {
        let Some(shared) = Arc::into_inner(self.shared) else {
            return;
        };
        if let Some(readers) = &shared.readers {
            readers.close().await;
        }
        shared.writer.close().await;
    }
}

impl Shared {
    /// Others are not heard of: nobody says what they write.
    async fn wait_behind(&self, _seen: i64, time: Duration) {
        tokio::time::sleep(time).await;
    }

    /// Moves what is in the log beside the file into the file, and leaves the log empty. Waits
    /// for whoever reads what was before.
    async fn empty_log(&self) -> Result<(), StoreError> {
        let Some(path) = &self.path else {
            return Ok(());
        };
        self.about_file(SqliteFile::at(path).empty_log().await)
    }

    fn figures(&self) -> StoreFigures {
        StoreFigures {
            connections: self.readers.as_ref().map(Readers::figures),
            writes_waiting: Some(self.writer.waiting()),
        }
    }

    /// Work that reads: one statement.
    async fn read<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut SqliteConnection) -> Work<'c, T> + Send + 'static,
    {
        self.about_file(match &self.readers {
            Some(readers) => readers.read(work).await,
            None => self.writer.read(work).await,
        })
    }

    /// Work that writes: a transaction.
    async fn write<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut SqliteConnection) -> Work<'c, T> + Send + 'static,
    {
        self.about_file(self.writer.write(work).await)
    }

    /// The same for work that is one script.
    async fn write_script<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut SqliteConnection) -> Work<'c, T> + Send + 'static,
    {
        self.about_file(self.writer.write_script(work).await)
    }

    /// A fault names the file, so that whoever reads the log knows which disk to look at.
    fn about_file<T>(&self, outcome: Result<T, StoreError>) -> Result<T, StoreError> {
        match &self.path {
            Some(path) => outcome.map_err(|error| error.about_file(path)),
            None => outcome,
        }
    }
}

/// A connection that writes, to tables as this program knows them.
async fn ready(
    path: &Path,
    writing: &SqliteConnectOptions,
    options: &SqliteOptions,
) -> Result<SqliteConnection, StoreError> {
    let mut connection = connect(writing, options.busy_timeout).await?;
    let state = State::of(&mut connection).await?;
    if options.read_only || options.check_only {
        state.require_current()?;
    } else {
        if (1..COLUMNS_BY_NAME).contains(&state.step) {
            connection.close().await.map_err(fault)?;
            expand_alone(path, options.busy_timeout).await?;
            connection = connect(writing, options.busy_timeout).await?;
        }
        schema::migrate(&mut connection, Upgrade::Expand).await?;
        // Tables that are there already were not written: say now that they cannot be, and
        // not at the first request.
        sql::house::check(&mut connection).await?;
    }
    Ok(connection)
}

/// Programs from this step on name the columns they read, and more of them disturb nobody.
const COLUMNS_BY_NAME: i64 = 4;

/// Adds columns while nobody has the file open: a process of the version before may read
/// `SELECT *` by a statement from before that, and take what it cannot read for missing. It may
/// be started again afterwards.
async fn expand_alone(path: &Path, patience: Duration) -> Result<(), StoreError> {
    const PAUSE: Duration = Duration::from_millis(100);
    let file = SqliteFile::at(path);
    let mut waited = Duration::ZERO;
    loop {
        match file.claim().await {
            Ok(claim) => return claim.migrate(Upgrade::Expand).await,
            Err(StoreError::Unavailable(problem)) if is_locked(&problem) => {
                if waited >= patience {
                    return Err(StoreError::Unavailable(
                        "its tables are of an older version, and another process has it open; \
                         stop the server that uses it, and start this one in its place"
                            .to_owned(),
                    ));
                }
            }
            Err(other) => return Err(other),
        }
        tokio::time::sleep(PAUSE).await;
        waited += PAUSE + CLAIM_PATIENCE;
    }
}

/// Turning the write-ahead log on needs the file alone, and SQLite does not wait for that:
/// a second process that opens a new file at the same moment tries again.
async fn connect(
    options: &SqliteConnectOptions,
    patience: Duration,
) -> Result<SqliteConnection, StoreError> {
    const PAUSE: Duration = Duration::from_millis(20);
    let mut waited = Duration::ZERO;
    loop {
        match options.connect().await.map_err(fault) {
            Err(StoreError::Unavailable(problem)) if waited < patience && is_locked(&problem) => {
                tokio::time::sleep(PAUSE).await;
                waited += PAUSE;
            }
            connected => return connected,
        }
    }
}

fn is_locked(problem: &str) -> bool {
    problem.contains("locked")
}

/// The file holds keys: a new one is for its owner only. SQLite gives the files beside it
/// the same permissions.
#[cfg(unix)]
fn keep_private(path: &Path) -> Result<(), StoreError> {
    use std::os::unix::fs::OpenOptionsExt;
    let made = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path);
    match made {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(explain::refused_file(&error, path)),
    }
}

#[cfg(not(unix))]
fn keep_private(_path: &Path) -> Result<(), StoreError> {
    Ok(())
}
