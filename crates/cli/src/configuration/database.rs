use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use storage::{PgOptions, PgStore, SqliteOptions, SqliteStore, Store, Upgrade};

use crate::failure::Failure;

/// What is left to do where an upgrade is not finished.
pub const NOT_FINISHED: &str = "the upgrade is not finished: once no server of the version before \
    runs any more, run `scopegate migrate --finish`";

/// Which database. Shown without a password.
#[derive(Clone, PartialEq, Eq)]
pub enum Database {
    /// A SQLite file.
    File(PathBuf),
    /// A PostgreSQL database, by its URL.
    Url(url::Url),
}

impl Database {
    /// Reads a path, `sqlite:PATH` or `postgres://…`. Paths are relative to `folder`.
    pub fn parse(text: &str, folder: &Path) -> Result<Self, String> {
        if text.trim().is_empty() {
            return Err("it is empty".to_owned());
        }
        if text.starts_with("postgres:") || text.starts_with("postgresql:") {
            // What is wrong is said without the text: it may hold a password.
            let url = url::Url::parse(text).map_err(|error| format!("no URL: {error}"))?;
            if url.host_str().is_none_or(str::is_empty) && url.query().is_none() {
                return Err("the URL names no host".to_owned());
            }
            return Ok(Self::Url(url));
        }
        if let Some((scheme, _)) = text.split_once("://")
            && scheme != "sqlite"
        {
            return Err(format!("there is no store for {scheme}"));
        }
        let path = text.strip_prefix("sqlite:").unwrap_or(text);
        let path = path.strip_prefix("//").unwrap_or(path);
        Ok(Self::File(folder.join(path)))
    }

    /// Brings its tables up to date, and does nothing else.
    pub async fn migrate(&self, upgrade: Upgrade) -> Result<(), Failure> {
        let migrated = match self {
            Self::File(path) => SqliteStore::migrate(path, upgrade).await,
            Self::Url(url) => PgStore::migrate(url.as_str(), upgrade).await,
        };
        let failed = Failure::while_doing(format!("cannot bring the database {self} up to date"));
        migrated.map(|_| ()).map_err(failed)
    }

    /// Opens it, with its tables brought up to date.
    pub async fn open(&self) -> Result<Opened, Failure> {
        self.open_with(false).await
    }

    /// Opens it as it is: one that is not there, or whose tables are of an older version, is
    /// refused and stays so.
    pub async fn open_as_it_is(&self) -> Result<Opened, Failure> {
        if let Self::File(path) = self
            && !path.exists()
        {
            return Err(Failure::new(format!(
                "there is no database {self}; `scopegate migrate` makes it, and so does the server"
            )));
        }
        self.open_with(true).await
    }

    async fn open_with(&self, check_only: bool) -> Result<Opened, Failure> {
        match self {
            Self::File(path) => {
                let options = SqliteOptions {
                    check_only,
                    ..SqliteOptions::default()
                };
                let store = SqliteStore::open_with(path, &options).await;
                let store = store.map_err(Failure::while_doing(format!(
                    "cannot open the database {self}"
                )))?;
                Ok(Opened::Sqlite(Arc::new(store)))
            }
            Self::Url(url) => {
                let options = PgOptions {
                    check_only,
                    ..PgOptions::default()
                };
                let store = PgStore::open_with(url.as_str(), &options).await;
                let store = store.map_err(Failure::while_doing(format!(
                    "cannot open the database {self}"
                )))?;
                Ok(Opened::Postgres(Arc::new(store)))
            }
        }
    }
}

/// An open database.
pub enum Opened {
    /// A SQLite file.
    Sqlite(Arc<SqliteStore>),
    /// PostgreSQL.
    Postgres(Arc<PgStore>),
}

impl Opened {
    /// For everything that uses it.
    pub fn store(&self) -> Arc<dyn Store> {
        match self {
            Self::Sqlite(store) => Arc::clone(store) as Arc<dyn Store>,
            Self::Postgres(store) => Arc::clone(store) as Arc<dyn Store>,
        }
    }

    /// Is nothing of an upgrade left to do?
    pub async fn is_upgrade_finished(&self) -> Result<bool, Failure> {
        let finished = self.store().is_upgrade_finished().await;
        finished.map_err(Failure::while_doing("cannot read the database"))
    }

    /// Leaves it tidy, if nobody uses it any more; otherwise it is closed when it is dropped.
    pub async fn close(self) {
        match self {
            Self::Sqlite(store) => {
                if let Some(store) = Arc::into_inner(store) {
                    store.close().await;
                }
            }
            Self::Postgres(store) => {
                if let Some(store) = Arc::into_inner(store) {
                    store.close().await;
                }
            }
        }
    }
}

impl fmt::Display for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => path.display().fmt(f),
            Self::Url(url) => {
                let host = url.host_str().unwrap_or_default();
                let port = url
                    .port()
                    .map_or_else(String::new, |port| format!(":{port}"));
                write!(f, "postgres://{host}{port}{}", url.path())
            }
        }
    }
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<String, String> {
        Database::parse(text, Path::new("/etc/scopegate")).map(|found| found.to_string())
    }

    #[test]
    fn paths_and_urls_are_told_apart() {
        let file = Ok("/etc/scopegate/a.sqlite".to_owned());
        assert_eq!(parse("a.sqlite"), file);
        assert_eq!(parse("sqlite:a.sqlite"), file);
        assert_eq!(parse("sqlite:///etc/scopegate/a.sqlite"), file);
        assert_eq!(parse("/etc/scopegate/a.sqlite"), file);
        assert!(parse("mysql://a/b").unwrap_err().contains("mysql"));
        assert!(parse(" ").is_err());
    }

    #[test]
    fn a_password_is_never_shown() {
        let url = "postgres://gate:s3cret@db.example:5433/gate?sslpassword=s3cret2";
        let database = Database::parse(url, Path::new(".")).unwrap();
        for shown in [format!("{database}"), format!("{database:?}")] {
            assert_eq!(shown, "postgres://db.example:5433/gate");
        }
        let wrong = parse("postgres://gate:s3cret@db.example:port/gate").unwrap_err();
        assert!(!wrong.contains("s3cret"), "{wrong}");
    }
}
