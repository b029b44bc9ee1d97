//! The tables on PostgreSQL: made once, in step with those on SQLite, compared by bytes.
use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Row, query_scalar, raw_sql};
use storage::conformance::Database;
use storage::conformance::postgres_server::{TestDatabase, TestPostgres};
use storage::conformance::samples::{REALM, audit, page, plain_client};
use storage::{Clients, Opening, PgStore, Store, StoreError, Upgrade};
use tokio::task::JoinSet;

async fn empty_database() -> TestDatabase {
    TestPostgres::shared().await.make_database("").await
}

/// A column: its table, its name, its type as PostgreSQL calls it, and whether it may be NULL.
type Column = (String, String, String, bool);

#[tokio::test]
async fn both_series_make_the_same_tables() {
    let mut there = on_postgres().await;
    let only_there: Vec<Column> = there
        .extract_if(.., |(table, ..)| table == "counters")
        .collect();
    assert_eq!(only_there.len(), 2);
    assert_eq!(there, on_sqlite().await);
}

async fn on_postgres() -> BTreeSet<Column> {
    let database = TestPostgres::shared().await.fresh_database().await;
    sqlx::query(
        "SELECT table_name::TEXT, column_name::TEXT, data_type::TEXT, is_nullable = 'YES'
         FROM information_schema.columns WHERE table_schema = 'public'",
    )
    .fetch_all(&mut database.connect().await)
    .await
    .unwrap()
    .iter()
    .map(|row| (row.get(0), row.get(1), row.get(2), row.get(3)))
    .collect()
}

async fn on_sqlite() -> BTreeSet<Column> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("scopegate.sqlite");
    let path = path.to_str().unwrap();
    storage::migrate(path, Upgrade::Finish).await.unwrap();
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
    let mut connection = options.connect().await.unwrap();
    sqlx::query(
        "SELECT tables.name, columns.name, columns.type, columns.\"notnull\", columns.pk
         FROM sqlite_master AS tables, pragma_table_info(tables.name) AS columns
         WHERE tables.type = 'table' AND tables.name NOT LIKE 'sqlite_%'",
    )
    .fetch_all(&mut connection)
    .await
    .unwrap()
    .iter()
    .map(|row| {
        let kind = match row.get::<String, _>(2).as_str() {
            "TEXT" => "text",
            "INTEGER" => "bigint",
            "BLOB" => "bytea",
            other => unreachable!("{other}"),
        };
        // The number that SQLite gives each row is never NULL, whatever it says.
        let nullable = row.get::<i64, _>(3) == 0 && row.get::<i64, _>(4) == 0;
        (row.get(0), row.get(1), kind.to_owned(), nullable)
    })
    .collect()
}

/// Nodes that start together make the tables once.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_new_database_is_opened_by_many_at_once() {
    let database = empty_database().await;
    let mut nodes = JoinSet::new();
    for number in 0..8 {
        let url = database.url();
        nodes.spawn(async move {
            let store = storage::open(&url).await.unwrap();
            let client = plain_client(&format!("client-{number}"));
            store.insert_client(&client, audit()).await.unwrap();
        });
    }
    nodes.join_all().await;
    let store = PgStore::open(&database.url()).await.unwrap();
    let clients = store.clients(REALM, &page(9)).await.unwrap();
    assert_eq!(clients.items.len(), 8);
    let step = PgStore::migrate(&database.url(), Upgrade::Expand).await;
    assert_eq!(step.unwrap(), 5);
}

#[tokio::test]
async fn tables_may_be_only_checked() {
    let check_only = Opening {
        check_only: true,
        ..Opening::default()
    };
    let folder = tempfile::tempdir().unwrap();
    let database = empty_database().await;
    let path = folder.path().join("scopegate.sqlite");
    for place in [database.url().as_str(), path.to_str().unwrap()] {
        let refused = storage::open_with(place, &check_only).await.err();
        assert!(
            matches!(
                &refused,
                Some(StoreError::Misconfigured(problem)) if problem.contains("scopegate migrate")
            ) || matches!(refused, Some(StoreError::Unavailable(_))),
            "{place}: {refused:?}"
        );
        storage::migrate(place, Upgrade::Expand).await.unwrap();
        let store = storage::open_with(place, &check_only).await.unwrap();
        store.check().await.unwrap();
    }
}

