use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use oauth::model::{KeyPurpose, Redemption};

use super::Database;
use super::samples::{APP, REALM, at, audit, hash, key, parties, plain_client, record};
use crate::error::StoreError;
use crate::store::{Hook, Store};

/// Notes what it is told, and lets no client be updated.
#[derive(Default)]
struct Notes {
    calls: Mutex<Vec<&'static str>>,
    committed: AtomicUsize,
}

#[async_trait]
impl Hook for Notes {
    async fn before(&self, call: &'static str) -> Result<(), StoreError> {
        self.calls.lock().unwrap().push(call);
        if call == "update_client" {
            return Err(StoreError::Refused(call.to_owned()));
        }
        Ok(())
    }

    async fn committed(&self) {
        self.committed.fetch_add(1, Ordering::Relaxed);
    }
}

fn hooked(store: &Arc<dyn Store>) -> (Arc<Notes>, Arc<dyn Store>) {
    let notes = Arc::new(Notes::default());
    (Arc::clone(&notes), store.hooked(notes))
}

pub(super) async fn come_before_each_call(database: &dyn Database) {
    let store = database.node().await;
    let (notes, with_notes) = hooked(&store);
    let client = plain_client(APP);
    with_notes.insert_client(&client, audit()).await.unwrap();
    let changed = super::samples::client(APP);
    let refused = with_notes.update_client(&changed, audit()).await;
    assert_eq!(
        refused,
        Err(StoreError::Refused("update_client".to_owned()))
    );
    let kept = with_notes.client(REALM, APP).await.unwrap();
    assert_eq!(kept, Some(client));
    // Once, of however many steps the call is.
    let redeemed = with_notes.redeem_code(&hash(1), None, at(1)).await;
    assert_eq!(redeemed, Ok(Redemption::Unknown));
    let calls = ["insert_client", "update_client", "client", "redeem_code"];
    assert_eq!(*notes.calls.lock().unwrap(), calls);

    // Calls by other ways are none of theirs.
    store.update_client(&changed, audit()).await.unwrap();
    assert_eq!(notes.calls.lock().unwrap().len(), calls.len());
}

pub(super) async fn are_not_told_of_what_leaves_no_change(database: &dyn Database) {
    let store = database.node().await;
    let who = parties(store.as_ref()).await;
    let grant = who.connect(store.as_ref(), 10, 50).await.id;
    let seal = key("a", KeyPurpose::SealToken, 1);
    store.ensure_key(&seal, audit()).await.unwrap();
    let (notes, store) = hooked(&store);

    store
        .standing_grant(REALM, APP, who.user, None)
        .await
        .unwrap();
    store.insert_code(&who.code(11, grant)).await.unwrap();
    store.redeem_code(&hash(11), None, at(1)).await.unwrap();
    let next = who.refresh_token(51, grant);
    let rotated = store.rotate_refresh_token(&hash(50), &next, at(1)).await;
    assert_eq!(rotated, Ok(Redemption::Redeemed));
    let records = [record(who.organisation, "contact", "1")];
    store.sandbox_put(&records).await.unwrap();
    store.clean_up(at(2), 10).await.unwrap();
    store.check().await.unwrap();
    assert!(
        store
            .insert_client(&plain_client(APP), audit())
            .await
            .is_err()
    );
    assert_eq!(notes.committed.load(Ordering::Relaxed), 0);
    store
        .insert_client(&plain_client("b"), audit())
        .await
        .unwrap();
    assert_eq!(notes.committed.load(Ordering::Relaxed), 1);
}

/// Follows a store as caches do: up to where is it known what changed?
pub(super) struct Follower {
    store: Arc<dyn Store>,
    seen: AtomicI64,
}

impl Follower {
    /// The store that tells it of each write.
    pub(super) fn of(store: Arc<dyn Store>) -> (Arc<Self>, Arc<dyn Store>) {
        let follower = Arc::new(Self {
            store: Arc::clone(&store),
            seen: AtomicI64::new(0),
        });
        (Arc::clone(&follower), store.hooked(follower))
    }

    pub(super) fn seen(&self) -> i64 {
        self.seen.load(Ordering::Relaxed)
    }
}

#[async_trait]
impl Hook for Follower {
    async fn committed(&self) {
        let latest = self.store.latest_change().await.unwrap();
        self.seen.store(latest, Ordering::Relaxed);
    }
}
