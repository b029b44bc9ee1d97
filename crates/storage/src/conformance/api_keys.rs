use oauth::audit::{Act, Actor, AuditRecord, Subject, SubjectKind};
use oauth::model::{ApiKey, ApiKeyHash, ApiKeyUse, Ending, PageRequest, Uuid};

use super::Database;
use super::samples::{
    APP, OTHER_REALM, REALM, api_key, at, audit, hash, id, organisation, page, plain_client,
};
use super::together::{SIXTEEN, race};
use crate::change::ChangeSubject;
use crate::error::StoreError;
use crate::store::Store;

const MOST: usize = 2;
const DAY: i64 = 24 * 3_600;

/// For no organisation, without an end.
fn plain(number: u64) -> ApiKey {
    ApiKey {
        organisation: None,
        api: None,
        expires_at: None,
        sunset_at: None,
        ..api_key(number)
    }
}

fn slow(number: u64, beginning: &str) -> ApiKey {
    ApiKey {
        beginning: beginning.to_owned(),
        hash: ApiKeyHash::Bcrypt(format!("$2b$04${number:053}")),
        organisation: Some(id(100 + number)),
        ..plain(number)
    }
}

fn recorded(key: &ApiKey) -> (ApiKey, AuditRecord) {
    let subject = Subject::new(SubjectKind::ApiKey, key.id);
    let number = key.id.as_bytes()[15];
    let random = [number; AuditRecord::RANDOM_BYTES];
    let by = Actor::system();
    let record = AuditRecord::new(REALM, &by, Act::ApiKeyMade, subject, at(0), &random);
    (key.clone(), record.made(key))
}

async fn insert(store: &dyn Store, keys: &[ApiKey]) -> Result<(), StoreError> {
    let keys: Vec<_> = keys.iter().map(recorded).collect();
    store.insert_api_keys(&keys, MOST, at(0)).await
}

async fn with_client(database: &dyn Database) -> std::sync::Arc<dyn Store> {
    let store = database.node().await;
    let client = plain_client(APP);
    store.insert_client(&client, audit()).await.unwrap();
    store
}

async fn found(store: &dyn Store, id: Uuid) -> ApiKey {
    store.api_key(REALM, id).await.unwrap().unwrap()
}

pub(super) async fn come_back_as_they_were(database: &dyn Database) {
    let store = with_client(database).await;
    let hmac = ApiKey {
        hash: ApiKeyHash::HmacSha256(hash(12)),
        ..api_key(12)
    };
    let django = "pbkdf2_sha256$1000$c2FsdA$MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";
    let pbkdf2 = ApiKey {
        hash: ApiKeyHash::Pbkdf2(django.to_owned()),
        ..slow(14, "old_abc")
    };
    let all = [api_key(11), hmac, slow(13, "old_abcd"), pbkdf2, plain(15)];
    insert(&*store, &all).await.unwrap();
    for one in &all {
        assert_eq!(found(&*store, one.id).await, *one);
        assert_eq!(store.api_key(OTHER_REALM, one.id).await.unwrap(), None);
    }
    let read = store.api_keys(REALM, None, &page(9)).await.unwrap();
    assert_eq!((read.items.as_slice(), read.next), (&all[..], None));
    let none = store.api_keys(REALM, Some("nobody"), &page(9)).await;
    assert_eq!(none.unwrap().items, []);
    let first = store.api_keys(REALM, Some(APP), &page(2)).await.unwrap();
    assert_eq!(first.items, all[..2]);
    let rest = PageRequest {
        after: first.next,
        limit: 9,
    };
    let rest = store.api_keys(REALM, Some(APP), &rest).await.unwrap();
    assert_eq!(rest.items, all[2..]);
}

pub(super) async fn are_found_by_any_of_several_hashes(database: &dyn Database) {
    let store = with_client(database).await;
    let all = [api_key(11), api_key(12)];
    insert(&*store, &all).await.unwrap();
    let by = async |realm: &str, hashes: &[u64]| {
        let hashes: Vec<_> = hashes.iter().copied().map(hash).collect();
        store.api_keys_by_hash(realm, &hashes).await.unwrap()
    };
    assert_eq!(by(REALM, &[11]).await, all[..1]);
    assert_eq!(by(REALM, &[1, 2, 3, 4, 12]).await, all[1..]);
    assert_eq!(by(REALM, &[12, 11]).await, all);
    assert_eq!(by(REALM, &[1]).await, []);
    assert_eq!(by(REALM, &[]).await, []);
    assert_eq!(by(OTHER_REALM, &[11]).await, []);
}

