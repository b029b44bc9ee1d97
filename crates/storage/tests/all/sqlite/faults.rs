//! What a store on SQLite says and leaves when the file or the disk fails it.
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use oauth::model::{GrantStatus, Redemption, RevocationReason};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, raw_sql};
use storage::conformance::samples::{
    APP, Parties, REALM, at, audit, hash, id, page, parties, plain_client,
};
use storage::{
    Clients, Codes, Grants, Housekeeping, SqliteOptions, SqliteStore, Store, StoreError, Tokens,
};
use tempfile::TempDir;
use tokio::task::JoinSet;

/// A file in a folder of its own.
struct File {
    folder: TempDir,
}

impl File {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("scopegate.sqlite")
    }

    async fn open(&self) -> SqliteStore {
        SqliteStore::open(self.path()).await.unwrap()
    }

    async fn open_with(&self, options: SqliteOptions) -> SqliteStore {
        SqliteStore::open_with(self.path(), &options).await.unwrap()
    }

    async fn refused(&self) -> StoreError {
        SqliteStore::open(self.path()).await.err().unwrap()
    }

    /// A connection that is not the store's.
    async fn stranger(&self) -> SqliteConnection {
        let options = SqliteConnectOptions::new().filename(self.path());
        options.create_if_missing(true).connect().await.unwrap()
    }

    async fn tamper(&self, sql: &str) {
        let mut stranger = self.stranger().await;
        raw_sql(AssertSqlSafe(sql.to_owned()))
            .execute(&mut stranger)
            .await
            .unwrap();
        stranger.close().await.unwrap();
    }

    /// Everything is in the file itself, nothing left in the log beside it. Nobody else may have
    /// it open.
    async fn settle(&self) {
        self.tamper("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE;")
            .await;
    }
}

fn impatient() -> SqliteOptions {
    SqliteOptions {
        busy_timeout: Duration::from_millis(50),
        ..SqliteOptions::default()
    }
}

/// Neither the grant nor the consent nor the code of that number is there.
async fn nothing_of(store: &dyn Store, who: &Parties, number: u64) {
    assert_eq!(store.grant(REALM, id(number)).await.unwrap(), None);
    assert_eq!(store.code(&hash(number)).await.unwrap(), None);
    let consents = store.consents_of_user(REALM, who.user, 10_000).await;
    let consents = consents.unwrap();
    assert!(consents.iter().all(|consent| consent.id != id(number)));
}

#[tokio::test]
async fn a_store_for_reading_only_reads_and_refuses_every_write() {
    let file = File::new();
    let writable = file.open().await;
    let who = parties(&writable).await;
    let grant = who.connect(&writable, 10, 50).await;
    let store = file
        .open_with(SqliteOptions {
            read_only: true,
            ..SqliteOptions::default()
        })
        .await;
    let found = store.grant(REALM, grant.id).await.unwrap();
    assert_eq!(found, Some(grant.clone()));

    let consent = store
        .record_consent(
            &who.consent(20),
            &who.grant(20),
            &who.code(20, id(20)),
            Some(&grant),
            None,
        )
        .await;
    assert!(matches!(consent, Err(StoreError::NotWritable(_))));
    let code = store.insert_code(&who.code(20, grant.id)).await;
    assert!(matches!(code, Err(StoreError::NotWritable(_))));
    let next = who.refresh_token(51, grant.id);
    let rotated = store.rotate_refresh_token(&hash(50), &next, at(2)).await;
    assert!(matches!(rotated, Err(StoreError::NotWritable(_))));
    let revoked = store.revoke_grant(REALM, grant.id, RevocationReason::ByUser, at(2), audit());
    assert!(matches!(revoked.await, Err(StoreError::NotWritable(_))));
    assert!(matches!(
        store.check().await,
        Err(StoreError::NotWritable(_))
    ));

    nothing_of(&store, &who, 20).await;
    let found = writable.grant(REALM, grant.id).await.unwrap();
    assert_eq!(found.unwrap().status, GrantStatus::Live);
    let rotated = writable.rotate_refresh_token(&hash(50), &next, at(2)).await;
    assert_eq!(rotated.unwrap(), Redemption::Redeemed);
}

