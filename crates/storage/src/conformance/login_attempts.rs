use oauth::model::{LoginAttempt, LoginLimit, LoginStart};

use super::Database;
use super::samples::{OTHER_REALM, REALM, at, id};
use super::together::{SIXTEEN, race};
use crate::store::Store;

const ADA: &str = "username:ada";
const HOME: &str = "address:192.0.2.1";

/// An attempt of Ada, for whom there are two places, from an address that has three.
fn ada(number: u64) -> LoginAttempt {
    attempt(number, [(HOME, 3, false), (ADA, 2, true)])
}

fn attempt<const N: usize>(number: u64, limits: [(&str, u32, bool); N]) -> LoginAttempt {
    let limits = limits.map(|(key, most, forgiven)| LoginLimit {
        key: key.to_owned(),
        most,
        forgiven,
    });
    LoginAttempt {
        realm: REALM.to_owned(),
        id: id(number),
        limits: limits.into(),
    }
}

fn full(limit: usize, seconds: i64, under_way: bool) -> LoginStart {
    LoginStart::Full {
        limit,
        free_at: at(seconds),
        under_way,
    }
}

async fn begin(store: &dyn Store, attempt: &LoginAttempt, seconds: i64) -> LoginStart {
    let start = store.begin_login(attempt, at(seconds), at(seconds + 30));
    start.await.unwrap()
}

async fn fail(store: &dyn Store, attempt: &LoginAttempt, seconds: i64) -> bool {
    let failed = store.login_failed(attempt, at(seconds), at(seconds + 900));
    failed.await.unwrap()
}

pub(super) async fn hold_places_until_they_end(database: &dyn Database) {
    let store = &*database.node().await;
    assert_eq!(begin(store, &ada(1), 0).await, LoginStart::Begun);
    assert_eq!(begin(store, &ada(2), 1).await, LoginStart::Begun);
    assert_eq!(begin(store, &ada(3), 2).await, full(1, 30, true));
    assert!(store.login_succeeded(&ada(1)).await.unwrap());
    assert_eq!(begin(store, &ada(3), 3).await, LoginStart::Begun);
    // An end counts once.
    assert!(!store.login_succeeded(&ada(1)).await.unwrap());
    assert!(!fail(store, &ada(1), 3).await);
    let mut elsewhere = ada(4);
    elsewhere.realm = OTHER_REALM.to_owned();
    assert_eq!(begin(store, &elsewhere, 3).await, LoginStart::Begun);
}

pub(super) async fn that_are_wrong_hold_their_places_for_longer(database: &dyn Database) {
    let store = &*database.node().await;
    for number in 1..3 {
        assert_eq!(begin(store, &ada(number), 0).await, LoginStart::Begun);
    }
    assert!(fail(store, &ada(1), 10).await);
    assert_eq!(begin(store, &ada(3), 11).await, full(1, 30, true));
    assert!(fail(store, &ada(2), 20).await);
    assert!(!fail(store, &ada(2), 25).await);
    assert!(!store.login_succeeded(&ada(2)).await.unwrap());
    assert_eq!(begin(store, &ada(3), 909).await, full(1, 910, false));
    assert_eq!(begin(store, &ada(3), 910).await, LoginStart::Begun);
    assert_eq!(begin(store, &ada(4), 910).await, full(1, 920, true));
}

pub(super) async fn that_are_right_forgive_wrong_ones(database: &dyn Database) {
    let store = &*database.node().await;
    let of_ada = |number| attempt(number, [(HOME, 9, false), (ADA, 4, true)]);
    for number in 1..4 {
        assert_eq!(begin(store, &of_ada(number), 0).await, LoginStart::Begun);
    }
    assert!(fail(store, &of_ada(1), 1).await);
    assert!(store.login_succeeded(&of_ada(2)).await.unwrap());
    // The third is still under way, and turns out wrong.
    assert!(fail(store, &of_ada(3), 2).await);
    for number in 4..7 {
        assert_eq!(begin(store, &of_ada(number), 3).await, LoginStart::Begun);
    }
    assert_eq!(begin(store, &of_ada(7), 3).await, full(1, 33, true));
    // The address forgives nothing: two wrong ones and three under way.
    let elsewhere = |number| attempt(number, [(HOME, 6, false)]);
    assert_eq!(begin(store, &elsewhere(8), 3).await, LoginStart::Begun);
    assert_eq!(begin(store, &elsewhere(9), 3).await, full(0, 33, true));
}

