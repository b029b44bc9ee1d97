//! The conformance suite on PostgreSQL: each case has a database of its own, each node
//! connections of its own.
use std::sync::Arc;

use async_trait::async_trait;
use sqlx::{query_scalar, raw_sql};
use storage::Store;
use storage::conformance::Database;
use storage::conformance::postgres_server::{TestDatabase, TestPostgres};

struct Postgres(TestDatabase);

impl Postgres {
    async fn make() -> Self {
        Self(TestPostgres::shared().await.fresh_database().await)
    }
}

#[async_trait]
impl Database for Postgres {
    async fn node(&self) -> Arc<dyn Store> {
        storage::open(&self.0.url()).await.unwrap()
    }

    async fn at_rest(&self) -> Vec<u8> {
        let mut connection = self.0.connect().await;
        raw_sql("CHECKPOINT")
            .execute(&mut connection)
            .await
            .unwrap();
        let folder: String = query_scalar(
            "SELECT current_setting('data_directory') || '/base/' || oid
             FROM pg_database WHERE datname = current_database()",
        )
        .fetch_one(&mut connection)
        .await
        .unwrap();
        let files = std::fs::read_dir(folder).unwrap();
        let read = files.map(|file| std::fs::read(file.unwrap().path()).unwrap());
        read.collect::<Vec<_>>().concat()
    }
}

storage::store_conformance!(crate::postgres::conformance::Postgres::make().await);