#[tokio::test]
async fn a_store_for_reading_only_needs_tables() {
    let file = File::new();
    file.tamper("CREATE TABLE schema_versions (version INTEGER)")
        .await;
    let read_only = SqliteOptions {
        read_only: true,
        ..SqliteOptions::default()
    };
    let refused = SqliteStore::open_with(file.path(), &read_only).await.err();
    assert!(matches!(refused, Some(StoreError::Misconfigured(_))));
    let missing = SqliteStore::open_with(file.folder.path().join("none"), &read_only).await;
    assert!(matches!(missing.err(), Some(StoreError::Unavailable(_))));
    assert!(!file.folder.path().join("none").exists());
}

#[cfg(unix)]
#[tokio::test]
async fn what_is_no_file_is_refused_and_not_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.unwrap().success());
    let refused = SqliteStore::open(&pipe).await.err().unwrap().to_string();
    assert!(
        refused.contains("pipe: it is a pipe, a socket or a device"),
        "{refused}"
    );
}

#[tokio::test]
async fn a_file_in_no_folder_is_named() {
    let file = File::new();
    let path = file.folder.path().join("missing").join("x.sqlite");
    let refused = SqliteStore::open(&path).await.err().unwrap();
    assert!(matches!(&refused, StoreError::Unavailable(problem)
        if problem.contains("missing/x.sqlite")));
}

/// A store that has room for a few more pages only.
async fn nearly_full(file: &File) -> (Arc<SqliteStore>, Parties) {
    let who = parties(&file.open().await).await;
    let mut stranger = file.stranger().await;
    let pages: u32 = sqlx::query_scalar("PRAGMA page_count")
        .fetch_one(&mut stranger)
        .await
        .unwrap();
    stranger.close().await.unwrap();
    let options = SqliteOptions {
        max_pages: Some(pages + 8),
        ..SqliteOptions::default()
    };
    (Arc::new(file.open_with(options).await), who)
}

/// A consent between the same person and a further client.
async fn consent(store: &dyn Store, who: &Parties, number: u64) -> Result<(), StoreError> {
    let client = format!("client-{number}");
    store.insert_client(&plain_client(&client), audit()).await?;
    let mut grant = who.grant(number);
    let mut consent = who.consent(number);
    let mut code = who.code(number, grant.id);
    for name in [&mut grant.client, &mut consent.client, &mut code.client] {
        name.clone_from(&client);
    }
    store
        .record_consent(&consent, &grant, &code, None, None)
        .await?;
    Ok(())
}

#[tokio::test]
async fn a_full_disk_leaves_no_half_written_consent() {
    let file = File::new();
    let (store, who) = nearly_full(&file).await;
    let mut full = None;
    let mut written = Vec::new();
    for number in 100..2_000 {
        match consent(store.as_ref(), &who, number).await {
            Ok(()) => written.push(number),
            Err(error) => {
                full = Some((number, error));
                break;
            }
        }
    }
    let (number, error) = full.unwrap();
    assert!(matches!(error, StoreError::NotWritable(_)), "{error}");
    nothing_of(store.as_ref(), &who, number).await;
    assert!(!written.is_empty());
    for number in written {
        assert!(store.code(&hash(number)).await.unwrap().is_some());
    }
    // With room again, the same consent is recorded.
    drop(store);
    let roomy = file.open().await;
    let again = consent(&roomy, &who, number + 10_000).await;
    assert_eq!(again, Ok(()));
}

/// Writes that share a commit with one that finds the disk full are answered as failed, and
/// none of them is there; those answered as done are.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_full_disk_is_never_answered_as_done() {
    let file = File::new();
    let (store, who) = nearly_full(&file).await;
    let grant = who.agree(store.as_ref(), 10).await.id;
    let mut tasks = JoinSet::new();
    for number in 100..600 {
        let store = Arc::clone(&store);
        let code = who.code(number, grant);
        tasks.spawn(async move { (number, store.insert_code(&code).await) });
    }
    let (mut done, mut failed) = (0, 0);
    for (number, result) in tasks.join_all().await {
        let stored = store.code(&hash(number)).await.unwrap();
        assert_eq!(stored.is_some(), result.is_ok(), "{number}: {result:?}");
        match result {
            Ok(()) => done += 1,
            Err(error) => {
                assert!(matches!(error, StoreError::NotWritable(_)), "{error}");
                failed += 1;
            }
        }
    }
    assert!(done > 0 && failed > 0, "{done} done, {failed} failed");
    // Redeeming a code while its refresh token does not fit does not use the code up.
    let codes_left = codes_still_redeemable(store.as_ref(), &who, grant).await;
    drop(store);
    let roomy = file.open().await;
    for number in codes_left {
        let redeemed = roomy.redeem_code(&hash(number), None, at(1)).await;
        assert_eq!(redeemed.unwrap(), Redemption::Redeemed);
    }
}

