use oauth::model::{Redemption, RefreshToken, RevocationReason};

use super::Database;
use super::samples::{Parties, REALM, at, audit, hash, id, parties};
use super::together::{SIXTEEN, race};

pub(super) async fn are_exchanged_for_their_successor(database: &dyn Database) {
    let store = database.node().await;
    let who = parties(store.as_ref()).await;
    let grant = who.connect(store.as_ref(), 10, 50).await.id;
    let next = RefreshToken {
        organisation: None,
        expires_at: None,
        ..who.refresh_token(51, grant)
    };
    let rotated = store.rotate_refresh_token(&hash(50), &next, at(5)).await;
    assert_eq!(rotated.unwrap(), Redemption::Redeemed);
    let stored = store.refresh_token(&hash(51)).await.unwrap();
    assert_eq!(stored, Some(next));
    let before = RefreshToken {
        rotated_at: Some(at(5)),
        rotated_to: Some(hash(51)),
        // What it was derived with is needed no more.
        derived_with: None,
        ..who.refresh_token(50, grant)
    };
    let stored = store.refresh_token(&hash(50)).await.unwrap();
    assert_eq!(stored, Some(before));
}

pub(super) async fn come_back_with_their_successor(database: &dyn Database) {
    let store = database.node().await;
    let who = parties(store.as_ref()).await;
    let grant = who.connect(store.as_ref(), 10, 50).await.id;
    let both = async |number: u64| {
        let found = store.refresh_token_with_successor(&hash(number)).await;
        found
            .unwrap()
            .map(|(token, successor)| (token.hash, successor.map(|token| token.hash)))
    };
    assert_eq!(both(49).await, None);
    assert_eq!(both(50).await, Some((hash(50), None)));
    let next = |number| who.refresh_token(number, grant);
    store
        .rotate_refresh_token(&hash(50), &next(51), at(2))
        .await
        .unwrap();
    store
        .replace_successor(&hash(50), &hash(51), &next(52), at(2))
        .await
        .unwrap();
    assert_eq!(both(50).await, Some((hash(50), Some(hash(52)))));
    assert_eq!(both(51).await, Some((hash(51), None)));
    assert_eq!(both(52).await, Some((hash(52), None)));
}

/// The winner's successor is stored, the others' are not.
pub(super) async fn one_of_sixteen_rotates(database: &dyn Database) {
    let store = database.node().await;
    let who = parties(store.as_ref()).await;
    let grant = who.connect(store.as_ref(), 10, 50).await.id;
    let (user, organisation) = (who.user, who.organisation);
    let results = race(database, SIXTEEN, |number, store| async move {
        let next = Parties { user, organisation }.refresh_token(100 + number as u64, grant);
        store
            .rotate_refresh_token(&hash(50), &next, at(2))
            .await
            .unwrap()
    })
    .await;
    let mut rotated = 0;
    for (number, result) in (100..).zip(results) {
        let stored = store.refresh_token(&hash(number)).await.unwrap();
        assert_eq!(stored.is_some(), result == Redemption::Redeemed);
        if result == Redemption::Redeemed {
            rotated += 1;
        } else {
            assert_eq!(
                result,
                Redemption::AlreadyRedeemed {
                    grant,
                    family: Some(id(7_000))
                }
            );
        }
    }
    assert_eq!(rotated, 1);
}

