use oauth::model::{
    AuthenticationContext, AuthorizationCode, Family, FamilyStatus, Redemption, RefreshToken,
    RevocationReason, Uuid,
};

use super::Database;
use super::samples::{Parties, REALM, at, audit, hash, id, parties, scope};
use super::together::{SIXTEEN, race};
use crate::change::ChangeSubject;
use crate::store::Store;

const DAY: i64 = 86_400;

impl Parties {
    /// Connects the app once more under a grant: the family of that number, with a refresh token
    /// of that number.
    async fn connect_again(&self, store: &dyn Store, number: u64, grant: Uuid) {
        let code = AuthorizationCode {
            family: Some(id(number)),
            ..self.code(number, grant)
        };
        store.insert_code(&code).await.unwrap();
        let token = self.of_family(number, number, grant);
        let redeemed = store.redeem_code(&code.hash, Some(&token), at(1)).await;
        assert_eq!(redeemed.unwrap(), Redemption::Redeemed);
    }

    fn of_family(&self, family: u64, number: u64, grant: Uuid) -> RefreshToken {
        RefreshToken {
            family: Some(id(family)),
            ..self.refresh_token(number, grant)
        }
    }
}

async fn end(store: &dyn Store, number: u64, seconds: i64) -> bool {
    let (reason, now) = (RevocationReason::ByClient, at(seconds));
    let ended = store.end_family(REALM, id(number), reason, now, at(seconds + 100), audit());
    ended.await.unwrap()
}

fn ids(families: &[Family]) -> Vec<Uuid> {
    families.iter().map(|family| family.id).collect()
}

pub(super) async fn begin_with_their_code(database: &dyn Database) {
    let store = database.node().await;
    let who = parties(store.as_ref()).await;
    let grant = who.agree(store.as_ref(), 10).await.id;
    assert_eq!(store.family(REALM, id(7_010)).await.unwrap(), None);
    store.redeem_code(&hash(10), None, at(7)).await.unwrap();
    let begun = Family {
        id: id(7_010),
        realm: REALM.to_owned(),
        client: "ledger".to_owned(),
        grant,
        requested: scope("contact_edit invoice_show bank_pay"),
        begun_at: at(7),
        last_used_at: at(7),
        status: FamilyStatus::Live,
    };
    let stored = store.family(REALM, id(7_010)).await.unwrap();
    let begun = Family {
        client: who.code(10, grant).client,
        ..begun
    };
    assert_eq!(stored, Some(begun.clone()));
    assert_eq!(store.family("other", id(7_010)).await.unwrap(), None);
    // Reuse begins nothing anew.
    store.redeem_code(&hash(10), None, at(8)).await.unwrap();
    assert_eq!(store.family(REALM, id(7_010)).await.unwrap(), Some(begun));

    who.connect_again(store.as_ref(), 20, grant).await;
    let stored = store.family(REALM, id(20)).await.unwrap().unwrap();
    assert_eq!((stored.grant, stored.begun_at), (grant, at(1)));
    // A code from before that was kept begins none, or one that asked what it was given.
    let old = AuthorizationCode {
        family: None,
        ..who.code(21, grant)
    };
    store.insert_code(&old).await.unwrap();
    store.redeem_code(&hash(21), None, at(7)).await.unwrap();
    let plain = AuthorizationCode {
        requested: None,
        ..who.code(22, grant)
    };
    store.insert_code(&plain).await.unwrap();
    store.redeem_code(&hash(22), None, at(7)).await.unwrap();
    let stored = store.family(REALM, id(7_022)).await.unwrap().unwrap();
    assert_eq!(stored.requested, plain.scope);
}

/// It is the code's, whichever refresh token is read.
pub(super) async fn keep_how_their_person_had_signed_in(database: &dyn Database) {
    let store = database.node().await;
    let who = parties(store.as_ref()).await;
    let grant = who.agree(store.as_ref(), 10).await.id;
    let contexts = [Some("mfa"), None].map(|class| AuthenticationContext {
        at: at(-50),
        class: class.map(str::to_owned),
    });
    for (number, context) in [20, 21].into_iter().zip(contexts) {
        let code = AuthorizationCode {
            family: Some(id(number)),
            authentication: Some(context.clone()),
            ..who.code(number, grant)
        };
        store.insert_code(&code).await.unwrap();
        assert_eq!(store.code(&code.hash).await.unwrap(), Some(code.clone()));
        let first = who.of_family(number, number, grant);
        let redeemed = store.redeem_code(&code.hash, Some(&first), at(1)).await;
        assert_eq!(redeemed.unwrap(), Redemption::Redeemed);
        let next = who.of_family(number, number + 30, grant);
        let rotated = store.rotate_refresh_token(&first.hash, &next, at(2)).await;
        assert_eq!(rotated.unwrap(), Redemption::Redeemed);
        let token = store.refresh_token(&next.hash).await.unwrap().unwrap();
        assert_eq!(token.authentication.as_ref(), Some(&context));
        let both = store.refresh_token_with_successor(&first.hash).await;
        let (first, next) = both.unwrap().unwrap();
        assert_eq!(first.authentication, Some(context));
        assert_eq!(next.unwrap().authentication, first.authentication);
    }
    who.connect_again(store.as_ref(), 22, grant).await;
    let token = store.refresh_token(&hash(22)).await.unwrap().unwrap();
    assert_eq!(token.authentication, None);
}

