//! A sender whose body never comes, and time that passes for it.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::Request;
use axum::response::Response;
use enforce::reading::GRACE;
use http_body::Frame;
use tower::ServiceExt;

/// A body of which nothing comes; it tells when somebody waits for it.
struct Stalled(Arc<AtomicBool>);

impl http_body::Body for Stalled {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.0.store(true, Ordering::Relaxed);
        Poll::Pending
    }
}

/// Sends a head and never its body. Where the body is waited for, the time that any body has
/// passes at once. Answers also whether it was waited for.
pub async fn send_slowly(
    router: Router,
    request: axum::http::request::Builder,
) -> (Response, bool) {
    let waited_for = Arc::new(AtomicBool::new(false));
    let body = Body::new(Stalled(Arc::clone(&waited_for)));
    let request: Request<Body> = request.body(body).unwrap();
    let mut answering = tokio::spawn(router.oneshot(request));
    let short = Duration::from_millis(5);
    while !waited_for.load(Ordering::Relaxed) {
        if let Ok(answer) = tokio::time::timeout(short, &mut answering).await {
            return (answer.unwrap().unwrap(), false);
        }
    }
    // Its timer runs by now.
    tokio::time::sleep(short).await;
    tokio::time::pause();
    tokio::time::advance(GRACE + Duration::from_secs(1)).await;
    tokio::time::resume();
    let answer = tokio::time::timeout(GRACE, answering).await;
    let answer = answer.expect("an answer in time").unwrap();
    (answer.unwrap(), true)
}
