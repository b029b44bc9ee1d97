use oauth::model::{AuthorizationCode, Redemption, RevocationReason};
use scope::Scope;

use super::Database;
use super::samples::{Parties, REALM, at, audit, hash, id, parties};
use super::together::{SIXTEEN, race};
use crate::error::StoreError;

pub(super) async fn come_back_as_they_were(database: &dyn Database) {
    let store = database.node().await;
    let who = parties(store.as_ref()).await;
    let grant = who.agree(store.as_ref(), 10).await;
    let full = who.code(11, grant.id);
    let plain = AuthorizationCode {
        organisation: None,
        redirect_uri: None,
        code_challenge: None,
        scope: Scope::empty(),
        withheld: Vec::new(),
        refused: Scope::empty(),
        ..who.code(12, grant.id)
    };
    for code in [full, plain] {
        store.insert_code(&code).await.unwrap();
        assert_eq!(store.code(&code.hash).await.unwrap(), Some(code));
    }
    assert_eq!(store.code(&hash(13)).await.unwrap(), None);
}

pub(super) async fn need_a_live_grant(database: &dyn Database) {
    let store = database.node().await;
    let who = parties(store.as_ref()).await;
    let unknown = store.insert_code(&who.code(11, id(99))).await;
    assert!(matches!(unknown, Err(StoreError::NotFound { .. })));
    let grant = who.agree(store.as_ref(), 10).await.id;
    store
        .revoke_grant(REALM, grant, RevocationReason::ByUser, at(1), audit())
        .await
        .unwrap();
    let ended = store.insert_code(&who.code(11, grant)).await;
    assert!(matches!(ended, Err(StoreError::NotFound { .. })));
    assert_eq!(store.code(&hash(11)).await.unwrap(), None);
}

pub(super) async fn a_hash_is_taken_once(database: &dyn Database) {
    let store = database.node().await;
    let who = parties(store.as_ref()).await;
    let grant = who.agree(store.as_ref(), 10).await.id;
    let again = store.insert_code(&who.code(10, grant)).await;
    assert!(matches!(again, Err(StoreError::AlreadyExists { .. })));
    // The failure leaves the store able to write.
    store.insert_code(&who.code(11, grant)).await.unwrap();
}

pub(super) async fn are_redeemed_with_their_refresh_token(database: &dyn Database) {
    let store = database.node().await;
    let who = parties(store.as_ref()).await;
    let grant = who.agree(store.as_ref(), 10).await.id;
    let token = who.refresh_token(50, grant);
    let redeemed = store.redeem_code(&hash(10), Some(&token), at(7)).await;
    assert_eq!(redeemed.unwrap(), Redemption::Redeemed);
    let stored = store.refresh_token(&token.hash).await.unwrap();
    assert_eq!(stored, Some(token));
    let code = store.code(&hash(10)).await.unwrap().unwrap();
    assert_eq!(code.consumed_at, Some(at(7)));
}

pub(super) async fn are_redeemed_without_one(database: &dyn Database) {
    let store = database.node().await;
    let who = parties(store.as_ref()).await;
    let grant = who.agree(store.as_ref(), 10).await.id;
    let code = hash(10);
    let redeem = || store.redeem_code(&code, None, at(7));
    assert_eq!(redeem().await.unwrap(), Redemption::Redeemed);
    let again = Redemption::AlreadyRedeemed {
        grant,
        family: Some(id(7_010)),
    };
    assert_eq!(redeem().await.unwrap(), again);
}

/// The winner's refresh token is stored, the others' are not.
pub(super) async fn one_of_sixteen_redeems(database: &dyn Database) {
    let store = database.node().await;
    let who = parties(store.as_ref()).await;
    let grant = who.agree(store.as_ref(), 10).await.id;
    let (user, organisation) = (who.user, who.organisation);
    let results = race(database, SIXTEEN, |number, store| async move {
        let who = Parties { user, organisation };
        let token = who.refresh_token(100 + number as u64, grant);
        store
            .redeem_code(&hash(10), Some(&token), at(1))
            .await
            .unwrap()
    })
    .await;
    let mut redeemed = 0;
    for (number, result) in (100..).zip(results) {
        let stored = store.refresh_token(&hash(number)).await.unwrap();
        assert_eq!(stored.is_some(), result == Redemption::Redeemed);
        if result == Redemption::Redeemed {
            redeemed += 1;
        } else {
            assert_eq!(
                result,
                Redemption::AlreadyRedeemed {
                    grant,
                    family: Some(id(7_010))
                }
            );
        }
    }
    assert_eq!(redeemed, 1);
}

