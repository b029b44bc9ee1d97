//! The conformance suite on PostgreSQL: each case has a database of its own, each node
//! connections of its own.
use std::sync::Arc;

use async_trait::async_trait;
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
}

storage::store_conformance!(crate::postgres::conformance::Postgres::make().await);