pub(super) async fn in_a_slow_form_are_found_by_their_beginning(database: &dyn Database) {
    let store = with_client(database).await;
    let all = [slow(11, "old_"), slow(12, "old_abcd"), slow(13, "new_")];
    insert(&*store, &all).await.unwrap();
    // One that is not slow is not found so.
    insert(&*store, &[api_key(14)]).await.unwrap();
    let by = async |text: &str| {
        let found = store.api_keys_by_beginning(REALM, text).await.unwrap();
        found.iter().map(|key| key.id).collect::<Vec<_>>()
    };
    assert_eq!(by("old_abcdefgh").await, [id(12), id(11)]);
    assert_eq!(by("old_abc").await, [id(11)]);
    assert_eq!(by("old_").await, [id(11)]);
    assert!(by("old").await.is_empty());
    assert!(by("OLD_abcd").await.is_empty());
    assert!(by("sg_ak_BwcHxxxx").await.is_empty());
    assert!(by("oldé_abcd").await.is_empty());
    assert!(by("").await.is_empty());
    let elsewhere = store.api_keys_by_beginning(OTHER_REALM, "old_abcd").await;
    assert_eq!(elsewhere.unwrap(), []);
    store
        .revoke_api_key(REALM, id(12), at(1), audit())
        .await
        .unwrap();
    assert_eq!(by("old_abcdefgh").await, [id(11)]);
}

/// The last one of several fails, and none is there.
pub(super) async fn are_added_all_or_none(database: &dyn Database) {
    let store = with_client(database).await;
    insert(&*store, &[api_key(11), slow(20, "old_abcd")])
        .await
        .unwrap();
    let before = store.latest_change().await.unwrap();
    let taken = |number| {
        Err(StoreError::AlreadyExists {
            what: "API key",
            key: id(number).to_string(),
        })
    };
    let same_hash = ApiKey {
        hash: ApiKeyHash::Sha256(hash(11)),
        ..plain(13)
    };
    assert_eq!(insert(&*store, &[plain(12), same_hash]).await, taken(13));
    let same_beginning = slow(21, "old_abcd");
    assert_eq!(
        insert(&*store, &[plain(12), same_beginning]).await,
        taken(21)
    );
    let stranger = ApiKey {
        client: "nobody".to_owned(),
        ..plain(13)
    };
    let missing = Err(StoreError::NotFound {
        what: "client",
        key: "nobody".to_owned(),
    });
    assert_eq!(insert(&*store, &[plain(12), stranger]).await, missing);
    assert_eq!(store.api_key(REALM, id(12)).await.unwrap(), None);
    assert_eq!(store.latest_change().await.unwrap(), before);
}

pub(super) async fn live_two_at_once_for_one_organisation(database: &dyn Database) {
    let store = with_client(database).await;
    insert(&*store, &[api_key(11), api_key(12)]).await.unwrap();
    let conflict = |number: u64| {
        Err(StoreError::Conflict {
            what: "API key",
            key: id(number).to_string(),
        })
    };
    assert_eq!(insert(&*store, &[api_key(13)]).await, conflict(13));
    let elsewhere = ApiKey {
        organisation: Some(id(2)),
        ..api_key(13)
    };
    insert(&*store, &[elsewhere, plain(14), plain(15)])
        .await
        .unwrap();
    assert_eq!(insert(&*store, &[plain(16)]).await, conflict(16));
    store
        .revoke_api_key(REALM, id(11), at(1), audit())
        .await
        .unwrap();
    insert(&*store, &[api_key(17)]).await.unwrap();
    // Those that ended by themselves do not count.
    let late = [recorded(&api_key(18)), recorded(&api_key(19))];
    store.insert_api_keys(&late, MOST, at(1_000)).await.unwrap();
    let three = [api_key(20), api_key(21), api_key(22)].map(|key| ApiKey {
        organisation: Some(id(3)),
        ..key
    });
    assert_eq!(insert(&*store, &three).await, conflict(22));
    assert_eq!(store.api_key(REALM, id(20)).await.unwrap(), None);
}

pub(super) async fn added_by_sixteen_are_two(database: &dyn Database) {
    let store = with_client(database).await;
    let done = race(database, SIXTEEN, |number, store| async move {
        let number = u64::try_from(number).unwrap();
        insert(&*store, &[api_key(30 + number)]).await
    });
    let done = done.await;
    assert_eq!(done.iter().filter(|one| one.is_ok()).count(), MOST);
    let refused = done.iter().filter_map(|one| one.as_ref().err());
    for error in refused {
        assert!(matches!(error, StoreError::Conflict { .. }), "{error}");
    }
    let there = store.api_keys(REALM, None, &page(99)).await.unwrap();
    assert_eq!(there.items.len(), MOST);
}

pub(super) async fn revoked_by_sixteen_end_once(database: &dyn Database) {
    let store = with_client(database).await;
    insert(&*store, &[api_key(11)]).await.unwrap();
    let before = store.latest_change().await.unwrap();
    let done = race(database, SIXTEEN, |_, store| async move {
        store
            .revoke_api_key(REALM, id(11), at(5), audit())
            .await
            .unwrap()
    });
    assert_eq!(done.await.iter().filter(|done| **done).count(), 1);
    let key = found(&*store, id(11)).await;
    assert_eq!(key.revoked_at, Some(at(5)));
    let changes = store.changes(before, 9).await.unwrap();
    let subjects: Vec<_> = changes.into_iter().map(|one| one.subject).collect();
    assert_eq!(subjects, [ChangeSubject::Client(APP.to_owned())]);
    let elsewhere = store.revoke_api_key(OTHER_REALM, id(11), at(6), audit());
    assert!(!elsewhere.await.unwrap());
    let none = store.revoke_api_key(REALM, id(99), at(6), audit());
    assert!(!none.await.unwrap());
}

