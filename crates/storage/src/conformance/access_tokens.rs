use super::Database;
use super::samples::{at, audit, revoked_access_token};

pub(super) async fn revoked_ones_are_listed_until_they_expire(database: &dyn Database) {
    let store = database.node().await;
    let (short, long) = (revoked_access_token(1, 10), revoked_access_token(2, 20));
    store.revoke_access_token(&short, audit()).await.unwrap();
    store.revoke_access_token(&long, audit()).await.unwrap();
    let mut both = store.revoked_access_tokens(at(9)).await.unwrap();
    both.sort_by_key(|token| token.id);
    assert_eq!(both, [short, long.clone()]);
    assert_eq!(store.revoked_access_tokens(at(10)).await.unwrap(), [long]);
    assert_eq!(store.revoked_access_tokens(at(20)).await.unwrap(), []);
}

pub(super) async fn revoked_twice_are_listed_once(database: &dyn Database) {
    let store = database.node().await;
    let token = revoked_access_token(1, 10);
    assert!(store.revoke_access_token(&token, audit()).await.unwrap());
    assert!(!store.revoke_access_token(&token, audit()).await.unwrap());
    assert_eq!(store.revoked_access_tokens(at(0)).await.unwrap(), [token]);
}
