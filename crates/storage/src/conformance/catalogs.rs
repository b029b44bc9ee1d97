use super::Database;
use super::samples::at;

pub(super) async fn are_kept_under_their_digest(database: &dyn Database) {
    let store = database.node().await;
    let text = "id = \"acme\"\ntitle = \"Ünï\"\n";
    for seconds in [0, 5] {
        let archived = store.archive_catalog(&[1; 32], text, at(seconds)).await;
        assert_eq!(archived, Ok(()));
    }
    store.archive_catalog(&[2; 32], "", at(0)).await.unwrap();
    let found = store.archived_catalog(&[1; 32]).await.unwrap();
    assert_eq!(found.as_deref(), Some(text));
    assert_eq!(store.archived_catalog(&[3; 32]).await.unwrap(), None);
}
