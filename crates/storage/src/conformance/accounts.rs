use oauth::model::{
    CodeUse, LoginAttempt, LoginLimit, LoginStart, Position, SecondFactor, Ticket, TicketPurpose,
    TokenHash, Uuid,
};

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
        begun_by: Some(hash(900)),
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
        store.keep_ticket(&each, 3).await.unwrap();
    }
    let left = async || {
        let mut left = Vec::new();
        for number in [1, 2, 10, 11, 12, 13, 14, 15, 16] {
            let found = store.ticket(&hash(number), at(50)).await.unwrap();
            left.extend(found.map(|_| number));
        }
        left
    };
    assert_eq!(left().await, [1, 2, 12, 13, 14]);
    // The last one is the latest, also where the clock says otherwise.
    for (number, seconds) in [(15, 4), (16, 1)] {
        let last = ticket(number, id(1), TicketPurpose::Reset, seconds);
        store.give_ticket(&last, audit()).await.unwrap();
        assert_eq!(left().await, [1, 2, number]);
    }
}

pub(super) async fn of_sixteen_links_of_a_person_one_counts(database: &dyn Database) {
    let store = database.node().await;
    let grace = store.insert_user(&user(1, "grace"), audit()).await.unwrap();
    let made = race(database, SIXTEEN, move |number, store| async move {
        let number = 10 + u64::try_from(number).unwrap();
        let link = ticket(number, grace.id, TicketPurpose::Invitation, 0);
        // A mail brings one without an act of anybody.
        match number % 2 {
            0 => store.give_ticket(&link, audit()).await.unwrap(),
            _ => store.keep_ticket(&link, 1).await.unwrap(),
        }
        link.hash
    })
    .await;
    let mut counts = 0;
    for link in &made {
        counts += usize::from(store.ticket(link, at(1)).await.unwrap().is_some());
    }
    assert_eq!(counts, 1);
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
        begun_by: Some(hash(901)),
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
        begun_by: None,
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
        let used = store.use_recovery_code(REALM, id(1), &code, at(3), audit());
        used.await.unwrap()
    })
    .await;
    let many = |came_of| used.iter().filter(|&&used| used == came_of).count();
    assert_eq!(many(CodeUse::Redeemed), 1);
    assert_eq!(many(CodeUse::AlreadyRedeemed), 15);
    let left = async |user| {
        let factor = store.second_factor(REALM, user).await.unwrap();
        factor.map(|factor| factor.recovery_codes)
    };
    assert_eq!(left(id(1)).await, Some(1));
    assert_eq!(left(id(2)).await, Some(1));
    let uses = async |realm: &str, number| {
        let code = hash(number);
        let used = store.use_recovery_code(realm, id(1), &code, at(4), audit());
        used.await.unwrap()
    };
    assert_eq!(uses(OTHER_REALM, 2).await, CodeUse::Unknown);
    assert_eq!(uses(OTHER_REALM, 1).await, CodeUse::Unknown);
    assert_eq!(uses(REALM, 9).await, CodeUse::Unknown);
    let put = store
        .replace_recovery_codes(REALM, id(1), &[hash(3), hash(4)], audit())
        .await;
    assert!(put.unwrap());
    assert_eq!(uses(REALM, 1).await, CodeUse::Unknown);
    assert_eq!(uses(REALM, 2).await, CodeUse::Unknown);
    assert_eq!(left(id(1)).await, Some(2));
    assert!(
        store
            .remove_second_factor(REALM, id(1), "code:1", audit())
            .await
            .unwrap()
    );
    assert!(
        !store
            .remove_second_factor(REALM, id(1), "code:1", audit())
            .await
            .unwrap()
    );
    assert_eq!(uses(REALM, 3).await, CodeUse::Unknown);
    let put = store
        .replace_recovery_codes(REALM, id(1), &[hash(3)], audit())
        .await;
    assert!(!put.unwrap());
    assert_eq!(left(id(1)).await, None);
}

/// Also those that were given for one which was never confirmed.
pub(super) async fn wrong_codes_end_with_their_second_factor(database: &dyn Database) {
    let store = database.node().await;
    let begin = async |number, key: &str| {
        let attempt = LoginAttempt {
            realm: REALM.to_owned(),
            id: id(number),
            limits: vec![LoginLimit {
                key: key.to_owned(),
                most: 1,
                forgiven: true,
            }],
        };
        let begun = store.begin_login(&attempt, at(0), at(30)).await.unwrap();
        (attempt, begun == LoginStart::Begun)
    };
    confirmed(store.as_ref(), id(1), &[]).await;
    for (number, is_on) in [(10, true), (20, false)] {
        for key in ["code:1", "code:2"] {
            let (attempt, _) = begin(number, key).await;
            store.login_failed(&attempt, at(1), at(900)).await.unwrap();
            assert!(!begin(number + 1, key).await.1);
        }
        let off = store.remove_second_factor(REALM, id(1), "code:1", audit());
        assert_eq!(off.await.unwrap(), is_on);
        assert!(!begin(number + 2, "code:2").await.1);
        let (own, begun) = begin(number + 3, "code:1").await;
        assert!(begun);
        assert!(store.login_withdrawn(&own).await.unwrap());
    }
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
