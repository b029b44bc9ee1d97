use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::Poll;

use axum::body::Body;
use axum::extract::Request;
use axum::http::HeaderMap;
use axum::http::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use oauth::parameters::Parameters;

use crate::error::ApiError;
use realm::limits;

/// A form as RFC 6749 section 3.2 wants it, and the `Authorization` header it came with.
pub(super) struct Form {
    pub(super) parameters: Parameters,
    pub(super) authorization: Option<String>,
}

impl Form {
    pub(super) async fn read(request: Request) -> Result<Self, ApiError> {
        let (head, body) = request.into_parts();
        require_form(&head.headers)?;
        let authorization = authorization(&head.headers)?;
        let body = read_body(&head.headers, body).await?;
        Ok(Self {
            parameters: Parameters::parse(&body)?,
            authorization,
        })
    }
}

fn require_form(headers: &HeaderMap) -> Result<(), ApiError> {
    const FORM: &str = "application/x-www-form-urlencoded";
    let is_form = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|media_type| media_type.trim().eq_ignore_ascii_case(FORM));
    if is_form {
        return Ok(());
    }
    Err(ApiError::invalid_request(
        "send the parameters as a form, with Content-Type: application/x-www-form-urlencoded",
    ))
}

fn authorization(headers: &HeaderMap) -> Result<Option<String>, ApiError> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    if values.next().is_some() {
        return Err(ApiError::invalid_request(
            "send one Authorization header, not several",
        ));
    }
    match value.to_str() {
        Ok(text) => Ok(Some(text.to_owned())),
        Err(_) => Err(ApiError::invalid_request(
            "the Authorization header must be ASCII",
        )),
    }
}

async fn read_body(headers: &HeaderMap, body: Body) -> Result<bytes::Bytes, ApiError> {
    let announced = headers
        .get(CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok())
        .and_then(|length| length.parse::<usize>().ok());
    if announced.is_some_and(|length| length > limits::FORM_BYTES) {
        return Err(ApiError::too_large());
    }
    let mut body = pin!(Limited::new(body, limits::FORM_BYTES).collect());
    let read = match at_once(body.as_mut()).await {
        Some(read) => read,
        None => tokio::time::timeout(limits::FORM_TIME, body)
            .await
            .map_err(|_| ApiError::too_slow())?,
    };
    match read {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(ApiError::too_large()),
        Err(_) => Err(ApiError::invalid_request(
            "the form did not arrive complete; send it again",
        )),
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
