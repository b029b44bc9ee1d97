//! What stores tell of their own work while they are busy.
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use sqlx::postgres::PgConnection;
use sqlx::{Connection, raw_sql};
use storage::conformance::postgres_server::TestPostgres;
use storage::conformance::samples::{APP, REALM, audit, plain_client};
use storage::{
    Clients, ConnectionFigures, Housekeeping, PgOptions, PgStore, SqliteStore, StoreError,
};

/// Goes as far as it can go at once; answers whether there is more to do.
async fn begin(mut work: std::pin::Pin<&mut impl Future>) -> bool {
    std::future::poll_fn(|context| Poll::Ready(work.as_mut().poll(context).is_pending())).await
}

/// On one thread, nothing is committed before this test waits.
#[tokio::test]
async fn writes_wait_for_the_next_commit() {
    let store = SqliteStore::open_in_memory().await.unwrap();
    let (one, other) = (plain_client("one"), plain_client("other"));
    let mut first = pin!(store.insert_client(&one, audit()));
    let mut second = pin!(store.insert_client(&other, audit()));
    assert_eq!(store.figures().writes_waiting, Some(0));
    assert!(begin(first.as_mut()).await && begin(second.as_mut()).await);
    assert_eq!(store.figures().writes_waiting, Some(2));
    first.await.unwrap();
    second.await.unwrap();
    assert_eq!(store.figures().writes_waiting, Some(0));
    assert_eq!(store.figures().connections, None);
}

#[tokio::test]
async fn calls_wait_for_a_connection() {
    let database = TestPostgres::shared().await.fresh_database().await;
    let options = PgOptions {
        connections: 1,
        patience: Duration::from_millis(100),
        ..PgOptions::default()
    };
    let store = PgStore::open_with(&database.url(), &options).await.unwrap();
    let figures = || store.figures().connections.unwrap();
    let rest = ConnectionFigures {
        limit: 1,
        idle: 1,
        ..ConnectionFigures::default()
    };
    assert_eq!(figures(), rest);
    let busy = ConnectionFigures {
        in_use: 1,
        idle: 0,
        ..rest
    };
    {
        let mut stranger = PgConnection::connect(&database.url()).await.unwrap();
        let lock = raw_sql("BEGIN; LOCK TABLE clients");
        lock.execute(&mut stranger).await.unwrap();
        // It has sent its statement, which waits for the stranger.
        let mut holds = pin!(store.client(REALM, APP));
        assert!(begin(holds.as_mut()).await);
        assert_eq!(figures(), busy);
        let mut waits = pin!(store.client(REALM, APP));
        assert!(begin(waits.as_mut()).await);
        assert_eq!(figures(), ConnectionFigures { waiting: 1, ..busy });
        let refused = waits.await;
        assert!(matches!(refused, Err(StoreError::Unavailable(_))));
        let told = ConnectionFigures {
            timed_out: 1,
            ..busy
        };
        assert_eq!(figures(), told);
        stranger.close().await.unwrap();
        assert_eq!(holds.await, Ok(None));
    }
    let told = ConnectionFigures {
        timed_out: 1,
        ..rest
    };
    assert_eq!(figures(), told);
}
