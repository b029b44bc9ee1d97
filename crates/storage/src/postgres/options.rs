use std::str::FromStr;
use std::time::Duration;

use sqlx::ConnectOptions;
use sqlx::postgres::PgConnectOptions;

use crate::error::StoreError;

/// How a PostgreSQL database is used.
#[derive(Debug, Clone)]
pub struct PgOptions {
    /// The most connections at a time; one more follows changes.
    pub connections: u32,
    /// How long a new connection may take.
    pub connect_timeout: Duration,
    /// How long a call waits for a connection while all are busy.
    pub patience: Duration,
    /// How long one statement may take.
    pub statement_timeout: Duration,
    /// How long a statement waits for a row that another transaction holds. Longer than the
    /// server's `deadlock_timeout` (a second), so that deadlocks are found first.
    pub lock_timeout: Duration,
    /// How long a whole call may take, when the server does not even say that it gives up.
    pub call_timeout: Duration,
    /// Only check that the tables are as this program knows them, do not bring them up to
    /// date.
    pub check_only: bool,
}

impl Default for PgOptions {
    fn default() -> Self {
        Self {
            connections: 16,
            connect_timeout: Duration::from_secs(1),
            patience: Duration::from_secs(1),
            statement_timeout: Duration::from_secs(5),
            lock_timeout: Duration::from_secs(3),
            call_timeout: Duration::from_secs(8),
            check_only: false,
        }
    }
}

impl PgOptions {
    /// What a session sets before it is used. Times are in milliseconds.
    pub(super) fn session(&self) -> String {
        format!(
            "SET default_transaction_isolation = 'read committed';
             SET statement_timeout = {};
             SET lock_timeout = {};
             SET idle_in_transaction_session_timeout = {}",
            self.statement_timeout.as_millis(),
            self.lock_timeout.as_millis(),
            self.call_timeout.as_millis() * 2,
        )
    }
}

/// Reads `postgres://user:password@host:port/database?sslmode=…`.
pub(super) fn parse(url: &str) -> Result<PgConnectOptions, StoreError> {
    // The URL may hold a password, so no error repeats it.
    let options = PgConnectOptions::from_str(url).map_err(|error| {
        StoreError::Unavailable(format!("the database URL cannot be read: {error}"))
    })?;
    let named = options.get_options().is_some();
    let options = options
        .statement_cache_capacity(256)
        .disable_statement_logging();
    Ok(if named {
        options
    } else {
        options.application_name("scopegate")
    })
}
