//! As Envoy asks by gRPC: one kept HTTP/2 connection, one question on it at a time.

use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http2::{self, SendRequest};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::TcpStream;

const PATH: &str = "/envoy.service.auth.v3.Authorization/Check";

/// One kept connection.
pub struct Line {
    requests: SendRequest<Full<Bytes>>,
    url: String,
}

impl Line {
    /// Connects.
    pub async fn open(address: &str) -> Result<Self, String> {
        let stream = TcpStream::connect(address).await.map_err(text)?;
        stream.set_nodelay(true).map_err(text)?;
        let connecting = http2::handshake(TokioExecutor::new(), TokioIo::new(stream));
        let (requests, connection) = connecting.await.map_err(text)?;
        tokio::spawn(connection);
        Ok(Self {
            requests,
            url: format!("http://{address}{PATH}"),
        })
    }

    /// The status that Envoy is told to answer with: 200 where the call goes on.
    pub async fn ask(&mut self, question: &Bytes) -> Result<u16, String> {
        let request = Request::post(&self.url)
            .header("content-type", "application/grpc")
            .header("te", "trailers")
            .body(Full::new(question.clone()))
            .map_err(text)?;
        let answer = self.requests.send_request(request).await.map_err(text)?;
        let answer = answer.into_body().collect().await.map_err(text)?;
        let message = answer.to_bytes();
        // Behind five bytes of gRPC: what is permitted has an `ok_response`, and headers in it.
        let is_permit = message.windows(16).any(|part| part == b"scopegate-permit");
        Ok(if is_permit { 200 } else { 403 })
    }
}

/// What Envoy says of a call: `attributes`, of them `request.http` and `context_extensions`, by the numbers
/// of its public description.
pub fn question(path: &str, headers: &[(&str, &str)], api: &str) -> Bytes {
    let pair = |key: &str, value: &str, at: u8| {
        [member(1, key.as_bytes()), member(at, value.as_bytes())].concat()
    };
    let own = [(":path", path), (":method", "GET")];
    let each = own.iter().chain(headers);
    let raw: Vec<u8> = each
        .flat_map(|(name, value)| member(1, &pair(name, value, 3)))
        .collect();
    let http = [
        member(2, b"GET"),
        member(4, path.as_bytes()),
        member(5, b"api.example.com"),
        member(13, &raw),
    ];
    let attributes = [
        member(4, &member(2, &http.concat())),
        member(10, &pair("scopegate-api", api, 2)),
    ];
    let message = member(1, &attributes.concat());
    let length = u32::try_from(message.len()).unwrap_or_default();
    [&[0], &length.to_be_bytes()[..], &message].concat().into()
}

fn member(number: u8, value: &[u8]) -> Vec<u8> {
    let mut written = vec![number << 3 | 2];
    let mut length = value.len();
    while length > 0x7f {
        written.push((length & 0x7f) as u8 | 0x80);
        length >>= 7;
    }
    written.push(length as u8);
    written.extend(value);
    written
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}
