//! Calls made at the same moment.

use std::future::Future;
use std::sync::Arc;

use tokio::sync::Barrier;
use tokio::task::JoinSet;

use super::Database;
use crate::store::Store;

/// How many race: spread over several nodes.
pub(super) const SIXTEEN: usize = 16;
const NODES: usize = 4;

/// Makes as many calls as were wanted at the same moment, on four nodes in turn, and answers
/// their results in the order of their numbers.
pub(super) async fn race<T, F, W>(database: &dyn Database, calls: usize, call: F) -> Vec<T>
where
    T: Send + 'static,
    W: Future<Output = T> + Send + 'static,
    F: Fn(usize, Arc<dyn Store>) -> W,
{
    let nodes = nodes(database).await;
    let start = Arc::new(Barrier::new(calls));
    let mut tasks = JoinSet::new();
    for number in 0..calls {
        let work = call(number, Arc::clone(&nodes[number % NODES]));
        let start = Arc::clone(&start);
        tasks.spawn(async move {
            start.wait().await;
            (number, work.await)
        });
    }
    let mut results = tasks.join_all().await;
    results.sort_by_key(|(number, _)| *number);
    results.into_iter().map(|(_, result)| result).collect()
}

async fn nodes(database: &dyn Database) -> Vec<Arc<dyn Store>> {
    let mut nodes = Vec::with_capacity(NODES);
    for _ in 0..NODES {
        let node = database.node().await;
        // The connections are made before the race, not during it.
        node.latest_change().await.unwrap();
        nodes.push(node);
    }
    nodes
}
