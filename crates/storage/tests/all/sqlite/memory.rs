//! The conformance suite in memory, where all nodes are one.
use std::sync::Arc;

use async_trait::async_trait;
use storage::conformance::Database;
use storage::{SqliteStore, Store};

struct Memory(Arc<dyn Store>);

impl Memory {
    async fn make() -> Self {
        Self(Arc::new(SqliteStore::open_in_memory().await.unwrap()))
    }
}

#[async_trait]
impl Database for Memory {
    async fn node(&self) -> Arc<dyn Store> {
        Arc::clone(&self.0)
    }
}

storage::store_conformance!(crate::sqlite::memory::Memory::make().await);