/// They go on while a refresh token works or an access token may.
pub(super) async fn of_a_grant_are_those_that_go_on(database: &dyn Database) {
    let store = database.node().await;
    let who = parties(store.as_ref()).await;
    let grant = who.connect(store.as_ref(), 10, 50).await.id;
    for number in [20, 21, 22] {
        who.connect_again(store.as_ref(), number, grant).await;
    }
    let next = RefreshToken {
        created_at: at(9),
        ..who.of_family(21, 51, grant)
    };
    let rotated = store.rotate_refresh_token(&hash(21), &next, at(9)).await;
    assert_eq!(rotated.unwrap(), Redemption::Redeemed);
    assert!(end(store.as_ref(), 22, 10).await);
    let list = async |since: i64, now: i64| {
        let families = store.families_of_grant(REALM, grant, at(since), at(now));
        families.await.unwrap()
    };
    // The first one has no refresh token of its own: it goes on by its access token.
    let families = list(0, 10).await;
    assert_eq!(ids(&families), [id(21), id(7_010), id(20)]);
    assert_eq!(families[0].last_used_at, at(9));
    assert_eq!(
        (families[2].begun_at, families[2].last_used_at),
        (at(1), at(1))
    );
    assert_eq!(ids(&list(5, 10).await), [id(21), id(20)]);
    assert_eq!(ids(&list(5, 1_000).await), [id(21)]);
    assert_eq!(ids(&list(9, 1_000).await), Vec::<Uuid>::new());
    let elsewhere = store.families_of_grant("other", grant, at(0), at(10));
    assert_eq!(elsewhere.await.unwrap(), []);
}

/// Its refresh tokens are worth nothing, whatever generation; those of others work.
pub(super) async fn end_with_their_tokens_and_no_others(database: &dyn Database) {
    let store = database.node().await;
    let who = parties(store.as_ref()).await;
    let grant = who.connect(store.as_ref(), 10, 50).await.id;
    for number in [20, 21] {
        who.connect_again(store.as_ref(), number, grant).await;
    }
    let next = who.of_family(20, 30, grant);
    let rotated = store.rotate_refresh_token(&hash(20), &next, at(2)).await;
    assert_eq!(rotated.unwrap(), Redemption::Redeemed);
    let before = store.latest_change().await.unwrap();
    assert!(end(store.as_ref(), 20, 3).await);
    let changes = store.changes(before, 9).await.unwrap();
    let subjects: Vec<_> = changes.into_iter().map(|change| change.subject).collect();
    assert_eq!(subjects, [ChangeSubject::Grant(grant)]);

    let stored = store.family(REALM, id(20)).await.unwrap().unwrap();
    let (at_then, reason) = (at(3), RevocationReason::ByClient);
    assert_eq!(
        stored.status,
        FamilyStatus::Ended {
            at: at_then,
            reason
        }
    );
    for number in [20, 30] {
        let token = store.refresh_token(&hash(number)).await.unwrap().unwrap();
        assert_eq!(token.revoked_at, Some(at(3)));
    }
    let last = who.of_family(20, 31, grant);
    let rotated = store.rotate_refresh_token(&hash(30), &last, at(4)).await;
    assert_ne!(rotated.unwrap(), Redemption::Redeemed);
    let replaced = store
        .replace_successor(&hash(20), &hash(30), &last, at(4))
        .await;
    assert_ne!(replaced.unwrap(), Redemption::Redeemed);
    let other = who.of_family(21, 32, grant);
    let rotated = store.rotate_refresh_token(&hash(21), &other, at(4)).await;
    assert_eq!(rotated.unwrap(), Redemption::Redeemed);
    assert!(store.grant(REALM, grant).await.unwrap().is_some());

    let ended = async |since: i64| store.ended_families(REALM, grant, at(since)).await.unwrap();
    assert_eq!(ended(2).await, [id(20)]);
    assert_eq!(ended(3).await, Vec::<Uuid>::new());
    assert!(!end(store.as_ref(), 20, 5).await, "it has ended");
    assert!(!end(store.as_ref(), 99, 5).await, "there is none");
    assert_eq!(store.latest_change().await.unwrap(), before + 1);
}

