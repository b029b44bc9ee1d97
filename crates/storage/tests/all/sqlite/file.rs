//! The conformance suite on files, where each node has connections of its own.
use std::sync::Arc;

use async_trait::async_trait;
use storage::conformance::Database;
use storage::{SqliteStore, Store};
use tempfile::TempDir;

struct File(TempDir);

impl File {
    fn make() -> Self {
        Self(tempfile::tempdir().unwrap())
    }
}

#[async_trait]
impl Database for File {
    async fn node(&self) -> Arc<dyn Store> {
        let path = self.0.path().join("scopegate.sqlite");
        Arc::new(SqliteStore::open(path).await.unwrap())
    }

    async fn at_rest(&self) -> Vec<u8> {
        let files = std::fs::read_dir(self.0.path()).unwrap();
        let read = files.map(|file| std::fs::read(file.unwrap().path()).unwrap());
        read.collect::<Vec<_>>().concat()
    }
}

storage::store_conformance!(crate::sqlite::file::File::make());