/// Those that share a commit keep apart: each is judged by its own token and time, and stores
/// its own successor.
pub(super) async fn exchanged_at_one_moment_keep_apart(database: &dyn Database) {
    let store = database.node().await;
    let who = parties(store.as_ref()).await;
    let revoked = who.connect(store.as_ref(), 10, 53).await.id;
    store
        .revoke_grant(REALM, revoked, RevocationReason::ByUser, at(1), audit())
        .await
        .unwrap();
    let grant = who.connect(store.as_ref(), 11, 50).await.id;
    for number in [51, 52] {
        let code = who.code(number, grant);
        store.insert_code(&code).await.unwrap();
        let token = who.refresh_token(number, grant);
        let redeemed = store.redeem_code(&code.hash, Some(&token), at(1)).await;
        assert_eq!(redeemed.unwrap(), Redemption::Redeemed);
    }
    let exchange = |token: u64, successor: u64, time: i64| {
        let store = &store;
        let next = RefreshToken {
            organisation: (successor == 60).then_some(who.organisation),
            expires_at: (successor != 60).then_some(at(2_000)),
            ..who.refresh_token(successor, grant)
        };
        async move {
            let token = hash(token);
            let rotated = store.rotate_refresh_token(&token, &next, at(time)).await;
            (rotated.unwrap(), next)
        }
    };
    // 50 and 51 can be exchanged, each is asked for twice, and 51 for the very same successor;
    // 52 has expired by then, 53 is revoked, 54 unknown.
    let results = <[_; 7]>::from(tokio::join!(
        exchange(50, 60, 2),
        exchange(50, 61, 2),
        exchange(51, 62, 999),
        exchange(51, 62, 999),
        exchange(52, 63, 1_000),
        exchange(53, 64, 2),
        exchange(54, 65, 2),
    ));
    let redeemed = |index: usize| results[index].0 == Redemption::Redeemed;
    assert!(redeemed(0) ^ redeemed(1));
    assert!(redeemed(2) ^ redeemed(3));
    for (outcome, _) in &results[4..] {
        assert_eq!(*outcome, Redemption::Unknown);
    }
    for (outcome, next) in &results {
        let stored = store.refresh_token(&next.hash).await.unwrap();
        let twin = next.hash == hash(62);
        if *outcome == Redemption::Redeemed || twin {
            assert_eq!(stored.as_ref(), Some(next));
        } else {
            assert_eq!(stored, None);
        }
    }
}

pub(super) async fn reuse_names_the_grant(database: &dyn Database) {
    let store = database.node().await;
    let who = parties(store.as_ref()).await;
    let grant = who.connect(store.as_ref(), 10, 50).await.id;
    let rotate = |number| {
        let next = who.refresh_token(number, grant);
        let store = store.clone();
        async move { store.rotate_refresh_token(&hash(50), &next, at(2)).await }
    };
    assert_eq!(rotate(51).await.unwrap(), Redemption::Redeemed);
    let reused = Redemption::AlreadyRedeemed {
        grant,
        family: Some(id(7_000)),
    };
    assert_eq!(rotate(52).await.unwrap(), reused);
    assert_eq!(store.refresh_token(&hash(52)).await.unwrap(), None);
    store
        .revoke_grant(
            REALM,
            grant,
            RevocationReason::RefreshTokenReused,
            at(3),
            audit(),
        )
        .await
        .unwrap();
    assert_eq!(rotate(53).await.unwrap(), reused);
}

pub(super) async fn a_late_one_is_unknown(database: &dyn Database) {
    let store = database.node().await;
    let who = parties(store.as_ref()).await;
    let grant = who.connect(store.as_ref(), 10, 50).await.id;
    let next = who.refresh_token(51, grant);
    let late = store
        .rotate_refresh_token(&hash(50), &next, at(1_000))
        .await;
    assert_eq!(late.unwrap(), Redemption::Unknown);
    let unknown = store.rotate_refresh_token(&hash(49), &next, at(2)).await;
    assert_eq!(unknown.unwrap(), Redemption::Unknown);
    assert_eq!(store.refresh_token(&hash(51)).await.unwrap(), None);
    let last = store.rotate_refresh_token(&hash(50), &next, at(999)).await;
    assert_eq!(last.unwrap(), Redemption::Redeemed);
}

pub(super) async fn without_an_end_live_on(database: &dyn Database) {
    let store = database.node().await;
    let who = parties(store.as_ref()).await;
    let grant = who.agree(store.as_ref(), 10).await.id;
    let endless = RefreshToken {
        expires_at: None,
        ..who.refresh_token(50, grant)
    };
    store
        .redeem_code(&hash(10), Some(&endless), at(1))
        .await
        .unwrap();
    let years = at(100_000_000);
    store.clean_up(years, 1_000).await.unwrap();
    let next = who.refresh_token(51, grant);
    let rotated = store.rotate_refresh_token(&hash(50), &next, years).await;
    assert_eq!(rotated.unwrap(), Redemption::Redeemed);
    let reused = store.rotate_refresh_token(&hash(50), &next, years).await;
    assert_eq!(
        reused.unwrap(),
        Redemption::AlreadyRedeemed {
            grant,
            family: Some(id(7_000))
        }
    );
}

