//! The embedded default: one SQLite file, one connection that writes, a few that read.

mod database;
mod file;
mod options;
mod readers;
mod rotations;
mod schema;
mod script;
mod single_use;
#[path = "../sql/mod.rs"]
mod sql;
mod store;
mod writer;

use std::path::Path;
use std::time::Duration;

use sqlx::ConnectOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};

pub use self::file::{SqliteClaim, SqliteFile};
pub use self::options::SqliteOptions;
use self::readers::Readers;
use self::sql::fault::{self, fault};
use self::writer::{Work, Writer};
use crate::error::StoreError;

/// A [`Store`](crate::Store) in one SQLite file, or in memory.
///
/// Other processes may use the same file at the same time. Dropping the store is safe, and
/// [`SqliteStore::close`] leaves one tidy file.
pub struct SqliteStore {
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
        if !options.read_only && !options.check_only {
            keep_private(path)?;
        }
        let writing = options.writer(path);
        let connection = ready(&writing, options)
            .await
            .map_err(|error| error.about_file(path))?;
        let readers = Readers::new(options.reader(path), options.readers, options.busy_timeout);
        Ok(Self {
            writer: Writer::start(connection, Some(writing), options.writes_per_commit),
            readers: Some(readers),
        })
    }

    /// An empty database that lives as long as the store: for tests and trials.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if there is not enough memory.
    pub async fn open_in_memory() -> Result<Self, StoreError> {
        let options = SqliteOptions::default();
        let mut connection = connect(&options.in_memory(), options.busy_timeout).await?;
        schema::migrate(&mut connection).await?;
        Ok(Self {
            writer: Writer::start(connection, None, options.writes_per_commit),
            readers: None,
        })
    }

    /// Finishes the writes that were handed in and closes all connections. The last one to
    /// close a file moves what is in the log beside it into the file.
    pub async fn close(self) {
        if let Some(readers) = &self.readers {
            readers.close().await;
        }
        self.writer.close().await;
    }

    /// Work that reads: one statement.
    async fn read<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut SqliteConnection) -> Work<'c, T> + Send + 'static,
    {
        match &self.readers {
            Some(readers) => readers.read(work).await,
            None => self.writer.read(work).await,
        }
    }
}

/// A connection that writes, to tables as this program knows them.
async fn ready(
    writing: &SqliteConnectOptions,
    options: &SqliteOptions,
) -> Result<SqliteConnection, StoreError> {
    let mut connection = connect(writing, options.busy_timeout).await?;
    if options.read_only || options.check_only {
        schema::require_current(&mut connection).await?;
    } else {
        schema::migrate(&mut connection).await?;
    }
    Ok(connection)
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
        Err(error) => Err(StoreError::Unavailable(error.to_string()).about_file(path)),
    }
}

#[cfg(not(unix))]
fn keep_private(_path: &Path) -> Result<(), StoreError> {
    Ok(())
}
