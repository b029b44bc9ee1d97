use std::sync::Arc;

use scope::ScopeToken;

use super::Database;
use super::samples::{OTHER_REALM, REALM};
use super::together::{SIXTEEN, race};
use crate::change::ChangeSubject;
use crate::store::Store;

fn names(names: &[&str]) -> Vec<ScopeToken> {
    let parsed = names.iter().map(|name| ScopeToken::parse(name).unwrap());
    parsed.collect()
}

pub(super) async fn are_given_in_order_and_kept(database: &dyn Database) {
    let store = database.node().await;
    assert_eq!(store.scope_numbers(REALM).await.unwrap().next(), 0);
    let first = names(&["general", "contact_show", "contact_edit"]);
    let given = store.number_scopes(REALM, &first).await.unwrap();
    let number = |name| given.number(name);
    assert_eq!(number("general"), Some(0));
    assert_eq!(number("contact_edit"), Some(2));
    // The catalog drops one, and gets two more.
    let second = names(&["task_show", "contact_edit", "general", "task_edit"]);
    let given = store.number_scopes(REALM, &second).await.unwrap();
    let all = [
        "general",
        "contact_show",
        "contact_edit",
        "task_show",
        "task_edit",
    ];
    for (number, name) in (0..).zip(all) {
        assert_eq!(given.number(name), Some(number), "{name}");
    }
    assert_eq!(store.scope_numbers(REALM).await.unwrap(), given);
    assert_eq!(store.number_scopes(REALM, &first).await.unwrap(), given);
    // Each realm counts for itself.
    let other = store
        .number_scopes(OTHER_REALM, &names(&["task_edit"]))
        .await;
    assert_eq!(other.unwrap().number("task_edit"), Some(0));
}

pub(super) async fn are_announced_with_the_keys(database: &dyn Database) {
    let store = database.node().await;
    store.number_scopes(REALM, &names(&["a"])).await.unwrap();
    store.number_scopes(REALM, &names(&["a"])).await.unwrap();
    let changes = store.changes(0, 9).await.unwrap();
    assert_eq!(changes.len(), 1);
    assert_eq!(changes[0].subject, ChangeSubject::Keys);
}

/// Nodes of two versions start together, each with a catalog of its own.
pub(super) async fn given_at_once_are_the_same_everywhere(database: &dyn Database) {
    let number = |node: usize, store: Arc<dyn Store>| async move {
        let catalogs = [["a", "b", "c", "d"], ["d", "e", "a", "f"]];
        let names = names(&catalogs[node % 2]);
        store.number_scopes(REALM, &names).await.unwrap()
    };
    let given = race(database, SIXTEEN, number).await;
    let store = database.node().await;
    let all = store.scope_numbers(REALM).await.unwrap();
    assert_eq!(all.next(), 6);
    for given in given {
        for name in ["a", "d"] {
            assert_eq!(given.number(name), all.number(name));
        }
    }
}