pub(super) async fn of_a_revoked_grant_are_revoked(database: &dyn Database) {
    let store = database.node().await;
    let who = parties(store.as_ref()).await;
    let grant = who.connect(store.as_ref(), 10, 50).await.id;
    store
        .revoke_grant(REALM, grant, RevocationReason::ByUser, at(4), audit())
        .await
        .unwrap();
    let stored = store.refresh_token(&hash(50)).await.unwrap().unwrap();
    assert_eq!(stored.revoked_at, Some(at(4)));
    let next = who.refresh_token(51, grant);
    let rotated = store.rotate_refresh_token(&hash(50), &next, at(5)).await;
    assert_eq!(rotated.unwrap(), Redemption::Unknown);
    assert_eq!(store.refresh_token(&hash(51)).await.unwrap(), None);
}

/// Whoever comes first: afterwards no refresh token of the grant works.
pub(super) async fn rotated_against_revocation_leave_nothing_usable(database: &dyn Database) {
    let store = database.node().await;
    let who = parties(store.as_ref()).await;
    let (user, organisation) = (who.user, who.organisation);
    for round in 0..10 {
        let (first, next) = (2_000 + round, 3_000 + round);
        let grant = who.connect(store.as_ref(), 1_000 + round, first).await.id;
        race(database, 2, |number, store| async move {
            if number == 1 {
                let reason = RevocationReason::ByUser;
                store
                    .revoke_grant(REALM, grant, reason, at(2), audit())
                    .await
                    .unwrap();
                return;
            }
            let next = Parties { user, organisation }.refresh_token(next, grant);
            store
                .rotate_refresh_token(&hash(first), &next, at(2))
                .await
                .unwrap();
        })
        .await;
        for token in [first, next] {
            let last = who.refresh_token(4_000 + token, grant);
            let rotated = store.rotate_refresh_token(&hash(token), &last, at(3)).await;
            assert_ne!(rotated.unwrap(), Redemption::Redeemed);
        }
    }
}

pub(super) async fn a_chain_of_rotations_holds(database: &dyn Database) {
    let store = database.node().await;
    let who = parties(store.as_ref()).await;
    let grant = who.connect(store.as_ref(), 10, 50).await.id;
    for number in 50..60 {
        let next = who.refresh_token(number + 1, grant);
        let rotated = store
            .rotate_refresh_token(&hash(number), &next, at(2))
            .await;
        assert_eq!(rotated.unwrap(), Redemption::Redeemed);
    }
    let next = who.refresh_token(99, grant);
    for number in 50..60 {
        let reused = store
            .rotate_refresh_token(&hash(number), &next, at(2))
            .await;
        assert_eq!(
            reused.unwrap(),
            Redemption::AlreadyRedeemed {
                grant,
                family: Some(id(7_000))
            }
        );
    }
}

/// The successor that nobody used gives its place, again and again; one that was used does not.
pub(super) async fn an_unused_successor_gives_its_place(database: &dyn Database) {
    let store = database.node().await;
    let who = parties(store.as_ref()).await;
    let grant = who.connect(store.as_ref(), 10, 50).await.id;
    let rotate = |number: u64, next: u64| {
        let (store, next) = (store.clone(), who.refresh_token(next, grant));
        async move {
            store
                .rotate_refresh_token(&hash(number), &next, at(2))
                .await
        }
    };
    let replace = |unused: u64, next: u64| {
        let (store, next) = (store.clone(), who.refresh_token(next, grant));
        async move {
            let replaced = store
                .replace_successor(&hash(50), &hash(unused), &next, at(3))
                .await;
            replaced.unwrap()
        }
    };
    let used = Redemption::AlreadyRedeemed {
        grant,
        family: Some(id(7_000)),
    };
    assert_eq!(rotate(50, 51).await.unwrap(), Redemption::Redeemed);
    assert_eq!(replace(51, 52).await, Redemption::Redeemed);
    assert_eq!(replace(51, 53).await, used, "it is not its successor now");
    assert_eq!(replace(52, 54).await, Redemption::Redeemed);
    let gave_place = store.refresh_token(&hash(52)).await.unwrap().unwrap();
    assert_eq!(
        (gave_place.rotated_at, gave_place.rotated_to),
        (Some(at(3)), None)
    );
    assert_eq!(gave_place.derived_with, None);
    let predecessor = store.refresh_token(&hash(50)).await.unwrap().unwrap();
    assert_eq!(predecessor.rotated_to, Some(hash(54)));
    let stored = store.refresh_token(&hash(54)).await.unwrap();
    assert_eq!(stored, Some(who.refresh_token(54, grant)));
    for number in [51, 52] {
        assert_eq!(rotate(number, 55).await.unwrap(), used);
    }
    assert_eq!(rotate(54, 56).await.unwrap(), Redemption::Redeemed);
    assert_eq!(replace(54, 57).await, used);
    for never_stored in [53, 55, 57] {
        let stored = store.refresh_token(&hash(never_stored)).await.unwrap();
        assert_eq!(stored, None);
    }
}

