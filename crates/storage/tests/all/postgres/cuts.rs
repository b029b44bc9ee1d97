//! What a store on PostgreSQL does when its connections are cut.
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use oauth::model::{Recording, Redemption};
use storage::conformance::postgres_server::TestDatabase;
use storage::conformance::samples::{APP, REALM, at, audit, hash, parties, plain_client};
use storage::{Clients, Codes, Grants, PgStore, StoreError, Tokens};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::faults::{database, open};

/// Cuts every connection to the database but the one that says so.
const CUT: &str = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid()";

/// Reads and transactions are made again on a new connection; a single statement that may
/// have been done is not.
#[tokio::test(flavor = "multi_thread")]
async fn cut_connections_are_opened_anew() {
    let database = database().await;
    let store = open(&database).await;
    let who = parties(&store).await;
    let grant = who.connect(&store, 10, 50).await.id;
    database.execute(CUT).await;
    assert!(store.client(REALM, APP).await.unwrap().is_some());
    database.execute(CUT).await;
    store
        .insert_client(&plain_client("late"), audit())
        .await
        .unwrap();
    database.execute(CUT).await;
    let next = who.refresh_token(51, grant);
    let cut = store.rotate_refresh_token(&hash(50), &next, at(2)).await;
    assert!(matches!(cut, Err(StoreError::Unavailable(_))), "{cut:?}");
    let rotated = store.rotate_refresh_token(&hash(50), &next, at(2)).await;
    assert_eq!(rotated.unwrap(), Redemption::Redeemed);
    // A connection that rested for a while is asked first.
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    database.execute(CUT).await;
    let again = who.refresh_token(52, grant);
    let rotated = store.rotate_refresh_token(&hash(51), &again, at(3)).await;
    assert_eq!(rotated.unwrap(), Redemption::Redeemed);
}

/// Connections are cut all the time while tokens are rotated: what was answered happened,
/// exactly once.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nothing_that_was_answered_is_lost_while_connections_are_cut() {
    const CHAINS: u64 = 4;
    const LENGTH: u64 = 30;
    let database = database().await;
    let store = Arc::new(open(&database).await);
    let who = Arc::new(parties(store.as_ref()).await);
    let grant = who.agree(store.as_ref(), 10).await.id;
    let mut chains = JoinSet::new();
    for chain in 1..=CHAINS {
        let first = who.refresh_token(chain * 1_000, grant);
        let code = who.code(chain * 1_000, grant);
        store.insert_code(&code).await.unwrap();
        let redeemed = store.redeem_code(&code.hash, Some(&first), at(1)).await;
        assert_eq!(redeemed.unwrap(), Redemption::Redeemed);
        let (store, who) = (Arc::clone(&store), Arc::clone(&who));
        chains.spawn(async move {
            let mut unsure = false;
            let mut step = 1;
            while step <= LENGTH {
                let number = chain * 1_000 + step;
                let (token, next) = (hash(number - 1), who.refresh_token(number, grant));
                match store.rotate_refresh_token(&token, &next, at(2)).await {
                    Ok(Redemption::Redeemed) => {}
                    // It was done, though the answer was cut off.
                    Ok(Redemption::AlreadyRedeemed { .. }) => assert!(unsure),
                    Ok(Redemption::Unknown) => unreachable!("{number}"),
                    Err(error) => {
                        assert!(matches!(error, StoreError::Unavailable(_)), "{error}");
                        unsure = true;
                        continue;
                    }
                }
                unsure = false;
                step += 1;
            }
        });
    }
    while !chains.is_empty() {
        database.execute(CUT).await;
        let step = timeout(Duration::from_millis(20), chains.join_next()).await;
        if let Ok(Some(ended)) = step {
            ended.unwrap();
        }
    }
    for chain in 1..=CHAINS {
        for step in 0..=LENGTH {
            let token = store.refresh_token(&hash(chain * 1_000 + step)).await;
            let token = token.unwrap().unwrap();
            assert_eq!(token.rotated_at.is_none(), step == LENGTH);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_consent_that_lost_its_connection_is_recorded_once() {
    let database = database().await;
    let store = open(&database).await;
    let who = parties(&store).await;
    database.execute(CUT).await;
    let grant = who.grant(10);
    let code = who.code(10, grant.id);
    let recorded = store
        .record_consent(&who.consent(10), &grant, &code, None, None)
        .await;
    assert_eq!(recorded.unwrap(), Recording::Recorded(grant));
    let consents = store.consents_of_user(REALM, who.user, 9).await.unwrap();
    assert_eq!(consents.len(), 1);
}

/// The connection is lost after the server has taken the COMMIT and before its answer is back:
/// the change is there, and nobody says that it is not.
#[tokio::test(flavor = "multi_thread")]
async fn a_commit_whose_answer_is_lost_is_not_called_undone() {
    let database = database().await;
    let way = WayWithoutReturn::to(&database).await;
    let store = PgStore::open(&way.url).await.unwrap();
    way.lose_answers_to_commits();
    let client = plain_client("late");
    let lost = store.insert_client(&client, audit()).await;
    assert!(matches!(lost, Err(StoreError::Unavailable(_))), "{lost:?}");
    // Only the database can tell.
    assert!(
        open(&database)
            .await
            .client(REALM, "late")
            .await
            .unwrap()
            .is_some()
    );
    let again = store.insert_client(&client, audit()).await;
    assert!(
        matches!(again, Err(StoreError::AlreadyExists { .. })),
        "{again:?}"
    );
}

/// A way to the database that can cut a connection when the answer to a COMMIT comes back.
struct WayWithoutReturn {
    url: String,
    loses: Arc<AtomicBool>,
}

impl WayWithoutReturn {
    async fn to(database: &TestDatabase) -> Self {
        let direct = database.url();
        let target = direct
            .split(['@', '/'])
            .find(|part| part.starts_with("127.0.0.1:"));
        let target = target.unwrap().to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let url = direct.replace(&target, &address);
        let loses = Arc::new(AtomicBool::new(false));
        let each = Arc::clone(&loses);
        tokio::spawn(async move {
            while let Ok((here, _)) = listener.accept().await {
                let there = TcpStream::connect(&target).await.unwrap();
                tokio::spawn(pass_on(here, there, Arc::clone(&each)));
            }
        });
        Self { url, loses }
    }

    /// Once.
    fn lose_answers_to_commits(&self) {
        self.loses.store(true, Ordering::SeqCst);
    }
}

async fn pass_on(mut here: TcpStream, mut there: TcpStream, loses: Arc<AtomicBool>) {
    let (mut asked, mut answered) = ([0; 16_384], [0; 16_384]);
    let mut cut = false;
    loop {
        tokio::select! {
            read = here.read(&mut asked) => {
                let Ok(length @ 1..) = read else { return };
                let asks = asked.get(..length).unwrap();
                let commits = asks.windows(6).any(|part| part == b"COMMIT");
                cut = commits && loses.swap(false, Ordering::SeqCst);
                there.write_all(asks).await.unwrap();
            }
            read = there.read(&mut answered) => {
                let Ok(length @ 1..) = read else { return };
                if cut {
                    // It is committed now.
                    return;
                }
                if here.write_all(answered.get(..length).unwrap()).await.is_err() {
                    return;
                }
            }
        }
    }
}
