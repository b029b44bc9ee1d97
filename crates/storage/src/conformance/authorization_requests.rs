use oauth::model::{KeptRequest, KeptRequests};

use super::Database;
use super::samples::{OTHER_REALM, at, hash, kept_request as request};
use super::together::{SIXTEEN, race};
use crate::store::Store;

const MANY: KeptRequests = KeptRequests {
    of_sender_in_a_minute: 100,
    of_sender: 100,
    of_realm: 100,
};

async fn kept(store: &dyn Store, numbers: std::ops::Range<u64>) -> Vec<u64> {
    let mut kept = Vec::new();
    for number in numbers {
        let found = store.kept_request(&hash(number), at(50)).await.unwrap();
        kept.extend(found.map(|_| number));
    }
    kept
}

pub(super) async fn come_back_until_they_expire(database: &dyn Database) {
    let store = database.node().await;
    let whole = request(10, "address:192.0.2.1", 0);
    let unbound = KeptRequest {
        browser: None,
        session: None,
        parameters: format!("scope={}", "a+".repeat(32_000)),
        ..request(11, "address:192.0.2.1", 0)
    };
    for each in [&whole, &unbound] {
        store.keep_request(each, MANY).await.unwrap();
    }
    let other_node = database.node().await;
    for each in [whole, unbound] {
        let found = |seconds| other_node.kept_request(&each.hash, at(seconds));
        assert_eq!(found(99).await.unwrap(), Some(each.clone()));
        assert_eq!(found(100).await.unwrap(), None);
    }
    assert_eq!(store.kept_request(&hash(12), at(0)).await.unwrap(), None);
}

pub(super) async fn one_of_sixteen_browsers_gets_it(database: &dyn Database) {
    let store = database.node().await;
    let unbound = KeptRequest {
        browser: None,
        session: None,
        ..request(10, "address:192.0.2.1", 0)
    };
    store.keep_request(&unbound, MANY).await.unwrap();
    let got = race(database, SIXTEEN, |number, store| async move {
        let browser = hash(100 + number as u64);
        let request = hash(10);
        let claimed = store.claim_request(&request, &browser, Some(&browser), at(1));
        claimed.await.unwrap().then_some(browser)
    })
    .await;
    let got: Vec<_> = got.into_iter().flatten().collect();
    assert_eq!(got.len(), 1);
    let found = store.kept_request(&hash(10), at(1)).await.unwrap();
    let bound = KeptRequest {
        browser: Some(got[0]),
        session: Some(got[0]),
        ..unbound
    };
    assert_eq!(found, Some(bound));
}

pub(super) async fn that_expired_are_nobodys(database: &dyn Database) {
    let store = database.node().await;
    let unbound = KeptRequest {
        browser: None,
        ..request(10, "address:192.0.2.1", 0)
    };
    store.keep_request(&unbound, MANY).await.unwrap();
    let claim = |number, seconds| {
        let store = &store;
        async move {
            let (request, browser) = (hash(number), hash(3));
            let claimed = store.claim_request(&request, &browser, None, at(seconds));
            claimed.await.unwrap()
        }
    };
    assert!(!claim(10, 100).await);
    assert!(!claim(11, 0).await);
    assert!(claim(10, 99).await);
}

pub(super) async fn the_oldest_of_a_sender_go(database: &dyn Database) {
    let store = database.node().await;
    let most = KeptRequests {
        of_sender: 3,
        ..MANY
    };
    let other = request(50, "address:192.0.2.2", 0);
    store.keep_request(&other, most).await.unwrap();
    let elsewhere = KeptRequest {
        realm: OTHER_REALM.to_owned(),
        ..request(51, "address:192.0.2.1", 0)
    };
    store.keep_request(&elsewhere, most).await.unwrap();
    for number in 10..16 {
        let seconds = i64::try_from(number).unwrap();
        let next = request(number, "address:192.0.2.1", seconds);
        store.keep_request(&next, most).await.unwrap();
    }
    assert_eq!(kept(store.as_ref(), 10..16).await, [13, 14, 15]);
    assert_eq!(kept(store.as_ref(), 50..52).await, [50, 51]);
}

pub(super) async fn the_oldest_of_a_realm_go(database: &dyn Database) {
    let store = database.node().await;
    let most = KeptRequests {
        of_realm: 4,
        ..MANY
    };
    let elsewhere = KeptRequest {
        realm: OTHER_REALM.to_owned(),
        ..request(51, "address:192.0.2.1", 0)
    };
    store.keep_request(&elsewhere, most).await.unwrap();
    for number in 10..18 {
        let next = request(
            number,
            &format!("address:192.0.2.{number}"),
            i64::try_from(number).unwrap(),
        );
        store.keep_request(&next, most).await.unwrap();
    }
    assert_eq!(kept(store.as_ref(), 10..18).await, [14, 15, 16, 17]);
    assert_eq!(kept(store.as_ref(), 51..52).await, [51]);
}

pub(super) async fn kept_at_once_stay_within_the_bound(database: &dyn Database) {
    let most = KeptRequests {
        of_sender_in_a_minute: 100,
        of_sender: 5,
        of_realm: 8,
    };
    race(database, SIXTEEN, |number, store| async move {
        for round in 0..4 {
            let number = 100 + number as u64 * 4 + round;
            let sender = format!("address:192.0.2.{}", number % 2);
            let next = request(number, &sender, 1);
            store.keep_request(&next, most).await.unwrap();
        }
    })
    .await;
    // Those that were being kept at that moment may be over it, until the next one is kept.
    let store = database.node().await;
    for number in [10, 11] {
        let next = request(number, &format!("address:192.0.2.{}", number % 2), 2);
        store.keep_request(&next, most).await.unwrap();
    }
    assert_eq!(kept(store.as_ref(), 10..12).await, [10, 11]);
    assert!(kept(store.as_ref(), 10..200).await.len() <= 8);
}

pub(super) async fn more_than_so_many_of_a_sender_in_a_minute_are_refused(database: &dyn Database) {
    let store = database.node().await;
    let most = KeptRequests {
        of_sender_in_a_minute: 3,
        ..MANY
    };
    let keep = async |number, sender, seconds| {
        let next = request(number, sender, seconds);
        store.keep_request(&next, most).await.unwrap()
    };
    let one = "address:192.0.2.1";
    for (number, seconds, is_kept) in [
        (10, 0, true),
        (11, 1, true),
        (12, 59, true),
        (13, 59, false),
        // The first one is a minute old.
        (14, 60, true),
        (15, 60, false),
        (16, 61, true),
    ] {
        assert_eq!(keep(number, one, seconds).await, is_kept, "{number}");
    }
    assert!(keep(20, "address:192.0.2.2", 61).await);
    let elsewhere = KeptRequest {
        realm: OTHER_REALM.to_owned(),
        ..request(21, one, 61)
    };
    assert!(store.keep_request(&elsewhere, most).await.unwrap());
    assert_eq!(
        kept(store.as_ref(), 10..22).await,
        [10, 11, 12, 14, 16, 20, 21]
    );
}