/// Not of a predecessor that has expired or ended, nor of one that it does not succeed.
pub(super) async fn a_successor_gives_its_place_under_a_live_predecessor_only(
    database: &dyn Database,
) {
    let store = database.node().await;
    let who = parties(store.as_ref()).await;
    let grant = who.connect(store.as_ref(), 10, 50).await.id;
    let later = |number| RefreshToken {
        expires_at: Some(at(2_000)),
        ..who.refresh_token(number, grant)
    };
    let rotated = store
        .rotate_refresh_token(&hash(50), &later(51), at(2))
        .await;
    assert_eq!(rotated.unwrap(), Redemption::Redeemed);
    let replace = async |predecessor: u64, unused: u64, moment: i64| {
        let (predecessor, unused) = (hash(predecessor), hash(unused));
        let next = later(60);
        let replaced = store
            .replace_successor(&predecessor, &unused, &next, at(moment))
            .await;
        assert_ne!(replaced.unwrap(), Redemption::Redeemed);
        assert_eq!(store.refresh_token(&hash(60)).await.unwrap(), None);
    };
    replace(50, 51, 1_000).await;
    replace(49, 51, 3).await;
    replace(50, 50, 3).await;
    replace(51, 51, 3).await;
    store
        .revoke_grant(REALM, grant, RevocationReason::ByUser, at(4), audit())
        .await
        .unwrap();
    replace(50, 51, 5).await;
}

/// Half of them use the successor, the others want another in its place: one is first, and
/// afterwards at most one token works.
pub(super) async fn one_of_sixteen_has_the_successor(database: &dyn Database) {
    let store = database.node().await;
    let who = parties(store.as_ref()).await;
    let (user, organisation) = (who.user, who.organisation);
    for round in 0..6 {
        let base = 10_000 * (round + 1);
        let grant = who.connect(store.as_ref(), base, base + 1).await.id;
        let first = who.refresh_token(base + 2, grant);
        let rotated = store
            .rotate_refresh_token(&hash(base + 1), &first, at(2))
            .await;
        assert_eq!(rotated.unwrap(), Redemption::Redeemed);
        let results = race(database, SIXTEEN, |number, store| async move {
            let next = base + 100 + number as u64;
            let next = Parties { user, organisation }.refresh_token(next, grant);
            let (predecessor, successor) = (hash(base + 1), hash(base + 2));
            let done = if number % 2 == 0 {
                store.rotate_refresh_token(&successor, &next, at(3)).await
            } else {
                store
                    .replace_successor(&predecessor, &successor, &next, at(3))
                    .await
            };
            done.unwrap()
        })
        .await;
        let mut living = 0;
        for (number, result) in (0..).zip(&results) {
            let stored = store.refresh_token(&hash(base + 100 + number)).await;
            let stored = stored.unwrap();
            assert_eq!(stored.is_some(), *result == Redemption::Redeemed);
            living += usize::from(stored.is_some_and(|token| token.rotated_at.is_none()));
        }
        assert_eq!(living, 1, "{results:?}");
        let successor = store.refresh_token(&hash(base + 2)).await.unwrap();
        assert!(successor.unwrap().rotated_at.is_some());
    }
}
