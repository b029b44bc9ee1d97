use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::{Body, HttpBody};
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use enforce::apart::News;
use http_body::Frame;
use oauth::{ErrorCode, OAuthError};
use realm::{App, Following, Place};

use super::{Named, asking};
use crate::error::ApiError;
use crate::in_realm::InRealm;

/// The place that a gate was told last, when it comes again (HTML, section 9.2, "server-sent events").
const LAST_EVENT_ID: &str = "last-event-id";

/// What a gate has to forget, as server-sent events: each has the gate's new place as its `id`, and
/// [`News`] as its `data`.
pub(crate) async fn changes(
    State(app): State<Arc<App>>,
    InRealm(realm): InRealm,
    Path((_, api)): Named,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let server = asking(&realm, &api, &headers).await?;
    let place = headers.get(LAST_EVENT_ID);
    let place = place.and_then(|place| Place::read(place.to_str().ok()?));
    let following = app.follow(&realm, &api, &server.client, place);
    let following = following.ok_or_else(|| {
        ApiError::from(OAuthError::new(
            ErrorCode::TemporarilyUnavailable,
            "as many gates of this API follow here as may, or the server stops; come again",
        ))
    })?;
    let headers = [
        (CONTENT_TYPE.as_str(), "text/event-stream"),
        (CACHE_CONTROL.as_str(), "no-store"),
        // Told at once by proxies that would gather it.
        ("x-accel-buffering", "no"),
    ];
    Ok((headers, Body::new(Events::of(following))).into_response())
}

/// Written as it happens: nothing waits for a gate that does not read but what it reads next.
struct Events {
    next: Pin<Box<dyn Future<Output = Told> + Send>>,
    is_over: bool,
}

/// What there is to tell, and who tells the next.
type Told = Option<(Following, Bytes)>;

impl Events {
    fn of(following: Following) -> Self {
        Self {
            next: Box::pin(tell(following)),
            is_over: false,
        }
    }
}

async fn tell(mut following: Following) -> Told {
    let (place, news) = following.next().await?;
    Some((following, written(place, &news)))
}

fn written(place: Place, news: &News) -> Bytes {
    // Texts, numbers and lists of them can always be written, and have no line ends then.
    let data = serde_json::to_string(news).unwrap_or_default();
    format!("id: {place}\ndata: {data}\n\n").into()
}

impl HttpBody for Events {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if self.is_over {
            return Poll::Ready(None);
        }
        let Poll::Ready(told) = self.next.as_mut().poll(context) else {
            return Poll::Pending;
        };
        let Some((following, event)) = told else {
            self.is_over = true;
            return Poll::Ready(None);
        };
        self.next = Box::pin(tell(following));
        Poll::Ready(Some(Ok(Frame::data(event))))
    }
}
