//! Keys over time: published before they are used, replaced when they have reached their age,
//! kept as long as their tokens live, and unreadable without their master key.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use oauth::model::{Client, KeyPurpose, KeyRecord, KeyRevocation, KeyUse, TokenFormat};
use oauth::policy::Sandbox;
use oauth::token::MasterKeys;
use realm::keys::{KeySettings, KeysError, SigningAlgorithm, StoredKeys};
use realm::limits::{KEY_KEPT_LONGER, KEY_LEAD};
use realm::{App, BuildError, FixedClock, SeededRandom};
use storage::{SqliteStore, Store};

use super::next_decision::access_token;
use crate::support::{World, audit, catalog, start, with};

const HOUR: Duration = Duration::from_secs(3_600);
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
        .policy("bexio", with(Sandbox::IsTheApi))
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

fn kid(token: &str) -> String {
    let header = URL_SAFE_NO_PAD.decode(token.split('.').next().unwrap());
    let header: serde_json::Value = serde_json::from_slice(&header.unwrap()).unwrap();
    header["kid"].as_str().unwrap().to_owned()
}

async fn jwt_client(world: &World) -> Client {
    let mut client = world.app_client("ledgerly", "contact_edit");
    client.token_format = Some(TokenFormat::Jwt);
    world.add(client).await
}

#[tokio::test]
async fn a_signing_key_is_published_then_used_then_retired_then_gone() {
    let world = World::new("bexio").await;
    let client = jwt_client(&world).await;
    let api = world.add(world.api("api")).await;
    let life = Duration::from_secs(catalog("bexio").token_policy().access_ttl);
    let tend = async || world.app.tend_keys().await.unwrap();

    // A day before its time nothing happens.
    world.clock.advance(89 * DAY);
    tend().await;
    let first = published(&world.app);
    assert_eq!(first.len(), 1);

    // At 90 days the next is published at once, and the old one still signs.
    world.clock.advance(DAY);
    tend().await;
    let both = published(&world.app);
    assert!(both.len() == 2 && both.contains(&first[0]), "{both:?}");
    let old = access_token(&world.tokens(&client, "contact_edit", 1).await);
    assert!(first[0].starts_with(&kid(&old)));
    // Tending again does not replace it again.
    tend().await;
    assert_eq!(published(&world.app), both);

    // From ten minutes later the new one signs; what the old one signed is still good.
    world.clock.advance(KEY_LEAD);
    let new = access_token(&world.tokens(&client, "contact_edit", 2).await);
    assert!(!first[0].starts_with(&kid(&new)));
    assert!(world.is_active(&api, &old).await && world.is_active(&api, &new).await);

    // It stays published until its last token has expired, and not for ever.
    world.clock.advance(life);
    tend().await;
    assert_eq!(published(&world.app), both);
    world.clock.advance(KEY_KEPT_LONGER);
    tend().await;
    let left = published(&world.app);
    assert!(
        left.len() == 1 && left[0].starts_with(&kid(&new)),
        "{left:?}"
    );
    let served = world.get("/bexio/oauth/jwks").await.json();
    assert_eq!(served, world.app.realm("bexio").unwrap().keys().jwks());
}

#[tokio::test]
async fn sealed_tokens_of_a_retired_key_open_until_they_expire() {
    let world = World::new("bexio").await;
    let mut client = world.app_client("ledgerly", "contact_edit");
    client.token_format = Some(TokenFormat::Opaque);
    let client = world.add(client).await;
    let api = world.add(world.api("api")).await;
    world.clock.advance(30 * DAY);
    world.app.tend_keys().await.unwrap();
    assert_eq!(stored(&*world.followed, KeyUse::Seal).await.len(), 2);
    assert_eq!(stored(&*world.followed, KeyUse::Sign).await.len(), 1);
    world.clock.advance(KEY_LEAD - Duration::from_secs(1));
    let old = access_token(&world.tokens(&client, "contact_edit", 1).await);
    world.clock.advance(Duration::from_secs(1));
    let new = access_token(&world.tokens(&client, "contact_edit", 2).await);
    assert_ne!(old.get(..24), new.get(..24), "another key's id leads");
    assert!(world.is_active(&api, &old).await && world.is_active(&api, &new).await);
    let life = Duration::from_secs(catalog("bexio").token_policy().access_ttl);
    world.clock.advance(life - Duration::from_secs(2));
    world.app.tend_keys().await.unwrap();
    assert!(world.is_active(&api, &new).await);
    world
        .clock
        .advance(KEY_KEPT_LONGER + Duration::from_secs(2));
    world.app.tend_keys().await.unwrap();
    assert_eq!(stored(&*world.followed, KeyUse::Seal).await.len(), 1);
    assert!(!world.is_active(&api, &old).await);
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
    assert_eq!(published(&app).len(), 2);
    assert!(!published(&app).iter().any(|key| key.contains("planted")));
}

