use std::path::Path;
use std::time::Duration;

use sqlx::ConnectOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};

/// How a SQLite database is opened.
#[derive(Debug, Clone)]
pub struct SqliteOptions {
    /// How long to wait for a lock that another process holds, before
    /// [`StoreError::Unavailable`](crate::StoreError::Unavailable).
    pub busy_timeout: Duration,
    /// How many connections read beside the one that writes.
    pub readers: u32,
    /// The most writes that share one commit when several wait; 1 commits each alone.
    pub writes_per_commit: usize,
    /// Open for reading only: every write is
    /// [`StoreError::NotWritable`](crate::StoreError::NotWritable).
    pub read_only: bool,
    /// Only check that the tables are as this program knows them, do not bring them up to
    /// date.
    pub check_only: bool,
    /// The most pages of 4 KiB the file may grow to; `None` leaves it to the disk.
    pub max_pages: Option<u32>,
}

impl Default for SqliteOptions {
    fn default() -> Self {
        Self {
            busy_timeout: Duration::from_secs(5),
            readers: 4,
            writes_per_commit: 64,
            read_only: false,
            check_only: false,
            max_pages: None,
        }
    }
}

impl SqliteOptions {
    /// The connection that writes.
    pub(super) fn writer(&self, path: &Path) -> SqliteConnectOptions {
        let options = self.common().filename(path);
        if self.read_only {
            return options.read_only(true);
        }
        self.writing(options.create_if_missing(!self.check_only))
            .journal_mode(SqliteJournalMode::Wal)
            .pragma("journal_size_limit", "67108864")
    }

    /// A connection that only reads.
    pub(super) fn reader(&self, path: &Path) -> SqliteConnectOptions {
        // Not opened read-only: following the write-ahead log needs its shared-memory file.
        self.common()
            .filename(path)
            .read_only(self.read_only)
            // There are several; what they do not keep, the system does.
            .pragma("cache_size", "-2000")
            .pragma("query_only", "ON")
    }

    /// The only connection to a database that lives as long as it.
    pub(super) fn in_memory(&self) -> SqliteConnectOptions {
        self.writing(self.common().in_memory(true))
    }

    fn common(&self) -> SqliteConnectOptions {
        SqliteConnectOptions::new()
            .busy_timeout(self.busy_timeout)
            .foreign_keys(true)
            .statement_cache_capacity(256)
            .pragma("cache_size", "-8000")
            .pragma("temp_store", "MEMORY")
            .disable_statement_logging()
    }

    fn writing(&self, options: SqliteConnectOptions) -> SqliteConnectOptions {
        // FULL syncs the log at every commit: what is answered as done is durable.
        // What was deleted is overwritten: a person's key that is destroyed is gone.
        let options = options
            .synchronous(SqliteSynchronous::Full)
            .pragma("secure_delete", "ON");
        match self.max_pages {
            Some(pages) => options.pragma("max_page_count", pages.to_string()),
            None => options,
        }
    }
}
