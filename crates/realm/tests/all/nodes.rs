//! Several nodes over one database: what one of them ends, the others know.

use std::sync::Arc;
use std::time::Duration;

use oauth::model::{Grant, RevocationReason, RevokedAccessToken, Uuid};
use realm::{App, Clock, SeededRandom};

use crate::manage::{FAMILY, Office, app, audit, catalog, now};

/// A token that a node would be asked about.
const TOKEN: Uuid = Uuid::from_u128(77);

/// A node over the office's database. Ledgerly is let in by Anna.
struct Node {
    office: Office,
    app: Arc<App>,
    grant: Grant,
}

impl Node {
    async fn start() -> Self {
        let office = Office::of("bexio").await;
        let anna = office.person("anna").await;
        office.client(app("ledgerly", "contact_show")).await;
        let grant = office.grant("ledgerly", &anna, "contact_show").await;
        office.connect().await;
        let app = office.node().await;
        Self { office, app, grant }
    }

    /// Past this node's caches, as another node does.
    async fn end_grant(&self) {
        let (store, by_user) = (&self.office.store, RevocationReason::ByUser);
        let ended = store.revoke_grant("bexio", self.grant.id, by_user, now(), audit());
        assert!(ended.await.unwrap());
    }

    async fn counts(&self) -> bool {
        counts(&self.app, &self.grant).await
    }
}

impl Office {
    /// A server of the realm over the office's store, which it does not see written.
    async fn node(&self) -> Arc<App> {
        let clock = Arc::clone(&self.clock) as Arc<dyn Clock>;
        let random = Arc::new(SeededRandom::new(8));
        let app = App::builder(Arc::clone(&self.store), clock, random);
        app.realm(catalog("bexio")).build().await.unwrap()
    }
}

/// Does the token, issued under the grant, count at this node?
async fn counts(app: &App, grant: &Grant) -> bool {
    let realm = app.realm("bexio").unwrap();
    let cache = realm.cache();
    let client = (Some("ledgerly"), None);
    let (under, whose) = ((Some(grant.id), Some(FAMILY)), (Some(grant.user), None));
    let issued = Some(cache.position());
    let behind = cache.behind("bexio", TOKEN, client, under, whose, issued);
    behind.await.unwrap().is_some()
}

#[tokio::test]
async fn another_node_follows() {
    let node = Node::start().await;
    assert!(node.counts().await);
    node.end_grant().await;
    node.app.catch_up().await.unwrap();
    assert!(!node.counts().await);

    let node = Node::start().await;
    assert!(node.counts().await);
    node.end_grant().await;
    assert!(node.counts().await);
    // Nobody follows in the background here: behind a second the request itself reads.
    let clock = &node.office.clock;
    clock.advance_monotonic(Duration::from_millis(1_001));
    assert!(!node.counts().await);
}

#[tokio::test]
async fn a_restarted_node_knows_what_was_revoked() {
    let node = Node::start().await;
    assert!(node.counts().await);
    let token = RevokedAccessToken {
        realm: "bexio".to_owned(),
        id: TOKEN,
        expires_at: now() + Duration::from_secs(60),
    };
    let store = &node.office.store;
    assert!(store.revoke_access_token(&token, audit()).await.unwrap());
    let again = node.office.node().await;
    assert!(!counts(&again, &node.grant).await);
}

#[tokio::test]
async fn a_gap_in_the_changes_makes_everything_be_read_anew() {
    let node = Node::start().await;
    assert!(node.counts().await);
    let store = &node.office.store;
    let seen = store.latest_change().await.unwrap();
    // Another node ends the grant, and the change is cleaned up while this one sleeps. What came
    // last always stays: that is another one.
    node.end_grant().await;
    node.office.client(app("another", "contact_show")).await;
    for hours in [0, 2] {
        let later = now() + Duration::from_secs(hours * 3_600);
        while store.clean_up(later, 500).await.unwrap() == 500 {}
    }
    let left = store.changes(seen, 9).await.unwrap();
    let left: Vec<i64> = left.iter().map(|change| change.sequence).collect();
    let latest = store.latest_change().await.unwrap();
    assert!(left == [latest] && latest > seen + 1, "{left:?} {seen}");
    assert!(node.counts().await);
    node.app.catch_up().await.unwrap();
    assert!(!node.counts().await);
}

#[tokio::test]
async fn the_background_task_follows_other_nodes() {
    let node = Node::start().await;
    let background = tokio::spawn(Arc::clone(&node.app).run_background());
    assert!(node.counts().await);
    node.end_grant().await;
    while node.counts().await {
        tokio::task::yield_now().await;
    }
    background.abort();
}
