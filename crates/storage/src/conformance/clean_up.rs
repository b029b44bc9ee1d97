use oauth::model::{
    KeptRequests, LoginAttempt, LoginLimit, LoginStart, Redemption, RefreshToken, RevocationReason,
};

use super::Database;
use super::samples::{
    APP, REALM, at, audit, hash, id, kept_request, parties, plain_client, revoked_access_token,
    session,
};
use crate::store::Store;

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;

pub(super) async fn goes_in_small_steps(database: &dyn Database) {
    let store = database.node().await;
    let who = parties(store.as_ref()).await;
    let grant = who.connect(store.as_ref(), 10, 50).await.id;
    for number in 11..15 {
        store.insert_code(&who.code(number, grant)).await.unwrap();
    }
    store.insert_session(&session(5, who.user)).await.unwrap();
    let token = revoked_access_token(8, 10);
    store.revoke_access_token(&token, audit()).await.unwrap();
    // Five codes, a refresh token, a session and a revoked access token have expired.
    let late = at(2_000);
    let mut removed = Vec::new();
    loop {
        let step = store.clean_up(late, 3).await.unwrap();
        removed.push(step);
        if step < 3 {
            break;
        }
    }
    assert_eq!(removed, [3, 3, 2]);
    assert_eq!(store.clean_up(late, 3).await.unwrap(), 0);
    for number in 10..15 {
        assert_eq!(store.code(&hash(number)).await.unwrap(), None);
    }
    assert_eq!(store.refresh_token(&hash(50)).await.unwrap(), None);
    assert!(!store.end_session(&hash(5), audit()).await.unwrap());
    assert_eq!(store.revoked_access_tokens(at(0)).await.unwrap(), []);
}

pub(super) async fn keeps_what_still_matters(database: &dyn Database) {
    let store = database.node().await;
    let who = parties(store.as_ref()).await;
    let grant = who.connect(store.as_ref(), 10, 50).await;
    store.insert_code(&who.code(11, grant.id)).await.unwrap();
    store.insert_session(&session(5, who.user)).await.unwrap();
    let token = revoked_access_token(8, 60);
    store.revoke_access_token(&token, audit()).await.unwrap();
    let attempt = LoginAttempt {
        realm: REALM.to_owned(),
        id: id(90),
        limits: vec![LoginLimit {
            key: "username:grace".to_owned(),
            most: 1,
            forgiven: true,
        }],
    };
    let begin = |seconds| store.begin_login(&attempt, at(seconds), at(900));
    assert_eq!(begin(0).await.unwrap(), LoginStart::Begun);
    assert_eq!(store.clean_up(at(59), 100).await.unwrap(), 0);
    assert!(matches!(
        begin(59).await.unwrap(),
        LoginStart::Full {
            under_way: true,
            ..
        }
    ));
    assert!(store.code(&hash(11)).await.unwrap().is_some());
    assert!(store.session(&hash(5), at(59)).await.unwrap().is_some());
    assert_eq!(store.revoked_access_tokens(at(59)).await.unwrap(), [token]);
    // Years later, too, records that stand are there.
    while store.clean_up(at(4_000 * DAY), 100).await.unwrap() == 100 {}
    assert!(!store.login_succeeded(&attempt).await.unwrap());
    assert!(store.client(REALM, APP).await.unwrap().is_some());
    assert!(store.user(REALM, who.user).await.unwrap().is_some());
    assert_eq!(store.grant(REALM, grant.id).await.unwrap(), Some(grant));
    let consents = store.consents_of_user(REALM, who.user, 9).await.unwrap();
    assert_eq!(consents.len(), 1);
}

pub(super) async fn kept_requests_go_when_they_expire(database: &dyn Database) {
    let store = database.node().await;
    let most = KeptRequests {
        of_sender_in_a_minute: 9_999,
        of_sender: 10,
        of_realm: 10,
    };
    for number in 0..4 {
        let came = i64::try_from(number).unwrap();
        let request = kept_request(20 + number, "address:192.0.2.1", came);
        store.keep_request(&request, most).await.unwrap();
    }
    assert_eq!(store.clean_up(at(99), 100).await.unwrap(), 0);
    assert_eq!(store.clean_up(at(102), 2).await.unwrap(), 2);
    assert_eq!(store.clean_up(at(102), 2).await.unwrap(), 1);
    // Asked as of earlier, only the last is there still.
    for number in 0..4 {
        let left = store
            .kept_request(&hash(20 + number), at(50))
            .await
            .unwrap();
        assert_eq!(left.is_some(), number == 3, "{number}");
    }
}

pub(super) async fn used_codes_stay_until_they_expire(database: &dyn Database) {
    let store = database.node().await;
    let who = parties(store.as_ref()).await;
    let grant = who.connect(store.as_ref(), 10, 50).await.id;
    store.clean_up(at(59), 100).await.unwrap();
    let reused = store.redeem_code(&hash(10), None, at(59)).await;
    assert_eq!(
        reused.unwrap(),
        Redemption::AlreadyRedeemed {
            grant,
            family: Some(id(7_010))
        }
    );
    store.clean_up(at(60), 100).await.unwrap();
    assert_eq!(store.code(&hash(10)).await.unwrap(), None);
}

