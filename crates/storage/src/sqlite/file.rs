use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode};
use sqlx::{ConnectOptions, Connection, Row, query, query_scalar, raw_sql};

use super::fault::fault;
use super::schema;
use super::sql::schema::State;
use crate::error::StoreError;
use crate::upgrade::Upgrade;

/// How long a claim waits for others to go.
pub(super) const CLAIM_PATIENCE: Duration = Duration::from_millis(200);

/// How long emptying the log waits for those that read or write.
const LOG_PATIENCE: Duration = Duration::from_secs(3);

/// A file with a SQLite store, looked at from outside: to copy it while servers use it, to
/// try whether it is whole, and to keep everybody else off it while it is replaced.
#[derive(Debug, Clone)]
pub struct SqliteFile {
    path: PathBuf,
}

impl SqliteFile {
    /// The file at a path. Nothing is opened yet.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// Copies the database as it is at one moment into `to`, which must be missing or empty.
    /// Others may read and write meanwhile. The copy is one file without a log beside it; it
    /// is not synced to the disk.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if the file is not there or is no database,
    /// [`StoreError::NotWritable`] if the copy does not fit or is not empty,
    /// [`StoreError::NewerSchema`] if a newer program made the file.
    pub async fn copy_to(&self, to: &Path) -> Result<(), StoreError> {
        let to = to.to_str().ok_or_else(|| {
            StoreError::Refused(format!("the name of {} is no UTF-8", to.display()))
        })?;
        let copied = async {
            // Not read-only: following the write-ahead log needs its shared-memory file.
            let options = self.options(Duration::from_secs(5));
            let mut connection = options.connect().await.map_err(fault)?;
            known_step(&mut connection).await?;
            query("VACUUM INTO $1")
                .bind(to)
                .execute(&mut connection)
                .await
                .map_err(fault)?;
            connection.close().await.map_err(fault)
        };
        copied.await.map_err(|error| error.about_file(&self.path))
    }

    /// Reads every page and every reference of a file that nobody writes to, and answers the
    /// version of its tables.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if it is no database or is damaged,
    /// [`StoreError::NewerSchema`] if a newer program made it.
    pub async fn verify(&self) -> Result<i64, StoreError> {
        let verified = async {
            let options = self.options(Duration::ZERO).read_only(true).immutable(true);
            let mut connection = options.connect().await.map_err(fault)?;
            require_whole(&mut connection).await?;
            let step = known_step(&mut connection).await?;
            connection.close().await.map_err(fault)?;
            Ok(step)
        };
        verified
            .await
            .map_err(|error: StoreError| error.about_file(&self.path))
    }

    /// Takes the file for this process alone. What was in the log beside it is moved into
    /// the file and the log removed.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if a server or a command has it open, or if it is no
    /// database.
    pub async fn claim(&self) -> Result<SqliteClaim, StoreError> {
        let claimed = async {
            // Leaving the write-ahead log needs the file alone: every open connection to a
            // database with such a log keeps a lock on it.
            let options = self
                .options(CLAIM_PATIENCE)
                .journal_mode(SqliteJournalMode::Delete);
            let mut connection = options.connect().await.map_err(fault)?;
            raw_sql("BEGIN EXCLUSIVE")
                .execute(&mut connection)
                .await
                .map_err(fault)?;
            // Somebody may have come between, and turned the log on again.
            let journal: String = query_scalar("PRAGMA journal_mode")
                .fetch_one(&mut connection)
                .await
                .map_err(fault)?;
            if journal != "delete" {
                return Err(StoreError::Unavailable("database is locked".to_owned()));
            }
            Ok(SqliteClaim { connection })
        };
        claimed
            .await
            .map_err(|error: StoreError| error.about_file(&self.path))
    }

    /// Moves what is in the log beside the file into the file, and leaves the log empty.
    pub(super) async fn empty_log(&self) -> Result<(), StoreError> {
        // Not by the connection that writes: others may have begun a transaction there.
        let mut connection = self.options(LOG_PATIENCE).connect().await.map_err(fault)?;
        let emptied = query("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(&mut connection);
        let emptied = emptied.await.map_err(fault);
        let closed = connection.close().await.map_err(fault);
        let is_busy: i64 = emptied?.try_get(0).map_err(fault)?;
        closed?;
        if is_busy == 0 {
            return Ok(());
        }
        Err(StoreError::Unavailable(
            "another process still reads what was before".to_owned(),
        ))
    }

    fn options(&self, patience: Duration) -> SqliteConnectOptions {
        SqliteConnectOptions::new()
            .filename(&self.path)
            .create_if_missing(false)
            .busy_timeout(patience)
            .disable_statement_logging()
    }
}

/// A database file that nobody else can open for as long as this lives.
///
/// The process must not open and close the file by other means meanwhile: that would give
/// its locks up.
#[derive(Debug)]
pub struct SqliteClaim {
    connection: SqliteConnection,
}

impl SqliteClaim {
    /// Brings the tables up to date and gives the file back.
    pub(super) async fn migrate(mut self, upgrade: Upgrade) -> Result<(), StoreError> {
        let migrated = schema::migrate_in_transaction(&mut self.connection, upgrade).await;
        self.release().await;
        migrated.map(|_| ())
    }

    /// Gives the file back.
    pub async fn release(self) {
        // Nothing was written: a fault here loses nothing.
        let _ = self.connection.close().await;
    }
}

/// The step of tables that this program can read or bring up to date.
async fn known_step(connection: &mut SqliteConnection) -> Result<i64, StoreError> {
    // Without this table it is no database of ours.
    query("SELECT version FROM schema_versions LIMIT 1")
        .fetch_optional(&mut *connection)
        .await
        .map_err(fault)?;
    let state = State::of(connection).await?;
    state.require_known()?;
    Ok(state.step)
}

async fn require_whole(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    let found: String = query_scalar("PRAGMA integrity_check(1)")
        .fetch_one(&mut *connection)
        .await
        .map_err(fault)?;
    if found != "ok" {
        return Err(StoreError::Unavailable(format!(
            "the database is damaged: {found}"
        )));
    }
    let dangling = query("PRAGMA foreign_key_check")
        .fetch_optional(connection)
        .await
        .map_err(fault)?;
    match dangling {
        None => Ok(()),
        Some(row) => Err(StoreError::Unavailable(format!(
            "the database is damaged: a row of table {} refers to one that is not there",
            row.try_get::<String, _>(0).map_err(fault)?
        ))),
    }
}
