//! A store through PgBouncer, which gives each connection a session; and the refusal where
//! it does not.
use std::sync::Arc;

use async_trait::async_trait;
use storage::conformance::Database;
use storage::conformance::pgbouncer_server::TestPgBouncer;
use storage::conformance::postgres_server::{TestDatabase, TestPostgres};
use storage::{Store, StoreError};

/// Those that rest on sessions, on announcements and on several at once.
const CASES: [&str; 5] = [
    "authorization_codes::one_of_sixteen_redeems",
    "refresh_tokens::one_of_sixteen_rotates",
    "changes::reach_other_nodes",
    "changes::name_what_every_write_touched",
    "clean_up::goes_in_small_steps",
];

struct Behind<'a> {
    bouncer: &'a TestPgBouncer,
    database: TestDatabase,
}

#[async_trait]
impl Database for Behind<'_> {
    async fn node(&self) -> Arc<dyn Store> {
        let url = self.bouncer.url(self.database.name());
        storage::open(&url).await.unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn where_each_connection_has_a_session_a_store_behaves() {
    let postgres = TestPostgres::shared().await;
    let bouncer = TestPgBouncer::start(postgres, "session");
    for case in CASES {
        let database = postgres.fresh_database().await;
        let behind = Behind {
            bouncer: &bouncer,
            database,
        };
        storage::conformance::run(case, &behind).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_that_change_hands_are_refused() {
    let postgres = TestPostgres::shared().await;
    let database = postgres.fresh_database().await;
    for mode in ["transaction", "statement"] {
        let bouncer = TestPgBouncer::start(postgres, mode);
        let url = bouncer.url(database.name());
        // The second finds the connections that the first has left behind.
        for _ in 0..3 {
            let refused = storage::open(&url).await.err().unwrap();
            assert!(
                matches!(refused, StoreError::Misconfigured(_)),
                "{refused:?}"
            );
            let why = refused.to_string();
            assert!(why.contains("pool_mode = session"), "{mode}: {why}");
        }
    }
}