pub(super) async fn that_were_cut_off_lose_their_places(database: &dyn Database) {
    let store = &*database.node().await;
    for number in 1..3 {
        assert_eq!(begin(store, &ada(number), 0).await, LoginStart::Begun);
    }
    assert_eq!(begin(store, &ada(3), 29).await, full(1, 30, true));
    assert_eq!(begin(store, &ada(3), 30).await, LoginStart::Begun);
    assert_eq!(begin(store, &ada(4), 30).await, LoginStart::Begun);
    // What comes in their place counts, and they do not any more, however they ended.
    assert!(!fail(store, &ada(1), 31).await);
    assert!(!store.login_succeeded(&ada(2)).await.unwrap());
    assert_eq!(begin(store, &ada(5), 31).await, full(1, 60, true));
    assert!(store.login_succeeded(&ada(3)).await.unwrap());
    assert!(store.login_succeeded(&ada(4)).await.unwrap());
    assert_eq!(begin(store, &ada(5), 31).await, LoginStart::Begun);
}

pub(super) async fn begin_under_every_key_or_not_at_all(database: &dyn Database) {
    let store = &*database.node().await;
    for number in 1..3 {
        assert_eq!(begin(store, &ada(number), 0).await, LoginStart::Begun);
    }
    assert_eq!(begin(store, &ada(3), 0).await, full(1, 30, true));
    // The address has a place left: the third took none.
    let somebody = attempt(4, [(HOME, 3, false)]);
    assert_eq!(begin(store, &somebody, 0).await, LoginStart::Begun);
    let nobody = attempt(5, [(HOME, 3, false), ("username:grace", 2, true)]);
    assert_eq!(begin(store, &nobody, 0).await, full(0, 30, true));
}

pub(super) async fn at_once_are_no_more_than_places(database: &dyn Database) {
    for round in 0..4 {
        let begun = race(database, SIXTEEN, |number, store| async move {
            let key = format!("username:grace-{round}");
            let number = 100 * round + number as u64;
            let own = attempt(number, [(HOME, 99, false), (&key, 5, true)]);
            if begin(&*store, &own, 0).await != LoginStart::Begun {
                return false;
            }
            assert!(fail(&*store, &own, 1).await);
            true
        })
        .await;
        assert_eq!(begun.iter().filter(|begun| **begun).count(), 5);
    }
}

pub(super) async fn at_once_and_right_lock_nobody(database: &dyn Database) {
    race(database, SIXTEEN, |number, store| async move {
        for turn in 0..3 {
            let own = ada(100 * turn + number as u64);
            while begin(&*store, &own, 0).await != LoginStart::Begun {
                tokio::task::yield_now().await;
            }
            assert!(store.login_succeeded(&own).await.unwrap());
        }
    })
    .await;
    let store = &*database.node().await;
    for number in 1_000..1_002 {
        assert_eq!(begin(store, &ada(number), 0).await, LoginStart::Begun);
    }
}

/// Not of the attempt, nor of what came before.
pub(super) async fn that_were_no_guess_leave_no_trace(database: &dyn Database) {
    let store = &*database.node().await;
    assert_eq!(begin(store, &ada(1), 0).await, LoginStart::Begun);
    assert!(fail(store, &ada(1), 0).await);
    assert_eq!(begin(store, &ada(2), 1).await, LoginStart::Begun);
    assert_eq!(begin(store, &ada(3), 1).await, full(1, 31, true));
    assert!(store.login_withdrawn(&ada(2)).await.unwrap());
    assert!(!store.login_withdrawn(&ada(2)).await.unwrap());
    assert_eq!(begin(store, &ada(3), 2).await, LoginStart::Begun);
    assert!(fail(store, &ada(3), 2).await);
    assert_eq!(begin(store, &ada(4), 3).await, full(1, 900, false));
    assert!(!store.login_withdrawn(&ada(3)).await.unwrap());
}

pub(super) async fn count_whatever_was_typed(database: &dyn Database) {
    let store = &*database.node().await;
    let own = |number| attempt(number, [("username:gr\0ce", 1, true)]);
    assert_eq!(begin(store, &own(1), 0).await, LoginStart::Begun);
    assert!(fail(store, &own(1), 0).await);
    assert_eq!(begin(store, &own(2), 1).await, full(0, 900, false));
    assert_eq!(begin(store, &own(2), 900).await, LoginStart::Begun);
    assert!(store.login_succeeded(&own(2)).await.unwrap());
}
