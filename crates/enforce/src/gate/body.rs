use axum_core::body::Body;
use bytes::Bytes;
use http::HeaderMap;
use http::header::CONTENT_ENCODING;

use super::content_type::BodyKind;
use crate::problem::{Kind, Problem};
use crate::reading::{self, Unread};

/// How much of a body is read where a rule depends on it, in bytes: 1 MiB. A longer one is
/// answered 413.
pub const MAX_BODY_BYTES: usize = scope::ApiRequest::MAX_BODY_BYTES;

/// Reads a body whole, within [`MAX_BODY_BYTES`] and in time, for [`Gate::decide`](super::Gate::decide).
///
/// # Errors
///
/// The refusal of one that is too large, too slow or ends early.
pub async fn read(headers: &HeaderMap, body: Body) -> Result<Bytes, Problem> {
    let read = reading::read(headers, body, MAX_BODY_BYTES).await;
    read.map_err(|unread| match unread {
        Unread::TooLarge => Problem::of(
            Kind::BodyTooLarge,
            "Which scope this call needs depends on its body, and the body is larger than 1 MiB. Send a smaller one.",
        ),
        Unread::TooSlow => Problem::of(
            Kind::SlowBody,
            "Which scope this call needs depends on its body, and the body did not arrive in time. Send it again.",
        ),
        Unread::Incomplete => Problem::of(
            Kind::UnreadableBody,
            "Which scope this call needs depends on its body, and the body ended early. Send it again.",
        ),
    })
}

/// The body as text, if it is JSON that the API cannot read in another way than this gate:
/// said to be JSON, UTF-8. `None` where this gate cannot see what it is.
///
/// # Errors
/// Where nobody can say what the API will take it for, and where it is compressed (RFC 9110 section 8.4).
pub(super) fn as_json<'b>(
    headers: &HeaderMap,
    body: &'b Bytes,
) -> Result<Option<&'b str>, Problem> {
    if headers.contains_key(CONTENT_ENCODING) {
        return Err(Problem::of(
            Kind::CompressedBody,
            "Which scope this call needs depends on its body, and the body is compressed. Send it as it is, without Content-Encoding.",
        ));
    }
    match BodyKind::of(headers) {
        BodyKind::Json => Ok(std::str::from_utf8(body).ok()),
        BodyKind::Other => Ok(None),
        BodyKind::Ambiguous => Err(Problem::of(
            Kind::AmbiguousContentType,
            "Which scope this call needs depends on its body, and two readers could take its Content-Type for different things. Send one header: Content-Type: application/json.",
        )),
    }
}