/// Redeems stored codes until that fails; answers those for which it failed.
async fn codes_still_redeemable(
    store: &dyn Store,
    who: &Parties,
    grant: oauth::model::Uuid,
) -> Vec<u64> {
    let mut failed = Vec::new();
    for number in 100..600 {
        if store.code(&hash(number)).await.unwrap().is_none() {
            continue;
        }
        let token = who.refresh_token(10_000 + number, grant);
        match store.redeem_code(&hash(number), Some(&token), at(1)).await {
            Ok(redeemed) => assert_eq!(redeemed, Redemption::Redeemed),
            Err(error) => {
                assert!(matches!(error, StoreError::NotWritable(_)), "{error}");
                assert_eq!(store.refresh_token(&token.hash).await.unwrap(), None);
                failed.push(number);
            }
        }
    }
    assert!(!failed.is_empty());
    failed
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_locked_database_is_unavailable_until_it_is_unlocked() {
    let file = File::new();
    let store = Arc::new(file.open_with(impatient()).await);
    let who = parties(store.as_ref()).await;
    let grant = who.agree(store.as_ref(), 10).await.id;
    let mut stranger = file.stranger().await;
    raw_sql("BEGIN IMMEDIATE")
        .execute(&mut stranger)
        .await
        .unwrap();

    let locked = store.insert_code(&who.code(20, grant)).await;
    assert!(matches!(locked, Err(StoreError::Unavailable(_))));
    let locked = store
        .record_consent(
            &who.consent(21),
            &who.grant(21),
            &who.code(21, id(21)),
            None,
            None,
        )
        .await;
    assert!(matches!(locked, Err(StoreError::Unavailable(_))));
    assert!(matches!(
        store.check().await,
        Err(StoreError::Unavailable(_))
    ));
    let mut tasks = JoinSet::new();
    for number in 30..46 {
        let store = Arc::clone(&store);
        let code = who.code(number, grant);
        tasks.spawn(async move { store.insert_code(&code).await });
    }
    for locked in tasks.join_all().await {
        assert!(matches!(locked, Err(StoreError::Unavailable(_))));
    }
    // Reading goes on.
    let found = store.grant(REALM, grant).await.unwrap();
    assert!(found.is_some());

    raw_sql("ROLLBACK").execute(&mut stranger).await.unwrap();
    for number in (20..22).chain(30..46) {
        assert_eq!(store.code(&hash(number)).await.unwrap(), None);
    }
    store.insert_code(&who.code(20, grant)).await.unwrap();
}

#[tokio::test]
async fn a_lock_that_ends_in_time_is_waited_for() {
    let file = File::new();
    let store = file.open().await;
    let who = parties(&store).await;
    let grant = who.agree(&store, 10).await.id;
    let mut stranger = file.stranger().await;
    raw_sql("BEGIN IMMEDIATE")
        .execute(&mut stranger)
        .await
        .unwrap();
    let unlock = async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        raw_sql("ROLLBACK").execute(&mut stranger).await.unwrap();
    };
    let code = who.code(20, grant);
    let (written, ()) = tokio::join!(store.insert_code(&code), unlock);
    assert_eq!(written, Ok(()));
}

#[tokio::test]
async fn garbage_is_no_database_and_stays_as_it_is() {
    let file = File::new();
    let garbage = "this is somebody's diary\n".repeat(400);
    std::fs::write(file.path(), &garbage).unwrap();
    let refused = file.refused().await;
    assert!(matches!(&refused, StoreError::Unavailable(problem)
        if problem.contains("scopegate.sqlite") && problem.contains("not a database")));
    let after = std::fs::read_to_string(file.path()).unwrap();
    assert_eq!(after, garbage);
}

