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
    store.approve(&endless, None, audit()).await.unwrap();
    store
        .approve(&approval("partner", 1), None, audit())
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
        .approve(&approval("partner", 1), None, audit())
        .await
        .unwrap();
    let added = store
        .approve(&approval("partner", 9), Some(1), audit())
        .await
        .unwrap();
    let mut before = approval("partner", 1);
    before.withdrawn_at = Some(at(9));
    before.version = 2;
    let mut after = approval("partner", 9);
    after.version = 3;
    assert_eq!(added, after);
    assert_eq!(store.approvals(REALM, APP).await.unwrap(), [after, before]);
}

pub(super) async fn other_elevations_stand_beside_it(database: &dyn Database) {
    let store = database.node().await;
    store
        .insert_client(&plain_client(APP), audit())
        .await
        .unwrap();
    store
        .approve(&approval("partner", 1), None, audit())
        .await
        .unwrap();
    store
        .approve(&approval("bank", 2), None, audit())
        .await
        .unwrap();
    store
        .withdraw_approval(REALM, APP, "bank", 1, at(3), audit())
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
    let withdraw =
        |seconds| store.withdraw_approval(REALM, APP, "partner", 1, at(seconds), audit());
    assert!(!withdraw(1).await.unwrap());
    store
        .approve(&approval("partner", 1), None, audit())
        .await
        .unwrap();
    assert!(withdraw(2).await.unwrap());
    assert!(!withdraw(3).await.unwrap());
    let stored = store.approvals(REALM, APP).await.unwrap();
    assert_eq!(stored[0].withdrawn_at, Some(at(2)));
    // One that has expired does not stand any more.
    let other = store
        .approve(&approval("partner", 10), None, audit())
        .await
        .unwrap();
    let late = store.withdraw_approval(REALM, APP, "partner", other.version, at(1_010), audit());
    assert!(!late.await.unwrap());
}

pub(super) async fn need_a_client(database: &dyn Database) {
    let store = database.node().await;
    let refused = store.approve(&approval("partner", 1), None, audit()).await;
    assert_eq!(
        refused,
        Err(StoreError::NotFound {
            what: "client",
            key: APP.to_owned()
        })
    );
    assert_eq!(store.approvals(REALM, APP).await.unwrap(), []);
}

pub(super) async fn take_the_place_only_of_what_was_read(database: &dyn Database) {
    let store = database.node().await;
    store
        .insert_client(&plain_client(APP), audit())
        .await
        .unwrap();
    let approve = |standing| {
        let store = &store;
        async move {
            let wanted = approval("partner", 5);
            let given = store.approve(&wanted, standing, audit());
            given.await.map(|given| given.version)
        }
    };
    let withdraw =
        |version| store.withdraw_approval(REALM, APP, "partner", version, at(6), audit());
    assert_eq!(approve(Some(1)).await, Err(changed()));
    assert_eq!(approve(None).await, Ok(1));
    assert_eq!(approve(None).await, Err(changed()));
    assert_eq!(approve(Some(1)).await, Ok(3));
    assert_eq!(approve(Some(1)).await, Err(changed()));
    assert_eq!(withdraw(1).await, Err(changed()));
    assert_eq!(withdraw(3).await, Ok(true));
    // What is given after it has a version that nobody has read.
    assert_eq!(approve(Some(3)).await, Err(changed()));
    assert_eq!(approve(None).await, Ok(5));
    assert_eq!(withdraw(3).await, Err(changed()));
    let versions: Vec<_> = (standing(store.as_ref()).await.iter())
        .map(|one| one.version)
        .collect();
    assert_eq!(versions, [5]);
}

pub(super) async fn given_and_withdrawn_at_once_are_one_act(database: &dyn Database) {
    let store = database.node().await;
    store
        .insert_client(&plain_client(APP), audit())
        .await
        .unwrap();
    let first = race(database, SIXTEEN, |number, store| async move {
        let wanted = approval("partner", i64::try_from(number).unwrap());
        store.approve(&wanted, None, audit()).await.map(|_| true)
    });
    assert_one(&first.await);
    assert_eq!(standing(store.as_ref()).await.len(), 1);

    let later = race(database, SIXTEEN, |number, store| async move {
        if number % 2 == 0 {
            let withdrawn = store.withdraw_approval(REALM, APP, "partner", 1, at(20), audit());
            return withdrawn.await;
        }
        let wanted = approval("partner", 20);
        let given = store.approve(&wanted, Some(1), audit());
        given.await.map(|_| true)
    });
    assert_one(&later.await);
    let all = store.approvals(REALM, APP).await.unwrap();
    let left = standing(store.as_ref()).await;
    assert_eq!(all.len(), 1 + left.len());
}

/// One was done; the others found that it stands otherwise, or no longer.
fn assert_one(done: &[Result<bool, StoreError>]) {
    let one = |done: &&Result<bool, StoreError>| **done == Ok(true);
    assert_eq!(done.iter().filter(one).count(), 1, "{done:?}");
    let known = |done: &Result<bool, StoreError>| done.is_ok() || *done == Err(changed());
    assert!(done.iter().all(known), "{done:?}");
}

fn changed() -> StoreError {
    StoreError::Conflict {
        what: "approval",
        key: "partner".to_owned(),
    }
}

async fn standing(store: &dyn Store) -> Vec<Approval> {
    let mut approvals = store.approvals(REALM, APP).await.unwrap();
    approvals.retain(|approval| approval.withdrawn_at.is_none());
    approvals
}
