use oauth::model::{GateCalls, GateOutcome};

use super::Database;
use super::samples::{REALM, at};

const DAY: i64 = 24 * 3_600;

fn calls(path: &str, calls: i64, first: i64, last: i64) -> GateCalls {
    GateCalls {
        realm: REALM.to_owned(),
        api: "api".to_owned(),
        outcome: GateOutcome::Observed,
        client: "app".to_owned(),
        method: "GET".to_owned(),
        path: path.to_owned(),
        has_rule: true,
        reason: "insufficient-scope".to_owned(),
        calls,
        first_at: at(first),
        last_at: at(last),
    }
}

/// Whoever counts first, and whichever clock is behind.
pub(super) async fn of_one_kind_are_added_up(database: &dyn Database) {
    let (one, other) = (database.node().await, database.node().await);
    assert_eq!(one.gate_calls(REALM, 10).await.unwrap(), []);
    one.count_gate_calls(&[calls("/a", 2, 10, 20), calls("/b", 1, 10, 10)])
        .await
        .unwrap();
    other
        .count_gate_calls(&[calls("/b", 6, 5, 30), calls("/a", 3, 15, 18)])
        .await
        .unwrap();
    other.count_gate_calls(&[]).await.unwrap();
    let expected = [calls("/b", 7, 5, 30), calls("/a", 5, 10, 20)];
    assert_eq!(one.gate_calls(REALM, 10).await.unwrap(), expected);
    assert_eq!(one.gate_calls(REALM, 1).await.unwrap(), expected[..1]);
    assert_eq!(one.gate_calls("another", 10).await.unwrap(), []);
}

pub(super) async fn of_different_kinds_are_apart(database: &dyn Database) {
    let store = database.node().await;
    let plain = calls("/a", 1, 10, 10);
    let kinds = [
        GateCalls {
            api: "other".to_owned(),
            ..plain.clone()
        },
        GateCalls {
            outcome: GateOutcome::Denied,
            ..plain.clone()
        },
        GateCalls {
            outcome: GateOutcome::Passed,
            ..plain.clone()
        },
        GateCalls {
            outcome: GateOutcome::Permitted,
            ..plain.clone()
        },
        GateCalls {
            client: String::new(),
            ..plain.clone()
        },
        GateCalls {
            method: "POST".to_owned(),
            ..plain.clone()
        },
        GateCalls {
            has_rule: false,
            ..plain.clone()
        },
        GateCalls {
            reason: "no-rule".to_owned(),
            ..plain.clone()
        },
        plain,
    ];
    store.count_gate_calls(&kinds).await.unwrap();
    let found = store.gate_calls(REALM, 100).await.unwrap();
    assert_eq!(found.len(), kinds.len());
    for kind in kinds {
        assert!(found.contains(&kind), "{kind:?}");
    }
}

/// Nodes that flush the same kinds in other orders neither lose a call nor stand in each other's way.
pub(super) async fn are_added_up_by_nodes_at_once(database: &dyn Database) {
    let one = database.node().await;
    let mut tasks = tokio::task::JoinSet::new();
    for node in 0..4 {
        let store = database.node().await;
        tasks.spawn(async move {
            for round in 0..5 {
                let mut all: Vec<_> = (0..20)
                    .map(|n| calls(&format!("/{n}"), 1, 10, 10))
                    .collect();
                all.rotate_left((node * 5 + round) % 20);
                store.count_gate_calls(&all).await.unwrap();
            }
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.unwrap();
    }
    let found = one.gate_calls(REALM, 100).await.unwrap();
    assert_eq!(found.len(), 20);
    assert!(found.iter().all(|calls| calls.calls == 20), "{found:?}");
}

/// What has not come for 90 days matters no more.
pub(super) async fn go_when_they_came_last_long_ago(database: &dyn Database) {
    let store = database.node().await;
    let (old, young) = (calls("/old", 1, 0, 0), calls("/young", 1, 0, DAY));
    store.count_gate_calls(&[old, young.clone()]).await.unwrap();
    assert_eq!(store.clean_up(at(90 * DAY - 1), 10).await.unwrap(), 0);
    assert_eq!(store.clean_up(at(90 * DAY), 10).await.unwrap(), 1);
    assert_eq!(store.gate_calls(REALM, 10).await.unwrap(), [young]);
}