pub(super) async fn get_a_fast_hash_once(database: &dyn Database) {
    let store = with_client(database).await;
    insert(&*store, &[slow(11, "old_abcd"), api_key(12)])
        .await
        .unwrap();
    let done = race(database, SIXTEEN, |_, store| async move {
        store
            .rehash_api_key(REALM, id(11), &hash(77))
            .await
            .unwrap()
    });
    assert_eq!(done.await.iter().filter(|done| **done).count(), 1);
    let key = found(&*store, id(11)).await;
    assert_eq!(key.hash, ApiKeyHash::Sha256(hash(77)));
    let by_hash = store.api_keys_by_hash(REALM, &[hash(77)]).await.unwrap();
    assert_eq!(by_hash, [key]);
    let slow_ones = store.api_keys_by_beginning(REALM, "old_abcdefg").await;
    assert_eq!(slow_ones.unwrap(), []);
    // One that is fast already stays as it is.
    let fast = store.rehash_api_key(REALM, id(12), &hash(78)).await;
    assert!(!fast.unwrap());
    // So does one whose text another key has.
    insert(&*store, &[slow(13, "old_efgh")]).await.unwrap();
    let taken = store.rehash_api_key(REALM, id(13), &hash(77)).await;
    assert!(!taken.unwrap());
}

pub(super) async fn are_told_when_they_were_used_last(database: &dyn Database) {
    let store = with_client(database).await;
    insert(&*store, &[api_key(11), api_key(12)]).await.unwrap();
    let uses = |first: i64, second: i64| {
        [(11, first), (12, second)].map(|(number, second)| ApiKeyUse {
            key: id(number),
            at: at(second),
        })
    };
    let before = store.latest_change().await.unwrap();
    store.note_api_key_uses(&uses(50, 60)).await.unwrap();
    store.note_api_key_uses(&uses(40, 70)).await.unwrap();
    store.note_api_key_uses(&[]).await.unwrap();
    assert_eq!(found(&*store, id(11)).await.last_used_at, Some(at(50)));
    assert_eq!(found(&*store, id(12)).await.last_used_at, Some(at(70)));
    assert_eq!(store.latest_change().await.unwrap(), before);
}

pub(super) async fn end_with_their_client(database: &dyn Database) {
    let store = with_client(database).await;
    insert(&*store, &[api_key(11), plain(12)]).await.unwrap();
    store
        .revoke_api_key(REALM, id(12), at(1), audit())
        .await
        .unwrap();
    let ending = store.ends_with_client(REALM, APP).await.unwrap();
    let expected = Ending {
        api_keys: 1,
        ..Ending::default()
    };
    assert_eq!(ending, expected);
    let client = store.client(REALM, APP).await.unwrap().unwrap();
    store.delete_client(&client, at(9), audit()).await.unwrap();
    assert_eq!(found(&*store, id(11)).await.revoked_at, Some(at(9)));
    assert_eq!(found(&*store, id(12)).await.revoked_at, Some(at(1)));
    let missing = insert(&*store, &[plain(13)]).await;
    assert!(matches!(missing, Err(StoreError::NotFound { .. })));
}

pub(super) async fn end_with_their_organisation(database: &dyn Database) {
    let store = with_client(database).await;
    let place = organisation(1, "acme");
    let place = store.insert_organisation(&place, &[], audit()).await;
    let place = place.unwrap();
    let own = ApiKey {
        organisation: Some(place.id),
        ..api_key(11)
    };
    insert(&*store, &[own, plain(12)]).await.unwrap();
    let ending = store.ends_with_organisation(REALM, place.id).await.unwrap();
    assert_eq!(ending.api_keys, 1);
    store
        .delete_organisation(&place, at(9), audit())
        .await
        .unwrap();
    assert_eq!(found(&*store, id(11)).await.revoked_at, Some(at(9)));
    assert_eq!(found(&*store, id(12)).await.revoked_at, None);
}

pub(super) async fn go_when_they_were_revoked_long_ago(database: &dyn Database) {
    let store = with_client(database).await;
    insert(&*store, &[api_key(11), api_key(12)]).await.unwrap();
    store
        .revoke_api_key(REALM, id(11), at(0), audit())
        .await
        .unwrap();
    store.clean_up(at(90 * DAY - 1), 10).await.unwrap();
    assert!(store.api_key(REALM, id(11)).await.unwrap().is_some());
    store.clean_up(at(90 * DAY), 10).await.unwrap();
    assert_eq!(store.api_key(REALM, id(11)).await.unwrap(), None);
    assert!(store.api_key(REALM, id(12)).await.unwrap().is_some());
}
