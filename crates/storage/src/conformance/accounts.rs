use oauth::model::{Position, SecondFactor, Ticket, TicketPurpose, TokenHash, Uuid};

use super::Database;
use super::samples::{OTHER_REALM, REALM, at, audit, hash, id, session, user};
use super::together::{SIXTEEN, race};
use crate::error::StoreError;
use crate::store::Store;

fn ticket(number: u64, user: Uuid, purpose: TicketPurpose, seconds: i64) -> Ticket {
    Ticket {
        hash: hash(number),
        realm: REALM.to_owned(),
        user,
        purpose,
        position: Position(3),
        created_at: at(seconds),
        expires_at: at(seconds + 100),
    }
}

fn factor(user: Uuid) -> SecondFactor {
    SecondFactor {
        realm: REALM.to_owned(),
        user,
        secret: vec![0, 1, 255],
        created_at: at(1),
        confirmed_at: None,
        last_step: None,
        recovery_codes: 0,
    }
}

async fn confirmed(store: &dyn Store, user: Uuid, codes: &[TokenHash]) {
    assert!(store.begin_second_factor(&factor(user)).await.unwrap());
    let confirm = store
        .confirm_second_factor(&factor(user), 7, codes, at(2), audit())
        .await;
    assert!(confirm.unwrap());
}

pub(super) async fn tickets_come_back_until_they_expire(database: &dyn Database) {
    let store = database.node().await;
    for (number, purpose) in (10..).zip(TicketPurpose::ALL) {
        let kept = ticket(number, id(1), purpose, 0);
        store.keep_ticket(&kept, 9).await.unwrap();
        let found = |seconds| store.ticket(&kept.hash, at(seconds));
        assert_eq!(found(99).await.unwrap(), Some(kept.clone()));
        assert_eq!(found(100).await.unwrap(), None);
        assert!(!store.use_ticket(&kept.hash, at(100)).await.unwrap());
    }
    assert_eq!(store.ticket(&hash(1), at(0)).await.unwrap(), None);
    assert_eq!(store.clean_up(at(100), 100).await.unwrap(), 3);
}

pub(super) async fn of_tickets_the_latest_stay(database: &dyn Database) {
    let store = database.node().await;
    let others = [
        ticket(1, id(2), TicketPurpose::Reset, 0),
        ticket(2, id(1), TicketPurpose::SecondFactor, 0),
    ];
    for other in &others {
        store.keep_ticket(other, 3).await.unwrap();
    }
    for number in 0..5_u32 {
        let each = ticket(
            10 + u64::from(number),
            id(1),
            TicketPurpose::Reset,
            number.into(),
        );
        store.give_ticket(&each, 3, audit()).await.unwrap();
    }
    let mut left = Vec::new();
    for number in [1, 2, 10, 11, 12, 13, 14] {
        let found = store.ticket(&hash(number), at(50)).await.unwrap();
        left.extend(found.map(|_| number));
    }
    assert_eq!(left, [1, 2, 12, 13, 14]);
}

pub(super) async fn one_of_sixteen_uses_a_ticket(database: &dyn Database) {
    let store = database.node().await;
    let kept = ticket(10, id(1), TicketPurpose::SecondFactor, 0);
    store.keep_ticket(&kept, 3).await.unwrap();
    let used = race(database, SIXTEEN, |_, store| async move {
        store.use_ticket(&hash(10), at(1)).await.unwrap()
    })
    .await;
    assert_eq!(used.iter().filter(|&&used| used).count(), 1);
}

pub(super) async fn one_of_sixteen_sets_a_password_by_a_ticket(database: &dyn Database) {
    let store = database.node().await;
    let grace = store.insert_user(&user(1, "grace"), audit()).await.unwrap();
    let purposes = [TicketPurpose::Reset, TicketPurpose::SecondFactor];
    for (number, purpose) in (10..).zip(purposes) {
        let kept = ticket(number, grace.id, purpose, 0);
        store.keep_ticket(&kept, 3).await.unwrap();
    }
    let read = grace.clone();
    let set = race(database, SIXTEEN, move |number, store| {
        let mut user = read.clone();
        async move {
            user.name = format!("Grace {number}");
            user.sessions_cut_off = Some(Position::HERE);
            let ticket = hash(10);
            let set = store.update_user_by_ticket(&user, &ticket, at(1), audit());
            set.await.unwrap().then_some(user.name)
        }
    })
    .await;
    let set: Vec<String> = set.into_iter().flatten().collect();
    let now = store.user(REALM, grace.id).await.unwrap().unwrap();
    assert_eq!(set, [now.name]);
    assert_eq!(now.version, 2);
    assert_eq!(now.cut_off, grace.cut_off);
    // What was given before that counts no more.
    assert_eq!(store.ticket(&hash(11), at(1)).await.unwrap(), None);
}

pub(super) async fn a_ticket_stays_where_the_person_changed(database: &dyn Database) {
    let store = database.node().await;
    let grace = store.insert_user(&user(1, "grace"), audit()).await.unwrap();
    let kept = ticket(10, grace.id, TicketPurpose::Reset, 0);
    store.keep_ticket(&kept, 3).await.unwrap();
    store.update_user(&grace, audit()).await.unwrap();
    let late = store
        .update_user_by_ticket(&grace, &hash(10), at(1), audit())
        .await;
    assert!(matches!(late, Err(StoreError::Conflict { .. })));
    assert_eq!(store.ticket(&hash(10), at(1)).await.unwrap(), Some(kept));
}

