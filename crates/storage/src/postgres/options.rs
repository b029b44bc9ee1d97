use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use sqlx::ConnectOptions;
use sqlx::postgres::PgConnectOptions;
use url::Url;

use super::schema::HISTORY;
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
            // While an upgrade is not finished, the tables are aside (0004_aside.sql).
            "RESET search_path;
             SELECT set_config('search_path', COALESCE(quote_ident(current_schema() || '_scopegate')
                 || ', ', '') || current_setting('search_path'), false);
             SET default_transaction_isolation = 'read committed';
             SET statement_timeout = {};
             SET lock_timeout = {};
             SET idle_in_transaction_session_timeout = {}",
            self.statement_timeout.as_millis(),
            self.lock_timeout.as_millis(),
            self.call_timeout.as_millis() * 2,
        )
    }
}

/// What sessions are called, unless the URL says: the step tells who may be there at which step
/// of an upgrade. Releases up to 22 November 2026 are called `scopegate`.
pub(super) fn application_name() -> String {
    format!("scopegate/{}", HISTORY.known())
}

/// Reads `postgres://user:password@host:port/database?sslmode=…`.
///
/// The URL may hold a password, so no error repeats it.
pub(super) fn parse(url: &str) -> Result<PgConnectOptions, StoreError> {
    let parsed = Url::parse(url).map_err(unreadable)?;
    for (key, value) in parsed.query_pairs() {
        check_parameter(&key, &value).map_err(unreadable)?;
    }
    let options = PgConnectOptions::from_str(url).map_err(unreadable)?;
    let options = parsed.query_pairs().fold(options, without_mark);
    let named = options.get_options().is_some();
    let options = options
        .statement_cache_capacity(256)
        .disable_statement_logging();
    Ok(if named {
        options
    } else {
        options.application_name(&application_name())
    })
}

/// The parameters that count in a URL, and whether they name a file. Others would be passed
/// over, with their values in the log: one that was mistyped may be about safety, or secret.
const PARAMETERS: [(&str, bool); 17] = [
    ("sslmode", false),
    ("ssl-mode", false),
    ("sslrootcert", true),
    ("ssl-root-cert", true),
    ("ssl-ca", true),
    ("sslcert", true),
    ("ssl-cert", true),
    ("sslkey", true),
    ("ssl-key", true),
    ("host", false),
    ("hostaddr", false),
    ("port", false),
    ("dbname", false),
    ("user", false),
    ("password", false),
    ("application_name", false),
    ("options", false),
];

fn check_parameter(key: &str, value: &str) -> Result<(), String> {
    if key.starts_with("options[") && key.ends_with(']') {
        return Ok(());
    }
    match PARAMETERS.iter().find(|(known, _)| *known == key) {
        None => Err(unknown(key)),
        Some((_, true)) if !value.starts_with("-----BEGIN") => check_file(key, value),
        Some(_) => Ok(()),
    }
}

/// A key that is no word may be part of a password in which a `?` was not escaped.
fn unknown(key: &str) -> String {
    let is_word = |c: char| c.is_ascii_alphanumeric() || "_-".contains(c);
    let named = if key.chars().all(is_word) {
        format!("parameter {key:?} is not known")
    } else {
        "a parameter is not known (a `?` in a password is written %3F)".to_owned()
    };
    let known: Vec<_> = PARAMETERS.iter().map(|(known, _)| *known).collect();
    format!("{named}; known are {}, options[NAME]", known.join(", "))
}

/// What cannot be used would only be told as a connection that fails.
fn check_file(key: &str, file: &str) -> Result<(), String> {
    let wrong = |why: &dyn fmt::Display| format!("{key} {file}: {why}");
    let found = std::fs::metadata(file).map_err(|error| wrong(&error))?;
    // A pipe or a device could keep whoever reads it for ever.
    if !found.is_file() {
        return Err(wrong(&"it is no file"));
    }
    let text = std::fs::read(file).map_err(|error| wrong(&error))?;
    let begins = b"-----BEGIN";
    if text.windows(begins.len()).any(|part| part == begins) {
        Ok(())
    } else {
        Err(wrong(&"there is nothing in PEM in it"))
    }
}

/// Some editors begin a file with a byte order mark, which is no part of what it holds.
fn without_mark(
    options: PgConnectOptions,
    (key, file): (Cow<'_, str>, Cow<'_, str>),
) -> PgConnectOptions {
    let is_file = PARAMETERS.contains(&(&*key, true));
    let text = is_file.then(|| std::fs::read(&*file).ok()).flatten();
    let mark = "\u{feff}".as_bytes();
    match text.as_deref().and_then(|text| text.strip_prefix(mark)) {
        None => options,
        Some(pem) if key.ends_with("key") => options.ssl_client_key_from_pem(pem),
        Some(pem) if matches!(&*key, "sslcert" | "ssl-cert") => {
            options.ssl_client_cert_from_pem(pem)
        }
        Some(pem) => options.ssl_root_cert_from_pem(pem.to_vec()),
    }
}

fn unreadable(problem: impl fmt::Display) -> StoreError {
    StoreError::Misconfigured(format!("the database URL cannot be used: {problem}"))
}
