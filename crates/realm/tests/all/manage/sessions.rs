use oauth::audit::{Actor, Origin};
use oauth::model::{Authentication, BrowserSession, TokenHash};

use super::{Office, now};

#[tokio::test]
async fn a_browser_is_signed_out_once() {
    let office = Office::of("bexio").await;
    let anna = office.person("anna").await;
    let session = BrowserSession {
        hash: TokenHash([3; 32]),
        realm: "bexio".to_owned(),
        user: anna.id,
        created_at: now(),
        authentication: Authentication::by_password(now()),
        expires_at: "2026-03-01T20:00:00Z".parse().unwrap(),
        position: None,
    };
    office.store.insert_session(&session).await.unwrap();
    let by = Actor::person(&anna, Origin::default());
    let desk = office.desk();
    assert!(desk.end_session(&by, &session.hash).await.unwrap());
    let found = office.store.session(&session.hash, now()).await.unwrap();
    assert_eq!(found, None);
    assert!(!desk.end_session(&by, &session.hash).await.unwrap());
}