#[tokio::test]
async fn what_a_revoked_key_made_counts_nowhere() {
    for (format, key_use) in [
        (TokenFormat::Jwt, KeyUse::Sign),
        (TokenFormat::Opaque, KeyUse::Seal),
    ] {
        let world = World::new("bexio").await;
        let mut client = world.app_client("ledgerly", "contact_edit");
        client.token_format = Some(format);
        let client = world.add(client).await;
        let api = world.add(world.api("api")).await;
        let tokens = world.tokens(&client, "contact_edit", 1).await;
        let token = access_token(&tokens);
        assert!(world.is_active(&api, &token).await);
        let key = stored(&*world.followed, key_use).await.remove(0);
        let keys = world.app.stored_keys();
        let revoked = keys.revoke("bexio", &key.id).await.unwrap();
        assert_eq!(revoked, KeyRevocation::Replaced);

        assert!(!world.is_active(&api, &token).await);
        let call = axum::http::Request::get("/bexio/api/2.0/contact")
            .header("authorization", format!("Bearer {token}"))
            .body(axum::body::Body::empty());
        let answer = world.send(call.unwrap()).await;
        answer.expect(axum::http::StatusCode::UNAUTHORIZED);
        assert!(
            !published(&world.app)
                .iter()
                .any(|line| line.contains(&key.id))
        );

        // The app goes on by itself.
        let refresh = tokens["refresh_token"].as_str().unwrap();
        let refreshed = world.refresh(&client, refresh).await.json();
        assert!(world.is_active(&api, &access_token(&refreshed)).await);
        let again = keys.revoke("bexio", &key.id).await.unwrap();
        assert_eq!(again, KeyRevocation::Unknown);
    }
}

/// While its successor waits for its turn, no older key is put to use again.
#[tokio::test]
async fn the_successor_of_a_revoked_key_begins_at_once() {
    let world = World::new("bexio").await;
    let client = jwt_client(&world).await;
    let keys = world.app.stored_keys();
    world.clock.advance(DAY);
    let first = keys.rotate("bexio", KeyUse::Sign, world.app.now()).await;
    let first = first.unwrap().unwrap().id;
    world.clock.advance(HOUR);
    let second = keys.rotate("bexio", KeyUse::Sign, keys.soon()).await;
    let second = second.unwrap().unwrap().id;
    let token = access_token(&world.tokens(&client, "contact_edit", 1).await);
    assert_eq!(kid(&token), first);
    let revoked = keys.revoke("bexio", &first).await.unwrap();
    assert_eq!(revoked, KeyRevocation::Removed);
    let token = access_token(&world.tokens(&client, "contact_edit", 2).await);
    assert_eq!(kid(&token), second);
}

#[tokio::test]
async fn tending_says_when_the_store_fails_and_keeps_what_there_is() {
    let world = World::new("bexio").await;
    world.clock.advance(91 * DAY + HOUR);
    world.store.break_calls(&["rotate_key"]);
    assert!(matches!(
        world.app.tend_keys().await,
        Err(KeysError::Store(_))
    ));
    assert_eq!(published(&world.app).len(), 1);
    world.store.mend();
    world.app.tend_keys().await.unwrap();
    assert_eq!(published(&world.app).len(), 2);
}

#[tokio::test]
async fn a_sealing_key_that_was_used_often_enough_is_replaced_before_its_age() {
    let world = World::new("bexio").await;
    let stored = world.app.stored_keys();
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
