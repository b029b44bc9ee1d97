use oauth::model::{
    Authentication, KeptRequests, SignInAnswer, SignInAsked, SignInOutcome, SignInUnderWay, Uuid,
};

use super::Database;
use super::samples::{REALM, at, audit, external, hash, id, parties, session, user};
use super::together::{SIXTEEN, race};
use crate::error::StoreError;
use crate::store::{ArrivalStep, Store};

const MANY: KeptRequests = KeptRequests {
    of_sender_in_a_minute: 100,
    of_sender: 100,
    of_realm: 100,
};

fn under_way(number: u64, sender: &str, came: i64) -> SignInUnderWay {
    SignInUnderWay {
        hash: hash(number),
        realm: REALM.to_owned(),
        browser: hash(1),
        sender: sender.to_owned(),
        next: "/realm/consent?request=x".to_owned(),
        asked: SignInAsked {
            client: Some("app".to_owned()),
            app: Some("App – ünïcode".to_owned()),
            max_age: Some(60),
            anew: true,
            acr_values: vec!["mfa".to_owned()],
            ui_locales: vec!["de".to_owned()],
            login_hint: Some("grace".to_owned()),
            organisation: None,
        },
        created_at: at(came),
        expires_at: at(came + 100),
        answer: None,
        finished_at: None,
    }
}

fn person(number: u64, user: Uuid) -> SignInAnswer {
    SignInAnswer {
        hash: hash(number),
        outcome: SignInOutcome::Person {
            user,
            authentication: Authentication::by_password(at(0)),
        },
    }
}

fn refused(number: u64) -> SignInAnswer {
    SignInAnswer {
        hash: hash(number),
        outcome: SignInOutcome::Refused,
    }
}

async fn begun(store: &dyn Store, number: u64) -> SignInUnderWay {
    let made = under_way(number, "address:192.0.2.1", 0);
    assert!(store.begin_sign_in(&made, MANY).await.unwrap());
    made
}

pub(super) async fn come_back_until_they_expire(database: &dyn Database) {
    let store = database.node().await;
    let made = begun(store.as_ref(), 10).await;
    let other_node = database.node().await;
    let found = |seconds| other_node.sign_in(&made.hash, at(seconds));
    assert_eq!(found(99).await.unwrap(), Some(made.clone()));
    assert_eq!(found(100).await.unwrap(), None);
    assert_eq!(store.sign_in(&hash(11), at(0)).await.unwrap(), None);
    let (no, back) = (refused(20), hash(20));
    let answered = |seconds| store.answer_sign_in(&made.hash, &no, at(seconds));
    assert!(!answered(100).await.unwrap());
    assert!(answered(99).await.unwrap());
    let expected = SignInUnderWay {
        answer: Some(refused(20)),
        ..made.clone()
    };
    let found = |seconds| other_node.answered_sign_in(&back, at(seconds));
    assert_eq!(found(99).await.unwrap(), Some(expected));
    assert_eq!(found(100).await.unwrap(), None);
    let late = store.finish_sign_in(&back, None, at(100)).await;
    assert!(!late.unwrap());
}

pub(super) async fn one_of_sixteen_answers_counts(database: &dyn Database) {
    let store = database.node().await;
    let made = begun(store.as_ref(), 10).await;
    let counted = race(database, SIXTEEN, move |number, store| async move {
        let answer = refused(100 + number as u64);
        let answered = store.answer_sign_in(&made.hash, &answer, at(1)).await;
        answered.unwrap().then_some(answer)
    })
    .await;
    let counted: Vec<_> = counted.into_iter().flatten().collect();
    assert_eq!(counted.len(), 1);
    let found = store.sign_in(&hash(10), at(1)).await.unwrap().unwrap();
    assert_eq!(found.answer.as_ref(), counted.first());
}