pub(super) async fn ended_by_sixteen_end_once(database: &dyn Database) {
    let store = database.node().await;
    let who = parties(store.as_ref()).await;
    who.connect(store.as_ref(), 10, 50).await;
    let before = store.latest_change().await.unwrap();
    let results = race(database, SIXTEEN, |_, store| async move {
        end(store.as_ref(), 7_010, 5).await
    })
    .await;
    assert_eq!(results.iter().filter(|ended| **ended).count(), 1);
    assert_eq!(store.latest_change().await.unwrap(), before + 1);
}

pub(super) async fn end_with_their_grant(database: &dyn Database) {
    let store = database.node().await;
    let who = parties(store.as_ref()).await;
    let grant = who.connect(store.as_ref(), 10, 50).await.id;
    who.connect_again(store.as_ref(), 20, grant).await;
    who.connect_again(store.as_ref(), 21, grant).await;
    assert!(end(store.as_ref(), 20, 2).await);
    store
        .revoke_grant(REALM, grant, RevocationReason::ByUser, at(4), audit())
        .await
        .unwrap();
    for (number, seconds, reason) in [
        (20, 2, RevocationReason::ByClient),
        (21, 4, RevocationReason::ByUser),
        (7_010, 4, RevocationReason::ByUser),
    ] {
        let family = store.family(REALM, id(number)).await.unwrap().unwrap();
        let at = at(seconds);
        assert_eq!(family.status, FamilyStatus::Ended { at, reason });
    }
}

/// Whoever comes first: afterwards no refresh token of the family works.
pub(super) async fn ended_against_rotation_leave_nothing_usable(database: &dyn Database) {
    let store = database.node().await;
    let who = parties(store.as_ref()).await;
    let grant = who.connect(store.as_ref(), 10, 50).await.id;
    let (user, organisation) = (who.user, who.organisation);
    for round in 0..10 {
        let (first, second, third) = (2_000 + round, 3_000 + round, 4_000 + round);
        who.connect_again(store.as_ref(), first, grant).await;
        let next = who.of_family(first, second, grant);
        if round % 2 == 0 {
            let rotated = store.rotate_refresh_token(&hash(first), &next, at(2)).await;
            assert_eq!(rotated.unwrap(), Redemption::Redeemed);
        }
        race(database, 2, |number, store| async move {
            if number == 1 {
                assert!(end(store.as_ref(), first, 2).await);
                return;
            }
            let who = Parties { user, organisation };
            if round % 2 == 0 {
                let next = who.of_family(first, third, grant);
                let replaced = store
                    .replace_successor(&hash(first), &hash(second), &next, at(2))
                    .await;
                replaced.unwrap();
            } else {
                let next = who.of_family(first, second, grant);
                let rotated = store.rotate_refresh_token(&hash(first), &next, at(2)).await;
                rotated.unwrap();
            }
        })
        .await;
        for token in [first, second, third] {
            let last = who.of_family(first, 10_000 + token, grant);
            let rotated = store.rotate_refresh_token(&hash(token), &last, at(3)).await;
            assert_ne!(rotated.unwrap(), Redemption::Redeemed);
        }
    }
}

/// As long as something of them is left, and for a time behind.
pub(super) async fn are_kept_as_long_as_they_matter(database: &dyn Database) {
    let store = database.node().await;
    let who = parties(store.as_ref()).await;
    let grant = who.agree(store.as_ref(), 10).await.id;
    store.redeem_code(&hash(10), None, at(1)).await.unwrap();
    let code = AuthorizationCode {
        family: Some(id(20)),
        ..who.code(20, grant)
    };
    store.insert_code(&code).await.unwrap();
    let endless = RefreshToken {
        expires_at: None,
        ..who.of_family(20, 20, grant)
    };
    let redeemed = store.redeem_code(&code.hash, Some(&endless), at(1)).await;
    assert_eq!(redeemed.unwrap(), Redemption::Redeemed);
    who.connect_again(store.as_ref(), 30, grant).await;
    assert!(end(store.as_ref(), 30, 2).await);
    let known = async |seconds: i64| {
        while store.clean_up(at(seconds), 100).await.unwrap() > 0 {}
        let mut known = Vec::new();
        for number in [7_010, 20, 30] {
            let family = store.family(REALM, id(number)).await.unwrap();
            known.push(family.is_some());
        }
        known
    };
    assert_eq!(known(101).await, [true, true, true]);
    // One that ended has revoked tokens for a day.
    assert_eq!(known(DAY + 2).await, [true, true, false]);
    assert_eq!(known(90 * DAY).await, [true, true, false]);
    assert_eq!(known(90 * DAY + 1).await, [false, true, false]);
    assert_eq!(known(900 * DAY).await, [false, true, false]);
}
