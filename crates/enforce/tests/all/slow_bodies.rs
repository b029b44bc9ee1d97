//! Bodies that never come.

use std::pin::Pin;
use std::task::{Context, Poll};

use axum_core::body::Body;
use http::Request;

use crate::support::{Gate, token};

/// A body of which nothing comes.
struct Stalled;

impl http_body::Body for Stalled {
    type Data = bytes::Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Self::Data>, Self::Error>>> {
        Poll::Pending
    }
}

#[tokio::test(start_paused = true)]
async fn a_body_that_the_rule_depends_on_has_its_time() {
    let gate = Gate::new("freshbooks");
    let begun = tokio::time::Instant::now();
    let request = Request::post("/events/account/acc/events/callbacks")
        .header("authorization", token("user:invoices:read"))
        .header("content-type", "application/json")
        .body(Body::new(Stalled));
    let answer = gate.call(request.unwrap()).await;
    assert_eq!(answer.status, 408);
    assert_eq!(answer.body["reason"], "slow-body");
    assert!(answer.seen.is_none(), "the API is not asked");
    assert!(begun.elapsed() < 2 * enforce::reading::GRACE);
}