pub(super) async fn sessions_are_cut_off_where_they_are(database: &dyn Database) {
    let store = database.node().await;
    let mut grace = store.insert_user(&user(1, "grace"), audit()).await.unwrap();
    store.insert_session(&session(5, grace.id)).await.unwrap();
    let before = store.latest_change().await.unwrap();
    grace.sessions_cut_off = Some(Position::HERE);
    store.update_user(&grace, audit()).await.unwrap();
    let now = store.user(REALM, grace.id).await.unwrap().unwrap();
    assert_eq!(now.sessions_cut_off, Some(Position(before)));
    assert_eq!(now.cut_off, grace.cut_off);
}

pub(super) async fn second_factors_come_back_as_they_were(database: &dyn Database) {
    let store = database.node().await;
    let begun = factor(id(1));
    assert!(store.begin_second_factor(&begun).await.unwrap());
    let found = || store.second_factor(REALM, id(1));
    assert_eq!(found().await.unwrap(), Some(begun.clone()));
    assert_eq!(store.second_factor(OTHER_REALM, id(1)).await.unwrap(), None);
    // What is not confirmed gives its place, and nothing counts by it.
    assert!(!store.use_second_factor_step(REALM, id(1), 9).await.unwrap());
    let anew = SecondFactor {
        secret: vec![5],
        ..begun.clone()
    };
    assert!(store.begin_second_factor(&anew).await.unwrap());
    let late = store
        .confirm_second_factor(&begun, 7, &[], at(2), audit())
        .await;
    assert!(!late.unwrap());
    let codes = [hash(1), hash(2)];
    let confirm = store
        .confirm_second_factor(&anew, 7, &codes, at(2), audit())
        .await;
    assert!(confirm.unwrap());
    let stands = SecondFactor {
        confirmed_at: Some(at(2)),
        last_step: Some(7),
        recovery_codes: 2,
        ..anew.clone()
    };
    assert_eq!(found().await.unwrap(), Some(stands.clone()));
    let again = store
        .confirm_second_factor(&anew, 9, &[], at(3), audit())
        .await;
    assert!(!again.unwrap());
    assert!(!store.begin_second_factor(&anew).await.unwrap());
    let all = store.second_factors(REALM, None, 9).await.unwrap();
    assert_eq!(all, std::slice::from_ref(&stands));
    let after = store.second_factors(REALM, Some(id(1)), 9).await.unwrap();
    assert_eq!(after, []);
    assert!(
        store
            .rewrap_second_factor(&stands, &[6], audit())
            .await
            .unwrap()
    );
    assert!(
        !store
            .rewrap_second_factor(&stands, &[7], audit())
            .await
            .unwrap()
    );
    assert_eq!(found().await.unwrap().unwrap().secret, [6]);
}

pub(super) async fn one_of_sixteen_uses_a_code(database: &dyn Database) {
    let store = database.node().await;
    confirmed(store.as_ref(), id(1), &[hash(1)]).await;
    let used = race(database, SIXTEEN, |_, store| async move {
        store.use_second_factor_step(REALM, id(1), 8).await.unwrap()
    })
    .await;
    assert_eq!(used.iter().filter(|&&used| used).count(), 1);
    for (step, counts) in [(7, false), (8, false), (10, true), (9, false)] {
        let used = store.use_second_factor_step(REALM, id(1), step).await;
        assert_eq!(used.unwrap(), counts, "{step}");
    }
}

pub(super) async fn one_of_sixteen_uses_a_recovery_code(database: &dyn Database) {
    let store = database.node().await;
    confirmed(store.as_ref(), id(1), &[hash(1), hash(2)]).await;
    confirmed(store.as_ref(), id(2), &[hash(1)]).await;
    let used = race(database, SIXTEEN, |_, store| async move {
        let code = hash(1);
        let used = store.use_recovery_code(REALM, id(1), &code, audit()).await;
        used.unwrap()
    })
    .await;
    assert_eq!(used.iter().filter(|&&used| used).count(), 1);
    let left = async |user| {
        let factor = store.second_factor(REALM, user).await.unwrap();
        factor.map(|factor| factor.recovery_codes)
    };
    assert_eq!(left(id(1)).await, Some(1));
    assert_eq!(left(id(2)).await, Some(1));
    let elsewhere = store
        .use_recovery_code(OTHER_REALM, id(1), &hash(2), audit())
        .await;
    assert!(!elsewhere.unwrap());
    let put = store
        .replace_recovery_codes(REALM, id(1), &[hash(3), hash(4)], audit())
        .await;
    assert!(put.unwrap());
    let old = store
        .use_recovery_code(REALM, id(1), &hash(2), audit())
        .await;
    assert!(!old.unwrap());
    assert_eq!(left(id(1)).await, Some(2));
    assert!(
        store
            .remove_second_factor(REALM, id(1), audit())
            .await
            .unwrap()
    );
    assert!(
        !store
            .remove_second_factor(REALM, id(1), audit())
            .await
            .unwrap()
    );
    let gone = store
        .use_recovery_code(REALM, id(1), &hash(3), audit())
        .await;
    assert!(!gone.unwrap());
    let put = store
        .replace_recovery_codes(REALM, id(1), &[hash(3)], audit())
        .await;
    assert!(!put.unwrap());
    assert_eq!(left(id(1)).await, None);
}

pub(super) async fn end_with_their_person(database: &dyn Database) {
    let store = database.node().await;
    let grace = store.insert_user(&user(1, "grace"), audit()).await.unwrap();
    confirmed(store.as_ref(), grace.id, &[hash(1)]).await;
    let kept = ticket(10, grace.id, TicketPurpose::Reset, 0);
    store.keep_ticket(&kept, 3).await.unwrap();
    store.delete_user(&grace, at(3), audit()).await.unwrap();
    assert_eq!(store.second_factor(REALM, grace.id).await.unwrap(), None);
    assert_eq!(store.ticket(&hash(10), at(1)).await.unwrap(), None);
}