pub(super) async fn reuse_names_the_grant(database: &dyn Database) {
    let store = database.node().await;
    let who = parties(store.as_ref()).await;
    let grant = who.connect(store.as_ref(), 10, 50).await.id;
    let token = who.refresh_token(51, grant);
    let code = hash(10);
    let redeem = || store.redeem_code(&code, Some(&token), at(2));
    let reused = Redemption::AlreadyRedeemed {
        grant,
        family: Some(id(7_010)),
    };
    assert_eq!(redeem().await.unwrap(), reused);
    assert_eq!(store.refresh_token(&hash(51)).await.unwrap(), None);
    // Also when the first reuse has ended the grant.
    store
        .revoke_grant(REALM, grant, RevocationReason::CodeReused, at(3), audit())
        .await
        .unwrap();
    assert_eq!(redeem().await.unwrap(), reused);
}

pub(super) async fn a_late_one_is_unknown(database: &dyn Database) {
    let store = database.node().await;
    let who = parties(store.as_ref()).await;
    let grant = who.agree(store.as_ref(), 10).await.id;
    let token = who.refresh_token(50, grant);
    let late = store.redeem_code(&hash(10), Some(&token), at(60)).await;
    assert_eq!(late.unwrap(), Redemption::Unknown);
    let unknown = store.redeem_code(&hash(11), Some(&token), at(1)).await;
    assert_eq!(unknown.unwrap(), Redemption::Unknown);
    assert_eq!(store.refresh_token(&hash(50)).await.unwrap(), None);
    let code = store.code(&hash(10)).await.unwrap().unwrap();
    assert_eq!(code.consumed_at, None);
    let last = store.redeem_code(&hash(10), Some(&token), at(59)).await;
    assert_eq!(last.unwrap(), Redemption::Redeemed);
}

pub(super) async fn one_of_a_revoked_grant_is_unknown(database: &dyn Database) {
    let store = database.node().await;
    let who = parties(store.as_ref()).await;
    let grant = who.agree(store.as_ref(), 10).await.id;
    store
        .revoke_grant(REALM, grant, RevocationReason::ByUser, at(1), audit())
        .await
        .unwrap();
    let token = who.refresh_token(50, grant);
    let redeemed = store.redeem_code(&hash(10), Some(&token), at(2)).await;
    assert_eq!(redeemed.unwrap(), Redemption::Unknown);
    assert_eq!(store.refresh_token(&hash(50)).await.unwrap(), None);
}

/// Whoever comes first: afterwards no refresh token of the grant works.
pub(super) async fn redeemed_against_revocation_leave_nothing_usable(database: &dyn Database) {
    let store = database.node().await;
    let who = parties(store.as_ref()).await;
    let (user, organisation) = (who.user, who.organisation);
    for round in 0..10 {
        let grant = who.agree(store.as_ref(), 1_000 + round).await.id;
        race(database, 2, |number, store| async move {
            if number == 1 {
                let reason = RevocationReason::ByUser;
                store
                    .revoke_grant(REALM, grant, reason, at(2), audit())
                    .await
                    .unwrap();
                return;
            }
            let token = Parties { user, organisation }.refresh_token(2_000 + round, grant);
            store
                .redeem_code(&hash(1_000 + round), Some(&token), at(2))
                .await
                .unwrap();
        })
        .await;
        let next = who.refresh_token(3_000 + round, grant);
        let rotated = store
            .rotate_refresh_token(&hash(2_000 + round), &next, at(3))
            .await;
        assert_eq!(rotated.unwrap(), Redemption::Unknown);
    }
}

/// Writes that share a commit do not lose or mix each other, also where some of them fail.
pub(super) async fn of_many_grants_at_once_are_all_kept(database: &dyn Database) {
    let store = database.node().await;
    let who = parties(store.as_ref()).await;
    let grant = who.agree(store.as_ref(), 10).await.id;
    let (user, organisation) = (who.user, who.organisation);
    let results = race(database, 64, |number, store| async move {
        let who = Parties { user, organisation };
        let number = number as u64;
        // Every fourth has a hash that is taken, every fifth hangs from nothing.
        let hash = if number.is_multiple_of(4) {
            10
        } else {
            100 + number
        };
        let from = if number.is_multiple_of(5) {
            id(99)
        } else {
            grant
        };
        store.insert_code(&who.code(hash, from)).await
    })
    .await;
    for (number, result) in (0_u64..).zip(results) {
        let kept = store.code(&hash(100 + number)).await.unwrap();
        let fails = number.is_multiple_of(4) || number.is_multiple_of(5);
        assert_eq!(result.is_err(), fails, "{number}: {result:?}");
        assert_eq!(kept.is_none(), fails, "{number}");
    }
}
