use super::Database;
use super::samples::{APP, REALM, audit, plain_client};

pub(super) async fn of_a_store_at_rest_tell_of_no_work(database: &dyn Database) {
    let store = database.node().await;
    store
        .insert_client(&plain_client(APP), audit())
        .await
        .unwrap();
    assert!(store.client(REALM, APP).await.unwrap().is_some());
    let figures = store.figures();
    assert_eq!(figures.writes_waiting.unwrap_or(0), 0, "{figures:?}");
    let Some(connections) = figures.connections else {
        return;
    };
    assert_eq!(connections.in_use, 0, "{figures:?}");
    assert_eq!(connections.waiting, 0, "{figures:?}");
    assert_eq!(connections.timed_out, 0, "{figures:?}");
    assert!(connections.idle >= 1, "{figures:?}");
    assert!(connections.idle <= connections.limit, "{figures:?}");
}
