use oauth::model::{OncePurpose, UsedOnce};

use super::Database;
use super::samples::{OTHER_REALM, REALM, at, audit, hash, parties, session};
use super::together::{SIXTEEN, race};

fn used(number: u64) -> UsedOnce {
    UsedOnce {
        realm: REALM.to_owned(),
        purpose: OncePurpose::LogoutToken,
        hash: hash(number),
        until: at(100),
    }
}

pub(super) async fn of_sixteen_one_is_the_first(database: &dyn Database) {
    let firsts = race(database, SIXTEEN, |_, store| async move {
        store.use_once(&used(1)).await.unwrap()
    })
    .await;
    assert_eq!(firsts.iter().filter(|&&first| first).count(), 1);
}

pub(super) async fn of_each_realm_and_purpose(database: &dyn Database) {
    let store = database.node().await;
    let elsewhere = UsedOnce {
        realm: OTHER_REALM.to_owned(),
        ..used(1)
    };
    let otherwise = UsedOnce {
        purpose: OncePurpose::SignInState,
        ..used(1)
    };
    for each in [used(1), used(2), elsewhere, otherwise] {
        assert!(store.use_once(&each).await.unwrap(), "{each:?}");
        assert!(!store.use_once(&each).await.unwrap(), "{each:?}");
    }
}

pub(super) async fn sessions_end_with_it_once(database: &dyn Database) {
    let store = database.node().await;
    let who = parties(store.as_ref()).await;
    for number in [5, 6, 7] {
        let session = session(number, who.user);
        store.insert_session(&session).await.unwrap();
    }
    // One of them has ended by itself.
    let ends = [5, 6, 8].map(|number| (hash(number), audit().clone()));
    let before = store.latest_change().await.unwrap();
    let ended = race(database, SIXTEEN, |_, store| async move {
        let ends = [5, 6, 8].map(|number| (hash(number), audit().clone()));
        store.end_sessions_once(&used(1), &ends).await.unwrap()
    })
    .await;
    assert_eq!(ended.iter().filter(|&&ended| ended).count(), 1);
    let left = store
        .sessions_of_user(REALM, who.user, at(1))
        .await
        .unwrap();
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].hash, hash(7));
    assert_eq!(store.latest_change().await.unwrap() - before, 2);
    let again = session(5, who.user);
    store.insert_session(&again).await.unwrap();
    assert!(!store.end_sessions_once(&used(1), &ends).await.unwrap());
    assert!(store.session(&hash(5), at(1)).await.unwrap().is_some());
}

pub(super) async fn goes_when_it_cannot_come_again(database: &dyn Database) {
    let store = database.node().await;
    for number in 0..3 {
        assert!(store.use_once(&used(number)).await.unwrap());
    }
    assert_eq!(store.clean_up(at(99), 100).await.unwrap(), 0);
    assert!(!store.use_once(&used(0)).await.unwrap());
    assert_eq!(store.clean_up(at(100), 2).await.unwrap(), 2);
    assert_eq!(store.clean_up(at(100), 2).await.unwrap(), 1);
    assert!(store.use_once(&used(0)).await.unwrap());
}
