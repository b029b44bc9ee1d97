//! Keys of several nodes over time: replaced when they have reached their age, by one of those who
//! want to, and unreadable without their master key.

use std::sync::Arc;
use std::time::Duration;

use oauth::model::{KeyPurpose, KeyRecord, KeyRevocation, KeyUse};
use oauth::token::MasterKeys;
use realm::keys::{KeySettings, KeysError, SigningAlgorithm, StoredKeys};
use realm::{App, BuildError, FixedClock, SeededRandom};
use storage::conformance::FaultyStore;
use storage::{SqliteStore, Store};

use crate::manage::{audit, catalog, now as start};

const DAY: Duration = Duration::from_secs(86_400);

fn settings(algorithm: SigningAlgorithm, master: &str) -> KeySettings {
    KeySettings {
        algorithm,
        master_keys: match master {
            "" => MasterKeys::default(),
            words => MasterKeys::parse(words).unwrap(),
        },
        ..KeySettings::default()
    }
}

/// A master key of equal digits.
fn master(digit: &str) -> String {
    digit.repeat(64)
}

async fn node(
    store: &Arc<dyn Store>,
    clock: &Arc<FixedClock>,
    seed: u64,
    settings: KeySettings,
) -> Result<Arc<App>, BuildError> {
    let clock = Arc::clone(clock) as Arc<dyn realm::Clock>;
    App::builder(Arc::clone(store), clock, Arc::new(SeededRandom::new(seed)))
        .realm(catalog("bexio"))
        .keys(settings)
        .build()
        .await
}

async fn empty() -> (Arc<dyn Store>, Arc<FixedClock>) {
    let store = SqliteStore::open_in_memory().await.unwrap();
    (Arc::new(store), Arc::new(FixedClock::at(start())))
}

/// The published keys, as `kid alg`.
fn published(app: &App) -> Vec<String> {
    let jwks = app.realm("bexio").unwrap().keys().jwks();
    let keys = jwks["keys"].as_array().unwrap().iter();
    keys.map(|key| {
        format!(
            "{} {}",
            key["kid"].as_str().unwrap(),
            key["alg"].as_str().unwrap()
        )
    })
    .collect()
}

async fn stored(store: &dyn Store, key_use: KeyUse) -> Vec<KeyRecord> {
    let mut keys = store.keys("bexio").await.unwrap();
    keys.retain(|key| key.purpose.key_use() == key_use);
    keys
}

fn current(keys: &[KeyRecord]) -> usize {
    keys.iter().filter(|key| key.retired_at.is_none()).count()
}

#[tokio::test]
async fn a_key_replaced_at_once_counts_at_once_on_every_node() {
    let (store, clock) = empty().await;
    let here = node(&store, &clock, 1, KeySettings::default())
        .await
        .unwrap();
    let there = node(&store, &clock, 2, KeySettings::default())
        .await
        .unwrap();
    let begins = here.now();
    let keys = here.stored_keys();
    let made = keys.rotate("bexio", KeyUse::Sign, begins).await.unwrap();
    let made = made.unwrap().id;
    assert!(published(&here).iter().any(|key| key.starts_with(&made)));
    assert!(!published(&there).iter().any(|key| key.starts_with(&made)));
    there.catch_up().await.unwrap();
    assert_eq!(published(&here), published(&there));
}

#[tokio::test]
async fn two_nodes_that_rotate_at_once_leave_one_current_key() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("scopegate.sqlite");
    let clock = Arc::new(FixedClock::at(start()));
    let mut nodes = Vec::new();
    let seen = SqliteStore::open(&file).await.unwrap();
    for seed in [1, 2] {
        let store: Arc<dyn Store> = Arc::new(SqliteStore::open(&file).await.unwrap());
        nodes.push(
            node(&store, &clock, seed, KeySettings::default())
                .await
                .unwrap(),
        );
    }
    let [one, other] = &nodes[..] else {
        panic!("two nodes");
    };
    for round in 1..=10 {
        clock.advance(91 * DAY);
        let (a, b) = tokio::join!(one.tend_keys(), other.tend_keys());
        a.and(b).unwrap();
        for key_use in KeyUse::ALL {
            let keys = stored(&seen, key_use).await;
            assert_eq!(current(&keys), 1, "round {round}: {keys:?}");
            let young = keys.iter().filter(|key| key.created_at > clock_now(&clock));
            assert_eq!(young.count(), 1, "round {round}: {keys:?}");
        }
        one.catch_up().await.unwrap();
        other.catch_up().await.unwrap();
        assert_eq!(published(one), published(other));
    }
}

fn clock_now(clock: &FixedClock) -> oauth::model::Timestamp {
    realm::Clock::now(clock)
}

