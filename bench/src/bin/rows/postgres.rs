//! What a PostgreSQL server says of itself.

use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{ConnectOptions, Row};

use crate::measured::{Size, Work};

/// A PostgreSQL database, looked at from outside the store.
pub struct PostgresMeter {
    connection: PgConnection,
}

impl PostgresMeter {
    pub async fn open(url: &str) -> Result<Self, sqlx::Error> {
        let options: PgConnectOptions = url.parse()?;
        Ok(Self {
            connection: options.connect().await?,
        })
    }

    /// Every table's size, with its free space map and what is stored out of line.
    pub async fn sizes(&mut self) -> Result<Vec<Size>, sqlx::Error> {
        let tables = "SELECT relname::text AS name, pg_table_size(oid) AS table_bytes,
                 pg_indexes_size(oid) AS index_bytes
             FROM pg_class
             WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace
             ORDER BY relname";
        let found = sqlx::query(tables).fetch_all(&mut self.connection).await?;
        let mut sizes = Vec::new();
        for row in found {
            let table: String = row.try_get("name")?;
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

    pub async fn analyze(&mut self) -> Result<(), sqlx::Error> {
        sqlx::query("ANALYZE").execute(&mut self.connection).await?;
        Ok(())
    }

    /// From here on the first change of each page writes the whole page to the log.
    pub async fn checkpoint(&mut self) -> Result<(), sqlx::Error> {
        sqlx::query("CHECKPOINT")
            .execute(&mut self.connection)
            .await?;
        Ok(())
    }

    /// Bytes of the log so far, of the whole server.
    pub async fn work(&mut self) -> Result<Work, sqlx::Error> {
        let so_far = "SELECT (pg_current_wal_insert_lsn() - '0/0'::pg_lsn)::bigint";
        let bytes: i64 = sqlx::query_scalar(so_far)
            .fetch_one(&mut self.connection)
            .await?;
        Ok(Work {
            commits: None,
            bytes: bytes.unsigned_abs(),
        })
    }
}
