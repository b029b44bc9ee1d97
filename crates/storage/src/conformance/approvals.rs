use oauth::model::Approval;

use super::Database;
use super::samples::{APP, REALM, approval, at, audit, plain_client};
use super::together::{SIXTEEN, race};
use crate::error::StoreError;
use crate::store::Store;

pub(super) async fn come_back_newest_first(database: &dyn Database) {
    let store = database.node().await;
    store
        .insert_client(&plain_client(APP), audit())
        .await
        .unwrap();
    let mut endless = approval("bank", 2);
    endless.expires_at = None;
    endless.evidence.clear();
    store.approve(&endless, audit()).await.unwrap();
    store
        .approve(&approval("partner", 1), audit())
        .await
        .unwrap();
    let stored = store.approvals(REALM, APP).await.unwrap();
    assert_eq!(stored, [endless, approval("partner", 1)]);
    assert_eq!(store.approvals(REALM, "nobody").await.unwrap(), []);
}

pub(super) async fn a_new_one_withdraws_the_one_before(database: &dyn Database) {
    let store = database.node().await;
    store
        .insert_client(&plain_client(APP), audit())
        .await
        .unwrap();
    store
        .approve(&approval("partner", 1), audit())
        .await
        .unwrap();
    store
        .approve(&approval("partner", 9), audit())
        .await
        .unwrap();
    let mut before = approval("partner", 1);
    before.withdrawn_at = Some(at(9));
    before.version = 2;
    assert_eq!(
        store.approvals(REALM, APP).await.unwrap(),
        [approval("partner", 9), before]
    );
}

pub(super) async fn other_elevations_stand_beside_it(database: &dyn Database) {
    let store = database.node().await;
    store
        .insert_client(&plain_client(APP), audit())
        .await
        .unwrap();
    store
        .approve(&approval("partner", 1), audit())
        .await
        .unwrap();
    store.approve(&approval("bank", 2), audit()).await.unwrap();
    store
        .withdraw_approval(REALM, APP, "bank", at(3), audit())
        .await
        .unwrap();
    assert_eq!(standing(store.as_ref()).await, [approval("partner", 1)]);
}

pub(super) async fn withdrawing_answers_whether_one_stood(database: &dyn Database) {
    let store = database.node().await;
    store
        .insert_client(&plain_client(APP), audit())
        .await
        .unwrap();
    let withdraw = |seconds| store.withdraw_approval(REALM, APP, "partner", at(seconds), audit());
    assert!(!withdraw(1).await.unwrap());
    store
        .approve(&approval("partner", 1), audit())
        .await
        .unwrap();
    assert!(withdraw(2).await.unwrap());
    assert!(!withdraw(3).await.unwrap());
    let stored = store.approvals(REALM, APP).await.unwrap();
    assert_eq!(stored[0].withdrawn_at, Some(at(2)));
    // One that has expired does not stand any more.
    store
        .approve(&approval("partner", 10), audit())
        .await
        .unwrap();
    assert!(!withdraw(1_010).await.unwrap());
}

pub(super) async fn need_a_client(database: &dyn Database) {
    let store = database.node().await;
    let refused = store.approve(&approval("partner", 1), audit()).await;
    assert_eq!(
        refused,
        Err(StoreError::NotFound {
            what: "client",
            key: APP.to_owned()
        })
    );
    assert_eq!(store.approvals(REALM, APP).await.unwrap(), []);
}

pub(super) async fn given_at_once_leave_one_standing(database: &dyn Database) {
    let store = database.node().await;
    store
        .insert_client(&plain_client(APP), audit())
        .await
        .unwrap();
    race(database, SIXTEEN, |number, store| async move {
        let seconds = i64::try_from(number).unwrap();
        store
            .approve(&approval("partner", seconds), audit())
            .await
            .unwrap();
    })
    .await;
    assert_eq!(store.approvals(REALM, APP).await.unwrap().len(), SIXTEEN);
    assert_eq!(standing(store.as_ref()).await.len(), 1);
}

async fn standing(store: &dyn Store) -> Vec<Approval> {
    let mut approvals = store.approvals(REALM, APP).await.unwrap();
    approvals.retain(|approval| approval.withdrawn_at.is_none());
    approvals
}