#[tokio::test]
async fn the_command_and_the_schedule_at_once_make_one_key() {
    let (store, clock) = empty().await;
    let app = node(&store, &clock, 1, KeySettings::default())
        .await
        .unwrap();
    clock.advance(91 * DAY);
    let other = KeySettings::default();
    let random = SeededRandom::new(9);
    let command = StoredKeys::new(&*store, &*clock, &random, &other);
    let (tended, rotated) = tokio::join!(
        app.tend_keys(),
        command.rotate("bexio", KeyUse::Sign, command.soon())
    );
    tended.unwrap();
    rotated.unwrap();
    assert_eq!(current(&stored(&*store, KeyUse::Sign).await), 1);
}

#[tokio::test]
async fn another_algorithm_takes_over_without_ending_tokens() {
    let (store, clock) = empty().await;
    let before = node(&store, &clock, 1, KeySettings::default())
        .await
        .unwrap();
    assert!(published(&before)[0].ends_with("ES256"));
    let eddsa = || settings(SigningAlgorithm::EdDsa, "");
    let (one, other) = tokio::join!(
        node(&store, &clock, 2, eddsa()),
        node(&store, &clock, 3, eddsa())
    );
    let (one, other) = (one.unwrap(), other.unwrap());
    let mut algorithms: Vec<_> = published(&one)
        .iter()
        .map(|key| key.split(' ').nth(1).unwrap().to_owned())
        .collect();
    algorithms.sort_unstable();
    assert_eq!(algorithms, ["ES256", "EdDSA"]);
    other.catch_up().await.unwrap();
    assert_eq!(published(&one), published(&other));
    assert_eq!(current(&stored(&*store, KeyUse::Sign).await), 1);
    // A realm that begins with EdDSA has nothing else.
    let (store, clock) = empty().await;
    let fresh = node(&store, &clock, 4, eddsa()).await.unwrap();
    assert_eq!(published(&fresh).len(), 1);
    assert!(published(&fresh)[0].ends_with("EdDSA"));
}

#[tokio::test]
async fn keys_are_wrapped_from_the_first_one_on() {
    let (store, clock) = empty().await;
    let with = || settings(SigningAlgorithm::Es256, &master("1"));
    let app = node(&store, &clock, 1, with()).await.unwrap();
    clock.advance(91 * DAY);
    app.tend_keys().await.unwrap();
    let keys = store.keys("bexio").await.unwrap();
    assert_eq!(keys.len(), 4);
    assert!(keys.iter().all(|key| key.wrapped_by().is_some()));
    let again = node(&store, &clock, 2, with()).await.unwrap();
    assert_eq!(published(&app), published(&again));
}

#[tokio::test]
async fn without_its_master_key_a_node_does_not_start_and_makes_nothing() {
    let (store, clock) = empty().await;
    let es256 = SigningAlgorithm::Es256;
    node(&store, &clock, 1, settings(es256, &master("1")))
        .await
        .unwrap();
    let before = store.keys("bexio").await.unwrap();
    for wrong in [String::new(), master("2")] {
        // Also with another realm that has no keys yet, before and after the one it cannot read.
        let built = App::builder(
            Arc::clone(&store),
            Arc::clone(&clock) as Arc<dyn realm::Clock>,
            Arc::new(SeededRandom::new(5)),
        )
        .realm(catalog("bokio"))
        .realm(catalog("bexio"))
        .realm(catalog("stora"))
        .keys(settings(SigningAlgorithm::EdDsa, &wrong))
        .build()
        .await;
        let Err(BuildError::Keys(KeysError::Unusable(realm, _))) = &built else {
            panic!("{:?}", built.err());
        };
        assert_eq!(realm, "bexio");
        let said = built.err().unwrap().to_string();
        for word in [
            "bexio",
            "SCOPEGATE_MASTER_KEY",
            &before[0].wrapped_by().unwrap(),
        ] {
            assert!(said.contains(word), "{said}");
        }
        for other in ["bokio", "stora"] {
            assert_eq!(store.keys(other).await.unwrap(), []);
        }
    }
    assert_eq!(store.keys("bexio").await.unwrap(), before);
}

#[tokio::test]
async fn a_master_key_is_changed_without_ending_tokens() {
    let (store, clock) = empty().await;
    let es256 = SigningAlgorithm::Es256;
    let clear = node(&store, &clock, 1, settings(es256, "")).await.unwrap();
    let jwks = published(&clear);
    let random = SeededRandom::new(7);
    let wrap = async |settings: KeySettings| {
        let keys = StoredKeys::new(&*store, &*clock, &random, &settings);
        keys.wrap("bexio").await
    };
    let (old, new) = (master("1"), master("2"));
    assert_eq!(wrap(settings(es256, &old)).await.unwrap(), 2);
    assert_eq!(wrap(settings(es256, &old)).await.unwrap(), 0);
    assert!(wrap(settings(es256, &new)).await.is_err());
    assert!(wrap(settings(es256, "")).await.is_err());
    let both = format!("{new}\n{old}");
    let during = node(&store, &clock, 2, settings(es256, &both))
        .await
        .unwrap();
    assert_eq!(published(&during), jwks);
    assert_eq!(wrap(settings(es256, &both)).await.unwrap(), 2);
    let after = node(&store, &clock, 3, settings(es256, &new))
        .await
        .unwrap();
    assert_eq!(published(&after), jwks);
    assert!(
        node(&store, &clock, 4, settings(es256, &old))
            .await
            .is_err()
    );
    // A node that runs follows on, for the keys are what they were.
    clear.catch_up().await.unwrap();
    assert_eq!(published(&clear), jwks);
}

