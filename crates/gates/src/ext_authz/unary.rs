//! One question and one answer of gRPC over HTTP/2: each a message behind five bytes, which say whether
//! it is compressed and how long it is; and a status behind the answer.

use axum::body::Body;
use bytes::{BufMut, Bytes, BytesMut};
use enforce::reading::{self, Unread};
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response};
use http_body_util::{BodyExt, Full};
use prost::Message;

const GRPC: HeaderValue = HeaderValue::from_static("application/grpc");
const STATUS: HeaderName = HeaderName::from_static("grpc-status");
const MESSAGE: HeaderName = HeaderName::from_static("grpc-message");
/// What stands before a message.
const PREFIX: usize = 5;

/// Why a question gets no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Failure {
    code: Code,
    what: String,
}

/// The status codes of gRPC that are used here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Code {
    Ok = 0,
    InvalidArgument = 3,
    NotFound = 5,
    PermissionDenied = 7,
    ResourceExhausted = 8,
    Unimplemented = 12,
}

impl Failure {
    pub(super) fn new(code: Code, what: impl Into<String>) -> Self {
        let what = what.into();
        Self { code, what }
    }

    /// As an answer that is nothing but a status.
    pub(super) fn into_response(self) -> Response<Body> {
        let mut response = Response::new(Body::empty());
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, GRPC);
        headers.insert(STATUS, HeaderValue::from(self.code as u16));
        // Only what needs no percent-encoding is written here.
        if let Ok(what) = HeaderValue::from_str(&self.what) {
            headers.insert(MESSAGE, what);
        }
        response
    }
}

/// The message of a question of at most so many bytes.
pub(super) async fn question<M: Message + Default>(
    request: Request<Body>,
    most: usize,
) -> Result<(HeaderMap, M), Failure> {
    let (parts, body) = request.into_parts();
    let kind = parts.headers.get(CONTENT_TYPE);
    let is_grpc = kind.is_some_and(|kind| kind == GRPC || kind == "application/grpc+proto");
    if !is_grpc {
        let what = "ask with content-type application/grpc";
        return Err(Failure::new(Code::InvalidArgument, what));
    }
    let read = reading::read(&parts.headers, body, most + PREFIX).await;
    let mut read = read.map_err(|unread| match unread {
        Unread::TooLarge => Failure::new(
            Code::ResourceExhausted,
            format!("a question has at most {most} bytes; lower max_request_bytes"),
        ),
        Unread::TooSlow | Unread::Incomplete => {
            Failure::new(Code::InvalidArgument, unread.to_string())
        }
    })?;
    let incomplete = || Failure::new(Code::InvalidArgument, "one whole message is expected");
    let Some(&[compressed, one, two, three, four]) = read.first_chunk::<PREFIX>() else {
        return Err(incomplete());
    };
    let message = read.split_off(PREFIX);
    if compressed != 0 {
        let what = "messages are taken uncompressed";
        return Err(Failure::new(Code::Unimplemented, what));
    }
    let length = u32::from_be_bytes([one, two, three, four]);
    if usize::try_from(length) != Ok(message.len()) {
        return Err(incomplete());
    }
    let message = M::decode(message).map_err(|_| {
        let what = "the message is not the one that is expected";
        Failure::new(Code::InvalidArgument, what)
    })?;
    Ok((parts.headers, message))
}

/// An answer, with the status that says that it is one.
pub(super) fn answer(message: &impl Message) -> Response<Body> {
    let mut framed = BytesMut::with_capacity(PREFIX + message.encoded_len());
    framed.put_u8(0);
    // What is answered has a bound far below.
    framed.put_u32(u32::try_from(message.encoded_len()).unwrap_or(u32::MAX));
    framed.put_slice(&message.encode_to_vec());
    let well = HeaderMap::from_iter([(STATUS, HeaderValue::from(Code::Ok as u16))]);
    let framed = Full::new(Bytes::from(framed));
    let body = framed.with_trailers(std::future::ready(Some(Ok(well))));
    let mut response = Response::new(Body::new(body));
    response.headers_mut().insert(CONTENT_TYPE, GRPC);
    response
}