#[tokio::test]
async fn a_truncated_file_is_refused_and_stays_as_it_is() {
    let file = File::new();
    let store = file.open().await;
    parties(&store).await;
    store.close().await;
    file.settle().await;
    let whole = std::fs::read(file.path()).unwrap();
    let half = &whole[..whole.len() / 2];
    std::fs::write(file.path(), half).unwrap();
    assert!(matches!(file.refused().await, StoreError::Unavailable(_)));
    let after = std::fs::read(file.path()).unwrap();
    assert_eq!(after.len(), half.len());
}

#[tokio::test]
async fn a_damaged_page_is_an_error_where_it_is_read() {
    let file = File::new();
    let store = file.open().await;
    let who = parties(&store).await;
    who.agree(&store, 10).await;
    store.close().await;
    file.settle().await;
    // All pages behind the first, which only says where the others are.
    let mut bytes = std::fs::read(file.path()).unwrap();
    bytes[4_096..].fill(0x5a);
    std::fs::write(file.path(), &bytes).unwrap();
    assert!(matches!(file.refused().await, StoreError::Unavailable(_)));
}

#[tokio::test]
async fn a_newer_schema_is_refused_and_stays_as_it_is() {
    let file = File::new();
    parties(&file.open().await).await;
    file.tamper("INSERT INTO schema_versions VALUES (99)").await;
    let refused = file.refused().await;
    assert!(matches!(
        refused,
        StoreError::NewerSchema { found: 99, known } if known < 99
    ));
    assert!(refused.to_string().contains("use a newer scopegate"));
    let read_only = SqliteOptions {
        read_only: true,
        ..SqliteOptions::default()
    };
    let refused = SqliteStore::open_with(file.path(), &read_only).await.err();
    assert!(matches!(refused, Some(StoreError::NewerSchema { .. })));
    file.tamper("DELETE FROM schema_versions WHERE version = 99")
        .await;
    let store = file.open().await;
    assert!(store.client(REALM, APP).await.unwrap().is_some());
}

/// What is answered as done is in the log on disk, not only in the memory of this process.
#[tokio::test]
async fn what_is_answered_survives_a_crash() {
    let file = File::new();
    let store = file.open().await;
    let who = parties(&store).await;
    let grant = who.connect(&store, 10, 50).await;
    let elsewhere = tempfile::tempdir().unwrap();
    for name in ["scopegate.sqlite", "scopegate.sqlite-wal"] {
        std::fs::copy(file.folder.path().join(name), elsewhere.path().join(name)).unwrap();
    }
    let path = elsewhere.path().join("scopegate.sqlite");
    let recovered = SqliteStore::open(path).await.unwrap();
    let found = recovered.grant(REALM, grant.id).await.unwrap();
    assert_eq!(found, Some(grant.clone()));
    let token = recovered.refresh_token(&hash(50)).await.unwrap();
    assert_eq!(token, Some(who.refresh_token(50, grant.id)));
    let reused = recovered.redeem_code(&hash(10), None, at(2)).await;
    let already = Redemption::AlreadyRedeemed {
        grant: grant.id,
        family: Some(id(7_010)),
    };
    assert_eq!(reused.unwrap(), already);
    let clients = recovered.clients(REALM, &page(9)).await.unwrap();
    assert_eq!(clients.items.len(), 1);
}

/// The conditional statement looks at the grant itself, not only at the token's own state.
#[tokio::test]
async fn a_grant_ended_by_hand_ends_its_tokens() {
    let file = File::new();
    let store = file.open().await;
    let who = parties(&store).await;
    let grant = who.connect(&store, 10, 50).await.id;
    file.tamper("UPDATE grants SET revoked_at = 1, revocation_reason = 'by-provider'")
        .await;
    let next = who.refresh_token(51, grant);
    let rotated = store.rotate_refresh_token(&hash(50), &next, at(2)).await;
    assert_eq!(rotated.unwrap(), Redemption::Unknown);
}
