use super::Database;
use super::samples::{OTHER_REALM, REALM, at, audit};

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

pub(super) async fn are_taken_in_place_of_the_one_before(database: &dyn Database) {
    let (store, other) = (database.node().await, database.node().await);
    let (first, second, third) = (&[1; 32], &[2; 32], &[3; 32]);
    assert_eq!(store.catalog_taken(REALM).await.unwrap(), None);
    for (digest, before, is_taken) in [
        (first, Some(second), false),
        (first, None, true),
        (second, None, false),
        (third, Some(second), false),
        (second, Some(first), true),
        // The one from before that, again.
        (first, Some(second), true),
    ] {
        let taken = store.take_catalog(REALM, digest, before, audit()).await;
        assert_eq!(taken, Ok(is_taken), "{digest:?} {before:?}");
    }
    assert_eq!(other.catalog_taken(REALM).await.unwrap(), Some(*first));
    assert_eq!(other.catalog_taken(OTHER_REALM).await.unwrap(), None);
    // Beside it stands what was cut off, whichever came first.
    let cut_off = store.cut_off_realm(REALM, at(7), audit()).await.unwrap();
    store
        .cut_off_realm(OTHER_REALM, at(7), audit())
        .await
        .unwrap();
    let taken = store.take_catalog(OTHER_REALM, first, None, audit()).await;
    assert_eq!(taken, Ok(true));
    assert_eq!(store.catalog_taken(REALM).await.unwrap(), Some(*first));
    assert_eq!(store.realm_cut_off(REALM).await.unwrap(), Some(cut_off));
    let elsewhere = store.realm_cut_off(OTHER_REALM).await.unwrap();
    assert!(elsewhere.is_some());
}