#[tokio::test]
async fn tables_of_another_program_are_left_alone() {
    let database = empty_database().await;
    database.execute("CREATE TABLE users (name TEXT)").await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("other.sqlite");
    let options = SqliteConnectOptions::new().filename(&path);
    let mut other = options.create_if_missing(true).connect().await.unwrap();
    let made = raw_sql("CREATE TABLE users (name TEXT)")
        .execute(&mut other)
        .await;
    made.unwrap();
    for place in [database.url().as_str(), path.to_str().unwrap()] {
        for upgrade in [Upgrade::Expand, Upgrade::Finish] {
            let refused = storage::migrate(place, upgrade)
                .await
                .unwrap_err()
                .to_string();
            assert!(refused.contains("users is there already"), "{refused}");
            assert!(refused.contains("a database of its own"), "{refused}");
        }
    }
    let tables = "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = 'public'";
    let mut connection = database.connect().await;
    let tables: i64 = query_scalar(tables)
        .fetch_one(&mut connection)
        .await
        .unwrap();
    assert_eq!(tables, 1);
    let tables = query_scalar("SELECT COUNT(*) FROM sqlite_master WHERE type = 'table'");
    let tables: i64 = tables.fetch_one(&mut other).await.unwrap();
    assert_eq!(tables, 1);
}

#[tokio::test]
async fn tables_of_a_newer_program_are_left_alone() {
    let database = TestPostgres::shared().await.fresh_database().await;
    database
        .execute("INSERT INTO schema_steps (step, needs) VALUES (6, 5), (7, 6)")
        .await;
    for check_only in [false, true] {
        let opening = Opening {
            check_only,
            ..Opening::default()
        };
        let refused = storage::open_with(&database.url(), &opening).await.err();
        let newer = StoreError::NewerSchema { found: 7, known: 5 };
        assert_eq!(refused, Some(newer));
    }
}

#[tokio::test]
async fn the_socket_in_the_file_system_is_a_way_in_too() {
    let server = TestPostgres::shared().await;
    let database = server.fresh_database().await;
    let store = storage::open(&server.socket_url(database.name()))
        .await
        .unwrap();
    store.check().await.unwrap();
}

#[tokio::test]
async fn a_url_that_leads_nowhere_is_an_error_without_its_password() {
    let server = TestPostgres::shared().await;
    let nowhere = server.url("nowhere");
    let table = [
        (nowhere.as_str(), true),
        ("postgres://scopegate:s3cret@127.0.0.1:1/x", true),
        ("postgres://scopegate:s3cret@127.0.0.1:port/x", false),
        (
            "postgres://scopegate:s3cret@127.0.0.1/x?sslmode=sometimes",
            false,
        ),
    ];
    for (url, is_readable) in table {
        let refused = storage::open(url).await.err().unwrap();
        match is_readable {
            true => assert!(matches!(refused, StoreError::Unavailable(_)), "{refused:?}"),
            false => assert!(
                matches!(refused, StoreError::Misconfigured(_)),
                "{refused:?}"
            ),
        }
        assert!(!refused.to_string().contains("s3cret"), "{refused}");
    }
}

/// A database whose own collation is that of a language, where "Bea" comes behind "ada".
struct German(TestDatabase);

#[async_trait]
impl Database for German {
    async fn node(&self) -> Arc<dyn Store> {
        storage::open(&self.0.url()).await.unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_come_in_the_same_order_whatever_the_databases_collation() {
    let how = "TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'de' LOCALE 'C.UTF-8'";
    for case in [
        "users::come_in_pages_by_name",
        "clients::come_in_pages_by_id",
        "organisations::come_in_pages_by_slug",
        "organisations::roles_come_by_name_and_are_replaced",
        "memberships::are_seen_from_both_sides",
        "consents::again_change_the_standing_grant",
    ] {
        let database = TestPostgres::shared().await.make_database(how).await;
        storage::conformance::run(case, &German(database)).await;
    }
}
