use std::time::Duration;

use bytes::Bytes;
use http::header::ACCEPT;
use http::{HeaderValue, Request, StatusCode};
use serde::Deserialize;

use super::address::Address;
use super::transport::{Transport, TransportError};

/// Why an issuer's answer is missing. Every one of these denies.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// As many questions are under way as may be.
    #[error("too many questions to the issuer are under way")]
    Busy,
    /// There was no answer in time.
    #[error("the issuer did not answer in time")]
    TooSlow,
    /// There was none at all.
    #[error("the issuer cannot be asked: {0}")]
    Transport(TransportError),
    /// It answered something else than 200: 401 and 403 where it does not know who asks.
    #[error("the issuer answered with status {0}")]
    Status(StatusCode),
    /// It answered that the provider's system that knows what people may do does not answer it.
    #[error(
        "the issuer cannot tell what the person may do: the system that knows it does not answer"
    )]
    RightsUnavailable,
    /// It answered 200, and not in the words of the RFC.
    #[error("the issuer's answer is not understood: {0}")]
    NotUnderstood(String),
    /// The question ended without an answer.
    #[error("the question to the issuer was given up")]
    GivenUp,
}

/// Asks for the JSON document at an address.
pub(super) async fn document(
    transport: &dyn Transport,
    address: &Address,
    most: usize,
    within: Duration,
) -> Result<Bytes, Fault> {
    let mut request = Request::new(Bytes::new());
    *request.uri_mut() = address.uri().clone();
    let json = HeaderValue::from_static("application/json");
    request.headers_mut().insert(ACCEPT, json);
    exchange(transport, request, most, within).await
}

/// Asks, and takes the body of a 200. A question that could not be delivered is asked once more,
/// since a kept connection may have been closed meanwhile: it changes nothing, however often it
/// arrives.
pub(super) async fn exchange(
    transport: &dyn Transport,
    request: Request<Bytes>,
    most: usize,
    within: Duration,
) -> Result<Bytes, Fault> {
    let asked = async {
        match transport.send(request.clone(), most).await {
            Err(TransportError::Failed(_)) => transport.send(request, most).await,
            answered => answered,
        }
    };
    let answer = tokio::time::timeout(within, asked).await;
    let answer = answer.map_err(|_| Fault::TooSlow)?;
    let answer = answer.map_err(Fault::Transport)?;
    match answer.status() {
        StatusCode::OK => Ok(answer.into_body()),
        StatusCode::SERVICE_UNAVAILABLE if is_for_rights(answer.body()) => {
            Err(Fault::RightsUnavailable)
        }
        other => Err(Fault::Status(other)),
    }
}

/// Does an issuer say that it cannot answer since it is not told what a person may do?
fn is_for_rights(body: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct Refused {
        reason: String,
    }
    let refused: Result<Refused, _> = serde_json::from_slice(body);
    refused.is_ok_and(|refused| refused.reason == "rights-unavailable")
}
