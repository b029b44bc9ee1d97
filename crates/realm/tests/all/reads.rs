//! What is remembered answers for longer where a provider allows it, and nothing else does.

use std::sync::Arc;
use std::time::Duration;

use oauth::model::{Grant, RevocationReason, RevokedAccessToken, Uuid};
use realm::cache::RealmCache;
use realm::{App, Clock, Fault, SeededRandom};
use storage::conformance::FaultyStore;

use crate::manage::{FAMILY, Office, app, audit, catalog, now};

const LONGER: Duration = Duration::from_secs(60);
const TOKEN: Uuid = Uuid::from_u128(77);

/// A node whose database can go away. Ledgerly and another app are registered; Anna lets Ledgerly in.
struct Node {
    office: Office,
    store: FaultyStore,
    app: Arc<App>,
    grant: Grant,
    reads: RealmCache,
}

impl Node {
    async fn start() -> Self {
        let office = Office::of("bexio").await;
        let anna = office.person("anna").await;
        office.client(app("ledgerly", "contact_show")).await;
        office.client(app("unasked", "contact_show")).await;
        let grant = office.grant("ledgerly", &anna, "contact_show").await;
        office.connect().await;
        let store = FaultyStore::new(Arc::clone(&office.store));
        let clock = Arc::clone(&office.clock) as Arc<dyn Clock>;
        let app = App::builder(store.store(), clock, Arc::new(SeededRandom::new(8)));
        let app = app.realm(catalog("bexio")).build().await.unwrap();
        let realm = app.realm("bexio").unwrap();
        Self {
            reads: realm.cache().answering_for(LONGER),
            office,
            store,
            app,
            grant,
        }
    }

    /// Does a token under the grant count, by this cache?
    async fn counts(&self, cache: &RealmCache, id: Uuid) -> Result<bool, Fault> {
        let (under, whose) = (
            (Some(self.grant.id), Some(FAMILY)),
            (Some(self.grant.user), None),
        );
        let client = (Some("ledgerly"), None);
        let behind = cache.behind("bexio", id, client, under, whose, None);
        Ok(behind.await?.is_some())
    }

    async fn reads(&self) -> Result<bool, Fault> {
        self.counts(&self.reads, TOKEN).await
    }

    async fn writes(&self) -> Result<bool, Fault> {
        let realm = self.app.realm("bexio").unwrap();
        self.counts(realm.cache(), TOKEN).await
    }

    fn later(&self, time: Duration) {
        self.office.clock.advance_monotonic(time);
    }

    async fn end_grant_elsewhere(&self) {
        let (store, by_user) = (&self.office.store, RevocationReason::ByUser);
        let ended = store.revoke_grant("bexio", self.grant.id, by_user, now(), audit());
        assert!(ended.await.unwrap());
    }
}

fn is_unavailable<T>(outcome: &Result<T, Fault>) -> bool {
    matches!(outcome, Err(Fault::Unavailable(_)))
}

#[tokio::test]
async fn what_is_remembered_answers_reads_until_the_time_is_over() {
    let node = Node::start().await;
    assert_eq!(
        (node.reads().await, node.writes().await),
        (Ok(true), Ok(true))
    );
    node.store.break_calls(&["*"]);
    node.later(Duration::from_millis(1_001));
    assert_eq!(node.reads().await, Ok(true));
    assert!(is_unavailable(&node.writes().await));
    // Who was not asked about before is not known.
    let unasked = node.reads.client("unasked").await;
    assert!(is_unavailable(&unasked));
    // To the moment.
    node.later(LONGER - Duration::from_millis(1_001));
    assert_eq!(node.reads().await, Ok(true));
    node.later(Duration::from_millis(1));
    assert!(is_unavailable(&node.reads().await));
    // The database is back.
    node.store.mend();
    node.app.catch_up().await.unwrap();
    assert_eq!(
        (node.reads().await, node.writes().await),
        (Ok(true), Ok(true))
    );
    assert!(node.reads.client("unasked").await.unwrap().is_some());
}

#[tokio::test]
async fn what_was_known_to_be_revoked_stays_so() {
    let node = Node::start().await;
    assert_eq!(node.reads().await, Ok(true));
    let token = RevokedAccessToken {
        realm: "bexio".to_owned(),
        id: TOKEN,
        expires_at: now() + Duration::from_secs(3_600),
    };
    let revoked = node.store.revoke_access_token(&token, audit()).await;
    assert!(revoked.unwrap());
    node.app.catch_up().await.unwrap();
    node.store.break_calls(&["*"]);
    node.later(Duration::from_secs(5));
    assert_eq!(node.reads().await, Ok(false));
    let other = node.counts(&node.reads, Uuid::from_u128(78)).await;
    assert_eq!(other, Ok(true));
}

/// It costs this: a grant that another node ends meanwhile goes on reading, until this node can read of it.
#[tokio::test]
async fn what_is_ended_elsewhere_counts_until_it_can_be_read() {
    let node = Node::start().await;
    assert_eq!(node.reads().await, Ok(true));
    node.store.break_calls(&["*"]);
    node.end_grant_elsewhere().await;
    node.later(Duration::from_secs(5));
    assert_eq!(node.reads().await, Ok(true));
    node.store.mend();
    node.app.catch_up().await.unwrap();
    assert_eq!(node.reads().await, Ok(false));
}

/// A process that slept finds its memory old and the database there: it reads before it answers.
#[tokio::test]
async fn nothing_old_answers_while_the_database_does() {
    let node = Node::start().await;
    assert_eq!(node.reads().await, Ok(true));
    node.end_grant_elsewhere().await;
    node.later(Duration::from_secs(5));
    assert_eq!(node.reads().await, Ok(false));
}
