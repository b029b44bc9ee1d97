//! Which program runs on which tables.

use std::time::Duration;

use sqlx::{ConnectOptions, Connection};
use storage::conformance::november;
use storage::{Opening, SqliteOptions, SqliteStore, StoreError, Upgrade};

use super::Old;

#[tokio::test]
async fn the_release_before_runs_until_the_upgrade_is_finished() {
    for old in Old::of_each().await {
        assert_eq!(old.ask(november::VERSION).await, 3);
        let store = old.open().await;
        assert!(!store.is_upgrade_finished().await.unwrap());
        assert_eq!(old.ask(november::VERSION).await, 3, "it starts again");
        // Once more changes nothing.
        old.migrate(Upgrade::Expand).await;
        assert_eq!(old.ask(november::VERSION).await, 3);
        old.migrate(Upgrade::Finish).await;
        assert!(store.is_upgrade_finished().await.unwrap());
        assert_eq!(old.ask(november::VERSION).await, 4, "it starts no more");
        old.migrate(Upgrade::Finish).await;
        old.migrate(Upgrade::Expand).await;
        store.check().await.unwrap();
    }
}

/// With every server stopped, an upgrade is one step.
#[tokio::test]
async fn finishing_needs_no_step_before() {
    for old in Old::of_each().await {
        old.migrate(Upgrade::Finish).await;
        assert_eq!(old.ask(november::VERSION).await, 4);
        assert!(old.open().await.is_upgrade_finished().await.unwrap());
    }
}

#[tokio::test]
async fn a_new_database_is_whole_from_the_beginning() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new.sqlite");
    let store = storage::open(path.to_str().unwrap()).await.unwrap();
    assert!(store.is_upgrade_finished().await.unwrap());
    let store = SqliteStore::open_in_memory().await.unwrap();
    use storage::Housekeeping;
    assert!(store.is_upgrade_finished().await.unwrap());
}

/// The tables are the same, however they came about.
#[tokio::test]
async fn an_upgrade_leaves_what_a_new_database_has() {
    const TABLES: &str = "SELECT COUNT(*) FROM information_schema.columns
         WHERE table_schema = current_schema()";
    const OTHERS: &str = "SELECT (SELECT COUNT(*) FROM information_schema.triggers)
         + (SELECT COUNT(*) FROM information_schema.views WHERE table_schema = 'public')
         + (SELECT COUNT(*) FROM pg_namespace WHERE nspname LIKE '%scopegate%')";
    let (upgraded, new) = (Old::postgres().await, Old::postgres().await);
    upgraded.migrate(Upgrade::Expand).await;
    assert!(upgraded.ask(OTHERS).await > 0);
    upgraded.migrate(Upgrade::Finish).await;
    new.migrate(Upgrade::Finish).await;
    assert_eq!(upgraded.ask(TABLES).await, new.ask(TABLES).await);
    assert_eq!(upgraded.ask(OTHERS).await, 0);
    let upgraded = Old::sqlite().await;
    upgraded.migrate(Upgrade::Expand).await;
    upgraded.migrate(Upgrade::Finish).await;
    const TRIGGERS: &str = "SELECT COUNT(*) FROM sqlite_master WHERE type = 'trigger'";
    assert_eq!(upgraded.ask(TRIGGERS).await, 0);
}

/// A program runs on what later ones made, as long as they say that it knows enough.
#[tokio::test]
async fn steps_of_later_versions_are_judged_by_what_they_need() {
    for old in Old::of_each().await {
        old.migrate(Upgrade::Finish).await;
        old.execute("INSERT INTO schema_steps (step, needs) VALUES (6, 5)")
            .await;
        let store = old.open().await;
        store.check().await.unwrap();
        let check_only = Opening {
            check_only: true,
            ..Opening::default()
        };
        storage::open_with(&old.url(), &check_only).await.unwrap();
        old.execute("INSERT INTO schema_steps (step, needs) VALUES (7, 6)")
            .await;
        let newer = StoreError::NewerSchema { found: 7, known: 5 };
        for opening in [Opening::default(), check_only] {
            let refused = storage::open_with(&old.url(), &opening).await.err();
            assert_eq!(refused, Some(newer.clone()));
        }
        for upgrade in [Upgrade::Expand, Upgrade::Finish] {
            let refused = storage::migrate(&old.url(), upgrade).await;
            assert_eq!(refused, Err(newer.clone()));
        }
    }
}

/// A process of the release before would read `SELECT *` by statements from before, and take
/// rows it cannot read for missing ones.
#[tokio::test]
async fn a_sqlite_file_gets_new_columns_only_while_nobody_has_it_open() {
    let old = Old::sqlite().await;
    let options = sqlx::sqlite::SqliteConnectOptions::new()
        .filename(old.file())
        .journal_mode(sqlx::sqlite::SqliteJournalMode::Wal);
    let mut server = options.connect().await.unwrap();
    let users = "SELECT COUNT(*) FROM users";
    let count: i64 = sqlx::query_scalar(users)
        .fetch_one(&mut server)
        .await
        .unwrap();
    let hasty = SqliteOptions {
        busy_timeout: Duration::from_millis(100),
        ..SqliteOptions::default()
    };
    let refused = SqliteStore::open_with(old.file(), &hasty).await.err();
    let Some(StoreError::Unavailable(problem)) = refused else {
        panic!("{refused:?}");
    };
    assert!(problem.contains("another process has it open"), "{problem}");
    assert!(problem.contains("stop the server"), "{problem}");
    // Nothing was changed, and the other goes on.
    let again: i64 = sqlx::query_scalar(users)
        .fetch_one(&mut server)
        .await
        .unwrap();
    assert_eq!(again, count);
    let write = "UPDATE schema_versions SET version = version";
    sqlx::query(write).execute(&mut server).await.unwrap();
    server.close().await.unwrap();
    SqliteStore::open_with(old.file(), &hasty).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn several_that_start_together_upgrade_once() {
    for old in Old::of_each().await {
        let url = old.url();
        let opened = (0..4).map(|_| {
            let url = url.clone();
            tokio::spawn(async move { storage::open(&url).await.map(drop) })
        });
        for opened in opened.collect::<Vec<_>>() {
            opened.await.unwrap().unwrap();
        }
        assert_eq!(old.ask(november::VERSION).await, 3);
        old.migrate(Upgrade::Finish).await;
        assert_eq!(old.ask("SELECT COUNT(*) FROM schema_steps").await, 2);
    }
}

#[tokio::test]
async fn an_upgrade_is_not_finished_under_a_server_of_the_release_before() {
    let old = Old::postgres().await;
    old.migrate(Upgrade::Expand).await;
    let options: sqlx::postgres::PgConnectOptions = old.url().parse().unwrap();
    let server = options.application_name("scopegate").connect().await;
    let refused = storage::migrate(&old.url(), Upgrade::Finish).await;
    let Err(StoreError::Misconfigured(problem)) = refused else {
        panic!("{refused:?}");
    };
    assert!(problem.contains("older version is connected"), "{problem}");
    server.unwrap().close().await.unwrap();
    // The server sees the connection closed a moment later.
    for _ in 0..100 {
        if storage::migrate(&old.url(), Upgrade::Finish).await.is_ok() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("it is never finished");
}
