//! What a store on PostgreSQL does when others are in its way,
//! and when the server is gone or may not be written.
use std::sync::Arc;
use std::time::Duration;

use oauth::model::{GrantStatus, Redemption, RevocationReason};
use storage::conformance::postgres_server::{TestDatabase, TestPostgres};
use storage::conformance::samples::{
    APP, REALM, at, audit, hash, page, parties, plain_client, role, scope, user,
};
use storage::{
    Changes, Clients, Codes, Grants, Housekeeping, Organisations, People, PgOptions, PgStore,
    StoreError, Tokens,
};
use tokio::task::JoinSet;
use tokio::time::timeout;

pub(super) async fn database() -> TestDatabase {
    TestPostgres::shared().await.fresh_database().await
}

pub(super) async fn open(database: &TestDatabase) -> PgStore {
    PgStore::open(&database.url()).await.unwrap()
}

/// Makes the next writes to a table fail as a transaction does that lost against another, as
/// many times as the sequence says.
async fn make_fail(database: &TestDatabase, table: &str, code: &str, times: u32) {
    let trap = format!(
        "CREATE SEQUENCE traps;
         CREATE FUNCTION trap() RETURNS TRIGGER LANGUAGE plpgsql AS $$ BEGIN
             IF nextval('traps') <= {times} THEN
                 RAISE EXCEPTION 'trapped' USING ERRCODE = '{code}';
             END IF;
             RETURN NEW;
         END $$;
         CREATE TRIGGER trap BEFORE INSERT OR UPDATE ON {table}
             FOR EACH ROW EXECUTE FUNCTION trap()"
    );
    database.execute(&trap).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn serialization_failures_and_deadlocks_are_tried_again() {
    for code in ["40001", "40P01"] {
        let database = database().await;
        let store = open(&database).await;
        let who = parties(&store).await;
        let grant = who.connect(&store, 10, 50).await.id;
        // A transaction: nothing of the attempts that failed is left.
        make_fail(&database, "changes", code, 5).await;
        let before = store.latest_change().await.unwrap();
        store
            .insert_client(&plain_client("late"), audit())
            .await
            .unwrap();
        assert_eq!(store.latest_change().await.unwrap(), before + 1);
        // A single statement.
        database.execute("DROP TRIGGER trap ON changes").await;
        database
            .execute("DROP FUNCTION trap; DROP SEQUENCE traps")
            .await;
        make_fail(&database, "refresh_tokens", code, 3).await;
        let next = who.refresh_token(51, grant);
        let rotated = store.rotate_refresh_token(&hash(50), &next, at(2)).await;
        assert_eq!(rotated.unwrap(), Redemption::Redeemed, "{code}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_loses_for_ever_is_told_that_the_database_is_not_available() {
    let database = database().await;
    let store = open(&database).await;
    make_fail(&database, "changes", "40001", 1_000).await;
    let refused = store.insert_client(&plain_client(APP), audit()).await;
    assert!(
        matches!(&refused, Err(StoreError::Unavailable(problem)) if problem.contains("trapped")),
        "{refused:?}"
    );
    assert!(store.client(REALM, APP).await.unwrap().is_none());
}

/// Two writers that take the same rows in opposite order: PostgreSQL undoes one of them, and
/// the store makes it again.
#[tokio::test(flavor = "multi_thread")]
async fn a_real_deadlock_is_never_shown() {
    let database = database().await;
    let store = Arc::new(open(&database).await);
    let who = parties(store.as_ref()).await;
    let grant = who.agree(store.as_ref(), 10).await;
    // The stranger holds the sequence and will want the grant; the store holds the grant and
    // will want the sequence.
    let mut stranger = database.connect().await;
    run(
        &mut stranger,
        "BEGIN; UPDATE counters SET value = value WHERE name = 'changes'",
    )
    .await;
    let writer = {
        let (store, id) = (Arc::clone(&store), grant.id);
        tokio::spawn(async move {
            let reason = RevocationReason::ByUser;
            store.revoke_grant(REALM, id, reason, at(5), audit()).await
        })
    };
    let mut watcher = database.connect().await;
    while waiting(&mut watcher).await == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let took = sqlx::raw_sql("UPDATE grants SET updated_at = updated_at; COMMIT")
        .execute(&mut stranger)
        .await;
    // One of the two was undone, whichever PostgreSQL chose.
    assert!(writer.await.unwrap().unwrap(), "{took:?}");
    let stored = store.grant(REALM, grant.id).await.unwrap().unwrap();
    assert_ne!(stored.status, GrantStatus::Live);
}

async fn run(connection: &mut sqlx::PgConnection, sql: &'static str) {
    sqlx::raw_sql(sql).execute(connection).await.unwrap();
}

/// How many wait for a row of another.
async fn waiting(connection: &mut sqlx::PgConnection) -> i64 {
    sqlx::query_scalar(
        "SELECT COUNT(*) FROM pg_stat_activity
         WHERE datname = current_database() AND wait_event_type = 'Lock'",
    )
    .fetch_one(connection)
    .await
    .unwrap()
}

/// A lock that is held for too long is an error in bounded time, and the write is not done.
#[tokio::test(flavor = "multi_thread")]
async fn who_waits_too_long_for_a_row_is_told() {
    let database = database().await;
    let options = PgOptions {
        lock_timeout: Duration::from_millis(100),
        ..PgOptions::default()
    };
    let store = PgStore::open_with(&database.url(), &options).await.unwrap();
    let mut stranger = database.connect().await;
    run(&mut stranger, "BEGIN; UPDATE counters SET value = value").await;
    let refused = store.insert_client(&plain_client(APP), audit()).await;
    assert!(matches!(refused, Err(StoreError::Unavailable(_))));
    run(&mut stranger, "ROLLBACK").await;
    assert!(store.client(REALM, APP).await.unwrap().is_none());
    store
        .insert_client(&plain_client(APP), audit())
        .await
        .unwrap();
}

/// A call that is dropped half-way leaves no transaction open and no connection lost.
#[tokio::test(flavor = "multi_thread")]
async fn a_caller_that_goes_away_does_no_harm() {
    let database = database().await;
    let options = PgOptions {
        connections: 1,
        ..PgOptions::default()
    };
    let store = PgStore::open_with(&database.url(), &options).await.unwrap();
    let mut stranger = database.connect().await;
    for number in 0..5 {
        run(&mut stranger, "BEGIN; UPDATE counters SET value = value").await;
        let client = plain_client(&format!("client-{number}"));
        let gone = timeout(
            Duration::from_millis(30),
            store.insert_client(&client, audit()),
        )
        .await;
        assert!(gone.is_err());
        run(&mut stranger, "ROLLBACK").await;
    }
    store
        .insert_client(&plain_client("client-0"), audit())
        .await
        .unwrap();
    let clients = store.clients(REALM, &page(9)).await.unwrap().items;
    assert_eq!(clients.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_gone_is_told_soon_and_found_again() {
    let server = TestPostgres::start().await;
    let database = server.fresh_database().await;
    let store = open(&database).await;
    let who = parties(&store).await;
    let grant = who.connect(&store, 10, 50).await;
    for crash in [false, true] {
        if crash {
            server.crash();
        } else {
            server.stop();
        }
        let calls = async {
            assert!(matches!(
                store.check().await,
                Err(StoreError::Unavailable(_))
            ));
            let read = store.grant(REALM, grant.id).await;
            assert!(matches!(read, Err(StoreError::Unavailable(_))));
            let code = store.insert_code(&who.code(20, grant.id)).await;
            assert!(matches!(code, Err(StoreError::Unavailable(_))));
        };
        // Each call has its bound; this one is there to tell "soon" from "never".
        timeout(Duration::from_secs(6), calls).await.unwrap();
        let opened = PgStore::open(&database.url()).await.err();
        assert!(matches!(opened, Some(StoreError::Unavailable(_))));
        server.restart().await;
        store.check().await.unwrap();
        assert_eq!(
            store.grant(REALM, grant.id).await.unwrap(),
            Some(grant.clone())
        );
    }
    let next = who.refresh_token(51, grant.id);
    let rotated = store.rotate_refresh_token(&hash(50), &next, at(2)).await;
    assert_eq!(rotated.unwrap(), Redemption::Redeemed);
    // Changes are heard of again, too.
    let seen = store.latest_change().await.unwrap();
    let other = open(&database).await;
    hears(&store, &other, seen).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_are_heard_of_by_the_other_nodes() {
    let database = database().await;
    let (here, there) = (open(&database).await, open(&database).await);
    hears(&there, &here, 0).await;
    // What was heard already does not wake anybody again.
    let seen = there.latest_change().await.unwrap();
    let early = timeout(
        Duration::from_millis(50),
        there.wait_for_change(seen, Duration::from_secs(60)),
    );
    assert!(early.await.is_err());
    hears(&there, &here, seen).await;
    // And nobody waits for longer than asked for.
    let seen = there.latest_change().await.unwrap();
    there.wait_for_change(seen, Duration::from_millis(5)).await;
}

/// `listener` is woken by a change that `writer` makes. It may begin to listen late.
async fn hears(listener: &PgStore, writer: &PgStore, seen: i64) {
    let hour = Duration::from_secs(3_600);
    let heard = listener.wait_for_change(seen, hour);
    tokio::pin!(heard);
    for number in 0..600 {
        let client = plain_client(&format!("heard-{seen}-{number}"));
        writer.insert_client(&client, audit()).await.unwrap();
        if timeout(Duration::from_millis(50), &mut heard).await.is_ok() {
            return;
        }
    }
    unreachable!("600 changes, and none was heard of");
}

/// Numbers are seen in their order and without gaps, however many write at once.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_change_is_never_seen_before_a_smaller_one() {
    const WRITERS: u64 = 8;
    const EACH: u64 = 25;
    let database = database().await;
    let mut writers = JoinSet::new();
    for writer in 0..WRITERS {
        let store = open(&database).await;
        writers.spawn(async move {
            for number in 0..EACH {
                let id = writer * 1_000 + number + 1;
                let user = user(id, &format!("user-{id}"));
                store.insert_user(&user, audit()).await.unwrap();
            }
        });
    }
    let follower = open(&database).await;
    let total = i64::try_from(WRITERS * EACH).unwrap();
    let mut seen = 0;
    while seen < total {
        for change in follower.changes(seen, 1_000).await.unwrap() {
            assert_eq!(change.sequence, seen + 1);
            seen = change.sequence;
        }
    }
    writers.join_all().await;
    assert_eq!(follower.latest_change().await.unwrap(), total);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_may_not_be_written_only_reads() {
    let database = database().await;
    let writable = open(&database).await;
    let who = parties(&writable).await;
    let grant = who.connect(&writable, 10, 50).await;
    let name = database.name();
    database
        .execute(&format!(
            "ALTER DATABASE {name} SET default_transaction_read_only = on"
        ))
        .await;
    let store = open(&database).await;
    let found = store.grant(REALM, grant.id).await.unwrap();
    assert_eq!(found, Some(grant.clone()));
    let not_writable = |error: Option<StoreError>| {
        assert!(
            matches!(error, Some(StoreError::NotWritable(_))),
            "{error:?}"
        );
    };
    not_writable(store.check().await.err());
    not_writable(
        store
            .insert_client(&plain_client("late"), audit())
            .await
            .err(),
    );
    not_writable(store.insert_code(&who.code(20, grant.id)).await.err());
    let next = who.refresh_token(51, grant.id);
    let rotated = store.rotate_refresh_token(&hash(50), &next, at(2)).await;
    not_writable(rotated.err());
    let left = scope("general");
    let reduced = store
        .reduce_grant(&grant, &left, &left, at(2), audit())
        .await;
    not_writable(reduced.err());

    database
        .execute(&format!(
            "BEGIN READ WRITE; ALTER DATABASE {name} RESET default_transaction_read_only; COMMIT"
        ))
        .await;
    store.check().await.unwrap();
    let rotated = store.rotate_refresh_token(&hash(50), &next, at(2)).await;
    assert_eq!(rotated.unwrap(), Redemption::Redeemed);
}

/// More callers than connections: they take turns.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn callers_take_turns_on_few_connections() {
    let database = database().await;
    let options = PgOptions {
        connections: 2,
        patience: Duration::from_secs(20),
        ..PgOptions::default()
    };
    let store = PgStore::open_with(&database.url(), &options).await.unwrap();
    let store = Arc::new(store);
    let who = parties(store.as_ref()).await;
    let place = who.organisation;
    let mut callers = JoinSet::new();
    for number in 0..64 {
        let store = Arc::clone(&store);
        callers.spawn(async move {
            let role = role(place, &format!("role-{number}"), &["*"]);
            store.put_role(&role, audit()).await
        });
    }
    for outcome in callers.join_all().await {
        assert_eq!(outcome, Ok(()));
    }
    assert_eq!(store.roles(REALM, place).await.unwrap().len(), 66);
    let mut watcher = database.connect().await;
    let open: i64 = sqlx::query_scalar(
        "SELECT COUNT(*) FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid()",
    )
    .fetch_one(&mut watcher)
    .await
    .unwrap();
    // Two that are used in turn, and one that listens.
    assert!(open <= 3, "{open}");
    Arc::into_inner(store).unwrap().close().await;
}
