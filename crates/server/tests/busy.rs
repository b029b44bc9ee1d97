//! More people at once on pages that grow with a catalog than there are places: it has the process
//! to itself, since the places are the process's.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests fail by panicking"
)]

mod support;

use axum::http::StatusCode;
use support::{World, join_all};

#[tokio::test]
async fn who_finds_no_place_is_told_when_to_come_again_and_tokens_are_issued_meanwhile() {
    let world = World::new("bexio").await;
    let client = world
        .add(world.app_client("ledgerly", "contact_show"))
        .await;
    let page = || world.get("/bexio/scopes?q=contact");
    let readers = join_all((0..200).map(|_| page()));
    let (answers, tokens) = tokio::join!(readers, world.tokens(&client, "contact_show", 1));
    assert_eq!(tokens["scope"], "general contact_show");
    let (shown, busy): (Vec<_>, Vec<_>) = answers
        .into_iter()
        .partition(|answer| answer.status == StatusCode::OK);
    assert_eq!((shown.len(), busy.len()), (65, 135));
    for answer in busy {
        answer.expect(StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(answer.header("retry-after"), Some("5"));
        assert!(answer.body.contains("We are busy"), "{}", answer.body);
    }
    page().await.expect(StatusCode::OK);
}