/// Whoever comes second leaves nothing of the person they tell of.
pub(super) async fn one_of_sixteen_people_arrives(database: &dyn Database) {
    let store = database.node().await;
    let made = begun(store.as_ref(), 10).await;
    let arrived = race(database, SIXTEEN, move |number, store| async move {
        let number = number as u64;
        let mut grace = user(200 + number, &format!("grace{number}"));
        grace.external = Some(external(number));
        let answer = person(100 + number, grace.id);
        let steps = [
            ArrivalStep::InsertUser(grace, audit().clone()),
            ArrivalStep::AnswerSignIn {
                challenge: made.hash,
                answer,
                now: at(1),
            },
        ];
        store.record_arrival(&steps).await
    })
    .await;
    assert_eq!(arrived.iter().filter(|arrived| arrived.is_ok()).count(), 1);
    for refused in arrived.iter().filter_map(|arrived| arrived.as_ref().err()) {
        let is_known = matches!(
            refused,
            StoreError::Conflict {
                what: "sign-in",
                ..
            }
        );
        assert!(is_known, "{refused:?}");
    }
    let mut people = 0;
    for number in 0..SIXTEEN as u64 {
        let there = store.user(REALM, id(200 + number)).await.unwrap();
        people += usize::from(there.is_some());
    }
    assert_eq!(people, 1);
    assert_eq!(store.latest_change().await.unwrap(), 1);
}

pub(super) async fn one_of_sixteen_browsers_comes_back(database: &dyn Database) {
    let store = database.node().await;
    let who = parties(store.as_ref()).await;
    let made = begun(store.as_ref(), 10).await;
    let answer = person(20, who.user);
    let answered = store.answer_sign_in(&made.hash, &answer, at(1));
    assert!(answered.await.unwrap());
    let begun = race(database, SIXTEEN, move |number, store| async move {
        let session = session(100 + number as u64, who.user);
        let back = hash(20);
        let finished = store.finish_sign_in(&back, Some(&session), at(2));
        finished.await.unwrap()
    })
    .await;
    assert_eq!(begun.iter().filter(|&&begun| begun).count(), 1);
    let sessions = store.sessions_of_user(REALM, who.user, at(3)).await;
    assert_eq!(sessions.unwrap().len(), 1);
}

/// Nothing is used up by what cannot begin.
pub(super) async fn a_session_that_cannot_begin_finishes_nothing(database: &dyn Database) {
    let store = database.node().await;
    let made = begun(store.as_ref(), 10).await;
    let answer = person(20, id(1));
    let answered = store.answer_sign_in(&made.hash, &answer, at(1));
    assert!(answered.await.unwrap());
    let nobodys = session(100, id(1));
    let failed = store.finish_sign_in(&hash(20), Some(&nobodys), at(2)).await;
    assert!(
        matches!(failed, Err(StoreError::NotFound { .. })),
        "{failed:?}"
    );
    assert!(store.finish_sign_in(&hash(20), None, at(2)).await.unwrap());
    assert!(!store.finish_sign_in(&hash(20), None, at(2)).await.unwrap());
}

pub(super) async fn more_than_so_many_go_or_do_not_begin(database: &dyn Database) {
    let store = database.node().await;
    let few = KeptRequests {
        of_sender_in_a_minute: 3,
        of_sender: 2,
        of_realm: 3,
    };
    let mut begun = Vec::new();
    for (number, sender) in [(10, "a"), (11, "a"), (12, "a"), (13, "b"), (14, "c")] {
        let came = i64::try_from(number).unwrap() - 10;
        let made = under_way(number, sender, came);
        begun.push(store.begin_sign_in(&made, few).await.unwrap());
    }
    // Two of the three are left, so that a fourth has room within the minute.
    assert_eq!(begun, [true; 5]);
    let mut left = Vec::new();
    for number in 10..15 {
        let found = store.sign_in(&hash(number), at(50)).await.unwrap();
        left.extend(found.map(|_| number));
    }
    assert_eq!(left, [12, 13, 14]);
    let few = KeptRequests {
        of_sender_in_a_minute: 1,
        ..few
    };
    let again = under_way(15, "c", 5);
    assert!(!store.begin_sign_in(&again, few).await.unwrap());
    assert_eq!(store.clean_up(at(102), 100).await.unwrap(), 1);
}
