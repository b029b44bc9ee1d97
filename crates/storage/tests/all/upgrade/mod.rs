//! From the release of 22 November 2026 to this one, in two steps, and what later ones may do to
//! the tables under this one.

mod later;
mod nodes_of_before;
mod records;
mod steps;

use std::path::PathBuf;
use std::sync::Arc;

use serde_json::Value;
use sqlx::{ConnectOptions, Connection};
use storage::conformance::november;
use storage::conformance::postgres_server::{TestDatabase, TestPostgres};
use storage::{Store, Upgrade};

/// A database that the release left.
pub struct Old {
    place: Place,
    /// What belongs to it.
    pub secrets: Value,
}

enum Place {
    Sqlite(tempfile::TempDir),
    Postgres(TestDatabase),
}

impl Old {
    /// One of each kind.
    pub async fn of_each() -> [Self; 2] {
        [Self::sqlite().await, Self::postgres().await]
    }

    pub async fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        november::sqlite(&folder.path().join("scopegate.sqlite")).await;
        Self {
            place: Place::Sqlite(folder),
            secrets: serde_json::from_str(november::SQLITE_SECRETS).unwrap(),
        }
    }

    pub async fn postgres() -> Self {
        let database = TestPostgres::shared().await.make_database("").await;
        november::postgres(&database).await;
        Self {
            place: Place::Postgres(database),
            secrets: serde_json::from_str(november::POSTGRES_SECRETS).unwrap(),
        }
    }

    pub fn url(&self) -> String {
        match &self.place {
            Place::Sqlite(_) => self.file().display().to_string(),
            Place::Postgres(database) => database.url(),
        }
    }

    pub fn file(&self) -> PathBuf {
        match &self.place {
            Place::Sqlite(folder) => folder.path().join("scopegate.sqlite"),
            Place::Postgres(database) => panic!("{} is no file", database.url()),
        }
    }

    pub async fn open(&self) -> Arc<dyn Store> {
        storage::open(&self.url()).await.unwrap()
    }

    pub async fn migrate(&self, upgrade: Upgrade) {
        storage::migrate(&self.url(), upgrade).await.unwrap();
    }

    /// Asks by a connection that is no store's.
    pub async fn ask(&self, sql: &'static str) -> i64 {
        match &self.place {
            Place::Sqlite(_) => {
                let options = sqlx::sqlite::SqliteConnectOptions::new().filename(self.file());
                let mut connection = options.connect().await.unwrap();
                let asked = sqlx::query_scalar(sql).fetch_one(&mut connection).await;
                connection.close().await.unwrap();
                asked.unwrap()
            }
            Place::Postgres(database) => {
                let mut connection = database.connect().await;
                let asked = sqlx::query_scalar(sql).fetch_one(&mut connection).await;
                asked.unwrap()
            }
        }
    }

    /// Runs statements by a connection that is no store's.
    pub async fn execute(&self, sql: &'static str) {
        match &self.place {
            Place::Sqlite(_) => {
                let options = sqlx::sqlite::SqliteConnectOptions::new().filename(self.file());
                let mut connection = options.connect().await.unwrap();
                sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
                connection.close().await.unwrap();
            }
            Place::Postgres(database) => database.execute(sql).await,
        }
    }
}