#[tokio::test]
async fn a_node_that_cannot_read_a_new_key_denies() {
    let (store, clock) = empty().await;
    let es256 = SigningAlgorithm::Es256;
    let app = node(&store, &clock, 1, settings(es256, "")).await.unwrap();
    let random = SeededRandom::new(7);
    let with = settings(es256, &master("1"));
    let keys = StoredKeys::new(&*store, &*clock, &random, &with);
    keys.wrap("bexio").await.unwrap();
    keys.rotate("bexio", KeyUse::Seal, keys.soon())
        .await
        .unwrap();
    assert!(app.catch_up().await.is_err());
    clock.advance_monotonic(2 * realm::limits::STALE_AFTER);
    let known = app.realm("bexio").unwrap().cache().client("any").await;
    assert!(known.is_err());
}

/// Whoever can write to the database can put a key there, but not wrap it.
#[tokio::test]
async fn with_a_master_key_a_key_in_the_clear_is_refused() {
    let (store, clock) = empty().await;
    let with = || settings(SigningAlgorithm::Es256, &master("1"));
    let app = node(&store, &clock, 1, with()).await.unwrap();
    let jwks = published(&app);
    let random = SeededRandom::new(7);
    let clear = KeySettings::default();
    let foreign = oauth::token::RealmKeys::generate(
        "bexio",
        clear.purpose("bexio", KeyUse::Sign),
        "planted",
        [7; 32],
        clock_now(&clock),
    );
    let current = stored(&*store, KeyUse::Sign).await[0].id.clone();
    assert!(
        store
            .rotate_key(&current, &foreign.unwrap(), audit())
            .await
            .unwrap()
    );

    // A node that runs never uses it, and denies; none starts, and nothing can be made.
    assert!(app.catch_up().await.is_err());
    assert_eq!(published(&app), jwks);
    let told = app.changes_problem().unwrap();
    for word in ["bexio", "planted", "in the clear", "key seal", "key revoke"] {
        assert!(told.contains(word), "{told}");
    }
    let refused = node(&store, &clock, 2, with()).await.err().unwrap();
    let said = refused.to_string();
    for word in ["bexio", "planted", "in the clear", "key seal", "key revoke"] {
        assert!(said.contains(word), "{said}");
    }
    let strict = with();
    let keys = StoredKeys::new(&*store, &*clock, &random, &strict);
    let rotated = keys.rotate("bexio", KeyUse::Sign, keys.soon()).await;
    assert!(matches!(rotated, Err(KeysError::Unusable(..))));
    // Revoking it needs no more than its id.
    let revoked = keys.revoke("bexio", "planted").await.unwrap();
    assert_eq!(revoked, KeyRevocation::Replaced);
    app.catch_up().await.unwrap();
    assert_eq!(app.changes_problem(), None);
    assert_eq!(published(&app).len(), 2);
    assert!(!published(&app).iter().any(|key| key.contains("planted")));
}

#[tokio::test]
async fn tending_says_when_the_store_fails_and_keeps_what_there_is() {
    let (store, clock) = empty().await;
    let faulty = FaultyStore::new(store);
    let app = node(&faulty.store(), &clock, 1, KeySettings::default()).await;
    let app = app.unwrap();
    clock.advance(91 * DAY);
    faulty.break_calls(&["rotate_key"]);
    let tended = app.tend_keys().await;
    assert!(matches!(tended, Err(KeysError::Store(_))));
    assert_eq!(published(&app).len(), 1);
    faulty.mend();
    app.tend_keys().await.unwrap();
    assert_eq!(published(&app).len(), 2);
}

#[tokio::test]
async fn a_sealing_key_that_was_used_often_enough_is_replaced_before_its_age() {
    let (store, clock) = empty().await;
    let app = node(&store, &clock, 1, KeySettings::default()).await;
    let app = app.unwrap();
    let stored = app.stored_keys();
    let life = Duration::from_secs(3_600);
    let before = stored.list("bexio").await.unwrap();
    stored.tend("bexio", life, &[]).await.unwrap();
    assert_eq!(stored.list("bexio").await.unwrap(), before);
    let sealing = before
        .iter()
        .find(|key| key.purpose == KeyPurpose::SealToken);
    let worn = sealing.unwrap().id.as_str();
    for _ in 0..2 {
        stored.tend("bexio", life, &[worn]).await.unwrap();
        let after = stored.list("bexio").await.unwrap();
        assert_eq!(after.len(), before.len() + 1);
        let retired = after.iter().find(|key| key.id == worn).unwrap();
        assert_eq!(retired.retired_at, Some(stored.soon()));
    }
}