pub(super) async fn rotated_refresh_tokens_stay_until_they_expire(database: &dyn Database) {
    let store = database.node().await;
    let who = parties(store.as_ref()).await;
    let grant = who.connect(store.as_ref(), 10, 50).await.id;
    let next = who.refresh_token(51, grant);
    store
        .rotate_refresh_token(&hash(50), &next, at(2))
        .await
        .unwrap();
    store.clean_up(at(999), 100).await.unwrap();
    let next = who.refresh_token(52, grant);
    let reused = store.rotate_refresh_token(&hash(50), &next, at(999)).await;
    assert_eq!(
        reused.unwrap(),
        Redemption::AlreadyRedeemed {
            grant,
            family: Some(id(7_000))
        }
    );
    store.clean_up(at(1_000), 100).await.unwrap();
    assert_eq!(store.refresh_token(&hash(50)).await.unwrap(), None);
}

pub(super) async fn rotated_refresh_tokens_that_never_expire_go_after_ninety_days(
    database: &dyn Database,
) {
    let store = database.node().await;
    let who = parties(store.as_ref()).await;
    let grant = who.agree(store.as_ref(), 10).await.id;
    let endless = |number| RefreshToken {
        expires_at: None,
        ..who.refresh_token(number, grant)
    };
    store
        .redeem_code(&hash(10), Some(&endless(50)), at(0))
        .await
        .unwrap();
    // Four are rotated on the first day, one on the second; the last is in use.
    for (number, day) in (50..55).zip([0, 0, 0, 0, 1]) {
        let rotated = store
            .rotate_refresh_token(&hash(number), &endless(number + 1), at(day * DAY + 2))
            .await;
        assert_eq!(rotated.unwrap(), Redemption::Redeemed);
    }
    let reuse = async |days: i64| {
        let next = endless(99);
        let moment = at(days * DAY + 2);
        let reused = store.rotate_refresh_token(&hash(50), &next, moment).await;
        reused.unwrap()
    };
    clean_all(store.as_ref(), 90 * DAY + 1).await;
    assert_eq!(
        reuse(90).await,
        Redemption::AlreadyRedeemed {
            grant,
            family: Some(id(7_000))
        }
    );
    let mut removed = Vec::new();
    for _ in 0..3 {
        removed.push(store.clean_up(at(90 * DAY + 2), 3).await.unwrap());
    }
    assert_eq!(removed, [3, 1, 0]);
    assert_eq!(reuse(90).await, Redemption::Unknown);
    assert!(store.refresh_token(&hash(54)).await.unwrap().is_some());
    // Years later the one in use is there, and the grant has not suffered.
    clean_all(store.as_ref(), 4_000 * DAY).await;
    assert_eq!(store.refresh_token(&hash(54)).await.unwrap(), None);
    let last = store.refresh_token(&hash(55)).await.unwrap();
    assert_eq!(last, Some(endless(55)));
}

pub(super) async fn old_changes_go_but_the_count_stays(database: &dyn Database) {
    let store = database.node().await;
    for name in ["a", "b", "c"] {
        store
            .insert_client(&plain_client(name), audit())
            .await
            .unwrap();
    }
    let early = store.latest_change().await.unwrap();
    clean_all(store.as_ref(), 0).await;
    store
        .insert_client(&plain_client("d"), audit())
        .await
        .unwrap();
    let latest = store.latest_change().await.unwrap();
    clean_all(store.as_ref(), HOUR - 1).await;
    assert_eq!(store.changes(0, 9).await.unwrap().len(), 4);
    // An hour after the first three were seen, only the fourth is left.
    clean_all(store.as_ref(), HOUR + 1).await;
    let left = store.changes(0, 9).await.unwrap();
    assert_eq!(left.len(), 1);
    assert!(left[0].sequence > early);
    // The latest one stays for ever, so that no number comes twice.
    clean_all(store.as_ref(), 2 * DAY).await;
    clean_all(store.as_ref(), 4 * DAY).await;
    assert_eq!(store.latest_change().await.unwrap(), latest);
    store
        .insert_client(&plain_client("e"), audit())
        .await
        .unwrap();
    assert!(store.latest_change().await.unwrap() > latest);
}

pub(super) async fn tokens_of_long_revoked_grants_go(database: &dyn Database) {
    let store = database.node().await;
    let who = parties(store.as_ref()).await;
    let grant = who.agree(store.as_ref(), 10).await.id;
    let mut endless = who.refresh_token(50, grant);
    endless.expires_at = None;
    store
        .redeem_code(&hash(10), Some(&endless), at(1))
        .await
        .unwrap();
    store
        .revoke_grant(REALM, grant, RevocationReason::ByUser, at(2), audit())
        .await
        .unwrap();
    clean_all(store.as_ref(), DAY).await;
    assert!(store.refresh_token(&hash(50)).await.unwrap().is_some());
    clean_all(store.as_ref(), DAY + 2).await;
    assert_eq!(store.refresh_token(&hash(50)).await.unwrap(), None);
    assert!(store.grant(REALM, grant).await.unwrap().is_some());
}

pub(super) async fn a_store_answers_its_check(database: &dyn Database) {
    let store = database.node().await;
    store.check().await.unwrap();
    assert!(store.client(REALM, "a").await.unwrap().is_none());
    assert!(store.user(REALM, id(1)).await.unwrap().is_none());
}

async fn clean_all(store: &dyn Store, seconds: i64) {
    while store.clean_up(at(seconds), 100).await.unwrap() == 100 {}
}
