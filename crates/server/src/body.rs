//! The body of a request: bounded in size, and in the time it may take to arrive.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::Poll;

use axum::body::Body;
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use realm::limits;

/// Why a body was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BodyFault {
    /// It is larger than is read.
    TooLarge,
    /// It did not arrive in time.
    TooSlow,
    /// It broke off.
    Incomplete,
}

/// Does the head say that the body is a form?
pub(crate) fn is_form(headers: &HeaderMap) -> bool {
    const FORM: &[u8] = b"application/x-www-form-urlencoded";
    headers.get(CONTENT_TYPE).is_some_and(|value| {
        let mut parts = value.as_bytes().split(|byte| *byte == b';');
        let media_type = parts.next().unwrap_or_default().trim_ascii();
        media_type.eq_ignore_ascii_case(FORM)
    })
}

/// Reads a body of at most `most` bytes.
///
/// # Errors
///
/// Why there is none.
pub(crate) async fn read(headers: &HeaderMap, body: Body, most: usize) -> Result<Bytes, BodyFault> {
    let announced = headers
        .get(CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok())
        .and_then(|length| length.parse::<usize>().ok());
    if announced.is_some_and(|length| length > most) {
        return Err(BodyFault::TooLarge);
    }
    let mut body = pin!(Limited::new(body, most).collect());
    let read = match at_once(body.as_mut()).await {
        Some(read) => read,
        None => tokio::time::timeout(limits::FORM_TIME, body)
            .await
            .map_err(|_| BodyFault::TooSlow)?,
    };
    match read {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(BodyFault::TooLarge),
        Err(_) => Err(BodyFault::Incomplete),
    }
}

/// What is ready now or after the connection has been read once more. Most forms arrive with
/// their head, and for those no timer has to be set.
async fn at_once<F: Future>(mut future: Pin<&mut F>) -> Option<F::Output> {
    let mut looked = false;
    poll_fn(|context| match future.as_mut().poll(context) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending if looked => Poll::Ready(None),
        Poll::Pending => {
            looked = true;
            context.waker().wake_by_ref();
            Poll::Pending
        }
    })
    .await
}
