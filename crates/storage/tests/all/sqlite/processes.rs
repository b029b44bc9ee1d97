//! Several stores and several processes on one file.
use std::process::Command;
use std::sync::Arc;

use storage::conformance::samples::{REALM, audit, page, plain_client};
use storage::{ChangeSubject, Changes, Clients, SqliteStore};
use tokio::task::JoinSet;

/// Where the other process finds the file; set only by the test that starts it.
const PATH: &str = "SCOPEGATE_TEST_DATABASE";
const EACH: usize = 60;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn another_process_writes_to_the_same_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("scopegate.sqlite");
    let store = SqliteStore::open(&path).await.unwrap();
    let mut other = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "sqlite::processes::the_other_process",
            "--ignored",
        ])
        .env(PATH, &path)
        .spawn()
        .unwrap();
    write(&store, "here").await;
    assert!(other.wait().unwrap().success());

    let clients = store.clients(REALM, &page(1_000)).await.unwrap().items;
    assert_eq!(clients.len(), 2 * EACH);
    let changes = store.changes(0, 1_000).await.unwrap();
    assert_eq!(changes.len(), 2 * EACH);
    let there = changes
        .iter()
        .filter(|change| match &change.subject {
            ChangeSubject::Client(id) => id.starts_with("there"),
            _ => false,
        })
        .count();
    assert_eq!(there, EACH);
    assert!(changes.is_sorted_by_key(|change| change.sequence));
}

#[tokio::test]
#[ignore = "started by another_process_writes_to_the_same_file"]
async fn the_other_process() {
    let Some(path) = std::env::var_os(PATH) else {
        return;
    };
    let store = SqliteStore::open(path).await.unwrap();
    write(&store, "there").await;
}

async fn write(store: &SqliteStore, prefix: &str) {
    for number in 0..EACH {
        let client = plain_client(&format!("{prefix}-{number}"));
        store.insert_client(&client, audit()).await.unwrap();
    }
}

/// The tables are made once, whoever comes first.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_new_file_is_opened_by_many_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = Arc::new(folder.path().join("scopegate.sqlite"));
    let mut tasks = JoinSet::new();
    for number in 0..8 {
        let path = Arc::clone(&path);
        tasks.spawn(async move {
            let store = SqliteStore::open(path.as_path()).await.unwrap();
            let client = plain_client(&format!("client-{number}"));
            store.insert_client(&client, audit()).await.unwrap();
        });
    }
    tasks.join_all().await;
    let store = SqliteStore::open(path.as_path()).await.unwrap();
    let clients = store.clients(REALM, &page(9)).await.unwrap();
    assert_eq!(clients.items.len(), 8);
}

#[cfg(unix)]
#[tokio::test]
async fn the_files_are_for_their_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(folder.path().join("scopegate.sqlite"))
        .await
        .unwrap();
    store
        .insert_client(&plain_client("a"), audit())
        .await
        .unwrap();
    let mut files = 0;
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let mode = entry.unwrap().metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        files += 1;
    }
    assert!(files >= 2);
}

#[tokio::test]
async fn a_closed_store_leaves_one_file_with_everything() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("scopegate.sqlite");
    let store = SqliteStore::open(&path).await.unwrap();
    write(&store, "client").await;
    assert_eq!(store.latest_change().await.unwrap(), EACH as i64);
    store.close().await;
    let files: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
    assert_eq!(files.len(), 1);
    let store = SqliteStore::open(&path).await.unwrap();
    let clients = store.clients(REALM, &page(1_000)).await.unwrap();
    assert_eq!(clients.items.len(), EACH);
}
