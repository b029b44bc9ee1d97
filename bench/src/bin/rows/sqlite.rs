//! What a SQLite file says of itself.

use std::path::{Path, PathBuf};

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Row};

use crate::measured::{Size, Work};

/// A SQLite file, looked at from outside the store.
pub struct SqliteMeter {
    path: PathBuf,
    connection: SqliteConnection,
}

impl SqliteMeter {
    pub async fn open(path: &Path) -> Result<Self, sqlx::Error> {
        let options = SqliteConnectOptions::new().filename(path);
        Ok(Self {
            path: path.to_owned(),
            connection: options.connect().await?,
        })
    }

    /// Every table's size, by `dbstat`.
    pub async fn sizes(&mut self) -> Result<Vec<Size>, sqlx::Error> {
        let tables = "SELECT s.tbl_name AS table_name,
                 SUM(CASE WHEN s.type = 'table' THEN d.pgsize ELSE 0 END) AS table_bytes,
                 SUM(CASE WHEN s.type = 'index' THEN d.pgsize ELSE 0 END) AS index_bytes
             FROM dbstat d JOIN sqlite_schema s ON s.name = d.name
             GROUP BY s.tbl_name ORDER BY s.tbl_name";
        let found = sqlx::query(tables).fetch_all(&mut self.connection).await?;
        let mut sizes = Vec::new();
        for row in found {
            let table: String = row.try_get("table_name")?;
            let count = sqlx::AssertSqlSafe(format!("SELECT COUNT(*) FROM \"{table}\""));
            let rows: i64 = sqlx::query_scalar(count)
                .fetch_one(&mut self.connection)
                .await?;
            let bytes = |name| row.try_get(name).map(i64::unsigned_abs);
            sizes.push(Size {
                table_bytes: bytes("table_bytes")?,
                index_bytes: bytes("index_bytes")?,
                rows: rows.unsigned_abs(),
                table,
            });
        }
        Ok(sizes)
    }

    /// From now on the log only grows: an open reader keeps SQLite from beginning it anew.
    pub async fn hold_log(&mut self) -> Result<(), sqlx::Error> {
        sqlx::query("BEGIN").execute(&mut self.connection).await?;
        sqlx::query("SELECT COUNT(*) FROM sqlite_schema")
            .execute(&mut self.connection)
            .await?;
        Ok(())
    }

    pub async fn release_log(&mut self) -> Result<(), sqlx::Error> {
        sqlx::query("COMMIT").execute(&mut self.connection).await?;
        Ok(())
    }

    /// Frames and commits in the log so far (<https://www.sqlite.org/fileformat2.html#walformat>).
    pub fn work(&self) -> std::io::Result<Work> {
        let mut name = self.path.clone().into_os_string();
        name.push("-wal");
        let log = std::fs::read(name)?;
        let number = |at: usize| -> Option<u32> {
            let bytes = log.get(at..at + 4)?;
            Some(u32::from_be_bytes(bytes.try_into().ok()?))
        };
        let (mut commits, mut bytes) = (0, 0);
        let (Some(page), Some(salt)) = (number(8), log.get(16..24)) else {
            return Ok(Work {
                commits: Some(commits),
                bytes,
            });
        };
        let step = 24 + page as usize;
        let mut at = 32;
        // Behind the last frame of this log may stand frames of an older one: other salt.
        while log.get(at + 8..at + 16) == Some(salt) {
            bytes += step as u64;
            commits += u64::from(number(at + 4) != Some(0));
            at += step;
        }
        Ok(Work {
            commits: Some(commits),
            bytes,
        })
    }
}
