//! What people and programs see of it.

use std::cell::RefCell;
use std::collections::BTreeSet;

use axum::http::StatusCode;

use super::{ALL, earlier, on_sqlite, wider};

#[tokio::test]
async fn pages_and_metadata_follow() {
    let world = on_sqlite(earlier()).await;
    let seen = RefCell::new(BTreeSet::new());
    let scopes = async || {
        let metadata = "/books/.well-known/oauth-authorization-server";
        let metadata = world.get(metadata).await.json();
        let page = world.get("/books/scopes").await;
        seen.borrow_mut()
            .insert(page.header("etag").unwrap().to_owned());
        [
            metadata["scopes_supported"].to_string(),
            page.body,
            world.get("/books/scopes?q=archive").await.body,
        ]
        .map(|text| text.contains("archive:read"))
    };
    assert_eq!(scopes().await, [false; 3]);
    world.take(wider()).await;
    assert_eq!(scopes().await, [true; 3]);
    world.take(earlier()).await;
    assert_eq!(scopes().await, [false; 3]);
    // What browsers keep of one catalog is not taken for the other's.
    assert_eq!(seen.borrow().len(), 2);
}

#[tokio::test]
async fn a_form_of_the_catalog_before_is_shown_again() {
    let world = on_sqlite(earlier()).await;
    let client = world.add(world.app_client("ledgerly", ALL)).await;
    let mut browser = world.annas_browser().await;
    let request = world.authorize(&client, "contact:write note:read", &[]);
    let answer = browser.get(&request).await;
    let page = browser.page_of(&answer).unwrap();
    let shown = browser.get(&page).await.shown().unwrap();
    world.take(wider()).await;
    let decided = async || {
        let consents = world
            .followed
            .consents_of_user("books", world.anna.id, 9)
            .await;
        consents.unwrap()
    };
    let allow = [
        ("allow.contact", "contact:write"),
        ("allow.note", "note:read"),
        ("decision", "allow"),
    ];
    for form in [&allow[..], &[("decision", "deny")]] {
        let form: Vec<_> = form.iter().copied().chain([("shown", &*shown)]).collect();
        let again = browser.post(&page, &form).await;
        again.expect(StatusCode::UNPROCESSABLE_ENTITY);
        let told = "has changed what";
        assert!(again.body.contains(told), "{}", again.body);
        assert!(again.body.contains("value=\"contact:read\""));
        assert_eq!(decided().await, []);
    }
    let answer = browser.answer(&page, &allow).await;
    assert!(answer.returned("code").is_some());
    let consent = decided().await.pop().unwrap();
    let now = world.app.realm("books").unwrap();
    assert_eq!(consent.evidence.unwrap().catalog, now.catalog_digest());
    let archived = world.followed.archived_catalog(&now.catalog_digest()).await;
    assert_eq!(archived.unwrap().as_deref(), Some(wider().source()));
}
